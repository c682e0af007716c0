import Database from "better-sqlite3";
import { StoreOpenError } from "../store-open-error.js";

/** How a writing connection is set up. */
export interface WriterSettings {
  readonly file: string;
  /** "NORMAL" exists for the control run of the durability tests, which must see acknowledged writes unsynced. */
  readonly synchronous: "FULL" | "NORMAL";
}

/** Older libraries can lose commits when one connection writes while another checkpoints (the WAL-reset bug). */
const oldestLibrary = [3, 51, 3] as const;

const busyTimeoutMs = 5000;

/** After a checkpoint the WAL file is cut back to this, so that one burst does not keep its space for ever. */
const walBytesKept = 32 * 1024 * 1024;

/** Refuses a SQLite library older than 3.51.3; `version` as `sqlite_version()` tells it. */
export function requireLibrary(version: string): void {
  const parts = version.split(".").map(Number);
  for (const [position, least] of oldestLibrary.entries()) {
    const part = parts[position] ?? 0;
    if (part > least) return;
    if (part < least || Number.isNaN(part)) {
      throw new StoreOpenError(
        "library_too_old",
        `the SQLite library is ${version}; versions before ${oldestLibrary.join(".")} can lose commits: install a newer better-sqlite3`,
      );
    }
  }
}

/** The version of the library this process runs. */
export function libraryVersion(): string {
  const memory = new Database(":memory:");
  try {
    return String(memory.prepare("SELECT sqlite_version()").pluck().get());
  } finally {
    memory.close();
  }
}

/** Opens the one writing connection. Call `assertDurable` after its first write. */
export function openWriter({ file, synchronous }: WriterSettings): Database.Database {
  const database = new Database(file, { timeout: busyTimeoutMs });
  hardenConnection(database);
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${synchronous}`);
  database.pragma("foreign_keys = ON");
  database.pragma(`journal_size_limit = ${walBytesKept}`);
  // The built-in checkpoint swallows a failed sync; checkpoint.ts does it where the failure is seen.
  database.pragma("wal_autocheckpoint = 0");
  return database;
}

/** Opens a connection that only reads. */
export function openReader(file: string): Database.Database {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  hardenConnection(database);
  database.pragma("query_only = ON");
  return database;
}

function hardenConnection(database: Database.Database): void {
  database.pragma("trusted_schema = OFF");
  database.pragma("cell_size_check = ON");
  database.pragma("mmap_size = 0");
}

/**
 * Refuses a connection whose commits would not be on disk. Only sound after a write: better-sqlite3 is built to fall back to NORMAL in
 * WAL mode, and until the first write the pragma still answers FULL.
 */
export function assertDurable(database: Database.Database, { file, synchronous }: WriterSettings): void {
  const journal = String(database.pragma("journal_mode", { simple: true }));
  if (journal !== "wal") {
    throw new StoreOpenError("not_durable", `${file} has journal mode ${journal} and cannot be set to WAL: move it to a local file system`);
  }
  const expected = synchronous === "FULL" ? 2 : 1;
  const level = database.pragma("synchronous", { simple: true });
  if (level !== expected) {
    throw new StoreOpenError(
      "not_durable",
      `${file} runs with synchronous=${String(level)} after a write, so an answered registration could be lost: install the better-sqlite3 that package.json names`,
    );
  }
}
