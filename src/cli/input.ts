import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError, type Io } from "./io.js";
import { readMetadataFile, type MetadataFile } from "./metadata-file.js";

/** More than any metadata that the service accepts. */
const largestFile = 16 * 1024 * 1024;

/** Reads the metadata file that -f names, "-" for standard input. Throws UsageError. */
export async function readMetadata(io: Io, name: string): Promise<MetadataFile> {
  return readMetadataFile(shownName(name), await readText(io, name));
}

/** What a client asks for: its metadata, or a request that it has signed, which goes as it is. */
export interface Asked {
  readonly request: { readonly metadata: MetadataFile["metadata"] } | { readonly signedRequest: string };
  /** As MetadataFile has them; none in what cannot be looked into. */
  readonly assigned: MetadataFile["assigned"];
}

// RFC 7515 section 7.1: no JSON has this form.
const signed = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Reads the file that -f of register and update names. Throws UsageError. */
export async function readAsked(io: Io, name: string): Promise<Asked> {
  const text = await readText(io, name);
  if (signed.test(text.trim())) return { request: { signedRequest: text.trim() }, assigned: new Map() };
  const { metadata, assigned } = readMetadataFile(shownName(name), text);
  return { request: { metadata }, assigned };
}

/** Reads a file of text, "-" for standard input. Throws UsageError. */
export async function readText(io: Io, name: string): Promise<string> {
  const bytes = name === "-" ? await readStdin(io) : await readWhole(resolve(io.cwd, name));
  try {
    // A byte order mark, which some editors write, is skipped.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${shownName(name)} is not UTF-8 text`);
  }
}

const shownName = (name: string) => (name === "-" ? "standard input" : name);

async function readWhole(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === "ENOENT" ? `${path} is not there` : `${path} cannot be read: ${error.message}`);
  });
}

async function readStdin(io: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    size += bytes.length;
    if (size > largestFile) throw new UsageError(`standard input has more than ${largestFile} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
