import { checkPassword } from "../users/users-file.js";
import { UsageError, type Io } from "./io.js";

/** NIST SP 800-63B section 5.1.1.2. */
const fewestCharacters = 8;

/** More than any password and its line's end. */
const mostBytes = 8192;

/** Reads a password from standard input: asked for twice on a terminal, else the one line of it. Throws UsageError. */
export async function readPassword(io: Io, name: string): Promise<string> {
  const password = io.askSecret === undefined ? await readLine(io) : await askTwice(io.askSecret, name);
  const problem = checkPassword(password);
  if (problem !== undefined) throw new UsageError(`the password ${problem}; nothing was done`);
  if ([...password].length < fewestCharacters) throw new UsageError(`the password has fewer than ${fewestCharacters} characters; nothing was done`);
  return password;
}

async function askTwice(ask: NonNullable<Io["askSecret"]>, name: string): Promise<string> {
  const password = await ask(`Password of ${name}: `);
  if ((await ask("Once more: ")) !== password) throw new UsageError("the two are not the same; nothing was done");
  return password;
}

async function readLine(io: Io): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    size += bytes.length;
    if (size > mostBytes) throw new UsageError(`standard input has more than ${mostBytes} bytes; it must be one line, the password`);
    chunks.push(bytes);
  }
  const text = decode(Buffer.concat(chunks)).replace(/\r?\n$/, "");
  if (text === "") throw new UsageError("the password is the one line of standard input, and there is none; --generate makes one");
  if (text.includes("\n")) throw new UsageError("standard input has more than one line; it must be one, the password");
  return text;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError("standard input is not UTF-8 text");
  }
}
