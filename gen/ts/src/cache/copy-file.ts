// The copy on disk, to start from while the service is away. It holds metadata and digests, never a secret, and is for its owner alone.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";

/** What a file is of: another realm's, or another filter's, is of no use. */
export interface CopyHead {
  readonly realm: string;
  readonly filter: string;
  readonly resumeToken: string;
}

const format = "matricula client cache 2";
const hashBytes = 32;
const frameBytes = 8;
const pieceBytes = 1 << 20;

/** Writes all records, and takes the place of the file when it is whole. */
export async function writeCopy(file: string, head: CopyHead, records: Iterable<readonly [key: string, record: Uint8Array]>): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    const hash = createHash("sha256");
    let piece: Uint8Array[] = [];
    let size = 0;
    const flush = async () => {
      const bytes = Buffer.concat(piece);
      hash.update(bytes);
      await handle.writeFile(bytes);
      piece = [];
      size = 0;
    };
    piece.push(framed("", Buffer.from(JSON.stringify({ format, ...head }))));
    for (const [key, record] of records) {
      const bytes = framed(key, record);
      piece.push(bytes);
      size += bytes.length;
      if (size >= pieceBytes) await flush();
    }
    await flush();
    await handle.writeFile(hash.digest());
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Reads the file, record by record; gives its head, or undefined when there is none, when it is of something else, and when it is not whole:
 * then what was told is worth nothing. Throws when others may read it.
 */
export async function readCopy(file: string, wanted: Omit<CopyHead, "resumeToken">, told: (key: string, record: Uint8Array) => void): Promise<CopyHead | undefined> {
  const status = await stat(file).catch(() => undefined);
  if (status === undefined) return undefined;
  if (process.platform !== "win32" && (status.mode & 0o077) !== 0) throw new Error(`${file} holds digests of secrets and may be read by others: chmod 600 it, or remove it`);
  const hash = createHash("sha256");
  const body = status.size - hashBytes;
  let head: CopyHead | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  let kept: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>) {
    const own = chunk.subarray(0, Math.max(0, body - at));
    kept = Buffer.concat([kept, chunk.subarray(own.length)]);
    at += chunk.length;
    hash.update(own);
    rest = rest.length === 0 ? own : Buffer.concat([rest, own]);
    let from = 0;
    for (;;) {
      const left = rest.length - from;
      if (left < frameBytes) break;
      const keyLength = rest.readUInt32LE(from);
      const end = from + frameBytes + keyLength + rest.readUInt32LE(from + 4);
      if (end > rest.length) break;
      const record = rest.subarray(from + frameBytes + keyLength, end);
      if (head !== undefined) told(rest.toString("utf8", from + frameBytes, from + frameBytes + keyLength), record);
      else if ((head = readHead(record, wanted)) === undefined) return undefined;
      from = end;
    }
    rest = rest.subarray(from);
  }
  return rest.length === 0 && hash.digest().equals(kept) ? head : undefined;
}

function readHead(record: Buffer, wanted: Omit<CopyHead, "resumeToken">): CopyHead | undefined {
  try {
    const head = JSON.parse(record.toString()) as CopyHead & { format: unknown };
    const isOurs = head.format === format && head.realm === wanted.realm && head.filter === wanted.filter && typeof head.resumeToken === "string";
    return isOurs ? head : undefined;
  } catch {
    return undefined;
  }
}

/** Key and record, each behind its length. */
function framed(key: string, record: Uint8Array): Buffer {
  const keyLength = Buffer.byteLength(key);
  const bytes = Buffer.allocUnsafe(frameBytes + keyLength + record.length);
  bytes.writeUInt32LE(keyLength);
  bytes.writeUInt32LE(record.length, 4);
  bytes.write(key, frameBytes);
  bytes.set(record, frameBytes + keyLength);
  return bytes;
}
