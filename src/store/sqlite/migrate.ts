import Database from "better-sqlite3";
import { StoreOpenError } from "../store-open-error.js";
import { migrations } from "./migrations.js";

/** "Matr": marks the file as ours in its header. */
export const applicationId = 0x4d617472;

/** The schema version this program writes. */
export const newestSchema = migrations.length;

/**
 * Brings `database` to the newest schema and makes the connection's first write, all in one transaction. Refuses a schema newer than
 * the program, somebody else's file, and tables that are not what the migrations make.
 */
export function migrate(database: Database.Database, file: string, createdBy: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const from = schemaVersion(database, file);
    for (const migration of migrations.slice(from)) database.exec(migration.sql);
    recordOpening(database, from, createdBy);
    database.exec("COMMIT");
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
  requireOwnSchema(database, file);
}

function schemaVersion(database: Database.Database, file: string): number {
  const tables = Number(database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get());
  const id = Number(database.pragma("application_id", { simple: true }));
  if (tables === 0 && id === 0) return 0;
  if (id !== applicationId) {
    throw new StoreOpenError("foreign_file", `${file} is a SQLite file of another program: give Matricula a file of its own`);
  }
  const version = Number(database.prepare("SELECT value FROM meta WHERE key = 'schema_version'").pluck().get());
  if (!Number.isInteger(version) || version < 1) {
    throw new StoreOpenError("corrupt", `${file} does not say its schema version: restore it from a backup`);
  }
  if (version > newestSchema) {
    throw new StoreOpenError(
      "schema_too_new",
      `${file} has schema version ${version} and this program knows ${newestSchema}: start the newer program, or restore a backup made before the upgrade`,
    );
  }
  return version;
}

function recordOpening(database: Database.Database, from: number, createdBy: string): void {
  const put = database.prepare("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  if (from === 0) {
    database.pragma(`application_id = ${applicationId}`);
    put.run("created_by", createdBy);
  }
  put.run("schema_version", newestSchema);
  const opened = Number(database.prepare("SELECT value FROM meta WHERE key = 'opened'").pluck().get() ?? 0);
  put.run("opened", opened + 1);
}

/** The names and definitions of all tables, indexes and triggers, in order of name. */
export function schemaOf(database: Database.Database): { readonly name: string; readonly sql: string }[] {
  return database
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
}

// Reading the whole schema and comparing it is what start-up can afford: `quick_check` reads every page, minutes at 10 million clients.
function requireOwnSchema(database: Database.Database, file: string): void {
  const model = new Database(":memory:");
  try {
    for (const migration of migrations) model.exec(migration.sql);
    if (JSON.stringify(schemaOf(model)) !== JSON.stringify(schemaOf(database))) {
      throw new StoreOpenError("corrupt", `${file} has tables that this program's migrations do not make: restore it from a backup`);
    }
  } finally {
    model.close();
  }
}
