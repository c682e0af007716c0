import { randomBytes } from "node:crypto";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readUsers, type Users } from "../users/users-file.js";
import type { Invocation } from "./command.js";
import { CommandError, UsageError } from "./io.js";

/** A users file as it was read. */
export interface LocalUsers {
  readonly path: string;
  readonly text: string;
  readonly users: Users;
  /** Puts another text in its place: whole or not at all. Throws CommandError. */
  replace(text: string): Promise<void>;
}

/** What a new file's owner may do, and nobody else. */
const ownerOnly = 0o600;
/** What an old file may keep: its group may read, as in containers. */
const keepable = 0o640;

/** Reads the file that --users names; without one there are no users yet, where that is allowed. Throws UsageError. */
export async function openLocalUsers({ io, options }: Invocation, { mayBeNew }: { readonly mayBeNew: boolean }): Promise<LocalUsers> {
  const named = resolve(io.cwd, options.users!);
  // A link stays a link: what it leads to is replaced.
  const path = await realpath(named).catch(() => named);
  const text = await readText(path, mayBeNew);
  const { users, mistakes } = readUsers(text);
  if (mistakes.length > 0) throw new UsageError(mistakes.map(({ line, message }) => `${path}:${line}: ${message}`).join("\n"));
  return { path, text, users, replace: (next) => replaceFile(path, next) };
}

async function readText(path: string, mayBeNew: boolean): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && mayBeNew) return "";
    throw new UsageError(code === "ENOENT" ? `${path} is not there` : `${path} cannot be read: ${message}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is not UTF-8 text`);
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const old = await stat(path).catch(() => undefined);
    const file = await open(draft, "wx", ownerOnly);
    try {
      // The service may run as somebody else than who keeps its users.
      const drafted = await file.stat();
      if (old !== undefined && (old.uid !== drafted.uid || old.gid !== drafted.gid)) await file.chown(old.uid, old.gid);
      if (old !== undefined) await file.chmod((old.mode & keepable) | ownerOnly);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true });
    throw new CommandError(`${path} cannot be written: ${(error as Error).message}`);
  }
}

/** A rename is on disk only when the folder that holds the name is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
