import { chmodSync, closeSync, fstatSync, fsyncSync, openSync, readSync, realpathSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { StoreOpenError } from "../store-open-error.js";

// Magic numbers of statfs(2), from linux/magic.h and the file systems' own sources.
const networkFileSystems = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE or virtiofs"],
  [0x5346414f, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x7461636f, "OCFS2"],
  [0x01161970, "GFS2"],
]);

const fileMode = 0o600;
const headerBytes = 100;

/** Refuses a file system on which locks and syncs of SQLite's WAL mode cannot be relied on; `type` as statfs tells it. */
export function requireLocalFileSystem(type: number, file: string): void {
  const name = networkFileSystems.get(type >>> 0);
  if (name === undefined) return;
  throw new StoreOpenError("network_file_system", `${file} lies on ${name}, where SQLite loses and damages data: use a directory on a local disk`);
}

/** Makes the file when it is missing, refuses what cannot be a store, and returns its one true path. */
export function prepareFile(path: string): string {
  const file = trueName(path);
  requireLocalFileSystem(statfsSync(dirname(file)).type, file);
  const created = createFile(file);
  const stat = statSync(file);
  if (!stat.isFile()) throw new StoreOpenError("not_a_file", `${file} is not a regular file: name one that is, or that does not exist yet`);
  // The file holds sealed secrets and digests: nobody else's business. SQLite gives -wal and -shm the same mode.
  if ((stat.mode & 0o077) !== 0) chmodSync(file, fileMode);
  if (created) syncDirectory(dirname(file));
  return file;
}

/** Makes the directory's entries durable; SQLite does that for the WAL, not for the database file. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

// Two names of one file would get two locks.
function trueName(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return join(realpathSync(dirname(path)), basename(path));
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function createFile(file: string): boolean {
  try {
    closeSync(openSync(file, "wx", fileMode));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Refuses a file whose header is not SQLite's or that is shorter than it says. Call it only with the lock held: closing a file here
 * would drop the locks of a store that this process already has open on it (POSIX locks belong to the process, not to the descriptor).
 */
export function requireSoundHeader(file: string): void {
  const header = Buffer.alloc(headerBytes);
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return;
    const read = readSync(descriptor, header, 0, headerBytes, 0);
    if (read < headerBytes || header.toString("latin1", 0, 16) !== "SQLite format 3\0") {
      throw new StoreOpenError("corrupt", `${file} does not begin as a SQLite file: restore it from a backup, or name another file`);
    }
    requireFullLength(file, size, header);
  } finally {
    closeSync(descriptor);
  }
}

// While a WAL waits, the pages missing here may be there.
function requireFullLength(file: string, size: number, header: Buffer): void {
  if (sizeOrZero(`${file}-wal`) > 0) return;
  const declared = header.readUInt16BE(16);
  const pageSize = declared === 1 ? 65536 : declared;
  const pages = header.readUInt32BE(28);
  if (pages * pageSize <= size) return;
  throw new StoreOpenError("corrupt", `${file} is ${size} bytes long and its header says ${pages * pageSize}: restore it from a backup`);
}

function sizeOrZero(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
