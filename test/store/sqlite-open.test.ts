import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { assertDurable, libraryVersion, openWriter, requireLibrary } from "../../src/store/sqlite/database.js";
import { requireLocalFileSystem } from "../../src/store/sqlite/file-checks.js";
import { migrate, newestSchema } from "../../src/store/sqlite/migrate.js";
import { openSqliteStore } from "../../src/store/sqlite/store.js";
import { registration } from "./samples.js";
import { cleanDirectories, temporaryDirectory } from "./temporary.js";

cleanDirectories();

async function closedStore(): Promise<string> {
  const file = join(temporaryDirectory(), "matricula.db");
  const store = await openSqliteStore({ file });
  await Promise.all(Array.from({ length: 50 }, (_, number) => store.commit(registration(`c${number}`))));
  await store.close();
  return file;
}

async function expectRefusal(file: string, code: string): Promise<void> {
  await expect(openSqliteStore({ file })).rejects.toMatchObject({ name: "StoreOpenError", code });
}

function execute(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

/** Opens the file in another process; says "opened" or the code of the refusal. */
function openElsewhere(file: string): string {
  const program = `
    const { openSqliteStore } = await import(process.argv[1]);
    try { await (await openSqliteStore({ file: process.argv[2] })).close(); console.log("opened"); }
    catch (error) { console.log(error.code ?? error); }`;
  const module = new URL("../../dist/store/sqlite/store.js", import.meta.url).href;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program, module, file], { encoding: "utf8" });
  return stdout.trim();
}

describe("durability is checked on the writing connection", () => {
  test("WAL and FULL hold after a write", () => {
    const settings = { file: join(temporaryDirectory(), "matricula.db"), synchronous: "FULL" } as const;
    const database = openWriter(settings);
    migrate(database, settings.file, "test");
    expect(() => assertDurable(database, settings)).not.toThrow();
    expect(database.pragma("synchronous", { simple: true })).toBe(2);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(database.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(database.pragma("trusted_schema", { simple: true })).toBe(0);
    expect(database.pragma("cell_size_check", { simple: true })).toBe(1);
    database.close();
  });

  test("control: the driver's own setting is refused after a write, and would not be before it", () => {
    const settings = { file: join(temporaryDirectory(), "matricula.db"), synchronous: "FULL" } as const;
    const database = new Database(settings.file);
    database.pragma("journal_mode = WAL");
    expect(database.pragma("synchronous", { simple: true })).toBe(2);
    database.exec("CREATE TABLE t (x)");
    expect(() => assertDurable(database, settings)).toThrow(expect.objectContaining({ code: "not_durable" }));
    database.close();
  });

  test("a journal that is not a WAL is refused", () => {
    const database = new Database(":memory:");
    expect(() => assertDurable(database, { file: ":memory:", synchronous: "FULL" })).toThrow(expect.objectContaining({ code: "not_durable" }));
    database.close();
  });
});

describe("opening refuses", () => {
  test.each(["3.51.2", "3.50.9", "2.99.99", "3.9.0", "unknown"])("SQLite %s", (version) => {
    expect(() => requireLibrary(version)).toThrow(expect.objectContaining({ code: "library_too_old" }));
  });

  test.each(["3.51.3", "3.52.0", "3.100.0", "4.0.0", libraryVersion()])("not SQLite %s", (version) => {
    expect(() => requireLibrary(version)).not.toThrow();
  });

  test.each([0x6969, 0x517b, 0xff534d42, -0xacb2be, 0xfe534d42, 0x01021997, 0x65735546])("the network file system %i", (type) => {
    expect(() => requireLocalFileSystem(type, "matricula.db")).toThrow(expect.objectContaining({ code: "network_file_system" }));
  });

  test.each([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630])("not the local file system %i", (type) => {
    expect(() => requireLocalFileSystem(type, "matricula.db")).not.toThrow();
  });

  test("a second process, and again after a second try in the first", async () => {
    const file = await closedStore();
    const store = await openSqliteStore({ file });
    expect(openElsewhere(file)).toBe("already_open");
    await expectRefusal(file, "already_open");
    expect(openElsewhere(file)).toBe("already_open");
    expect(await store.commit(registration("still"))).toMatchObject({ committed: true });
    await store.close();
    expect(openElsewhere(file)).toBe("opened");
  });

  test("a second process that comes by another name", async () => {
    const file = await closedStore();
    const other = `${file}.link`;
    symlinkSync(file, other);
    const store = await openSqliteStore({ file });
    expect(openElsewhere(other)).toBe("already_open");
    await store.close();
  });

  test("a schema newer than the program", async () => {
    const file = await closedStore();
    execute(file, `UPDATE meta SET value = ${newestSchema + 1} WHERE key = 'schema_version'`);
    await expectRefusal(file, "schema_too_new");
  });

  test("tables that the migrations do not make", async () => {
    const file = await closedStore();
    execute(file, "DROP INDEX idempotency_expiry");
    await expectRefusal(file, "corrupt");
  });

  test("another program's file", async () => {
    const file = join(temporaryDirectory(), "matricula.db");
    execute(file, "CREATE TABLE theirs (x)");
    await expectRefusal(file, "foreign_file");
  });

  test("what is not a SQLite file", async () => {
    const file = join(temporaryDirectory(), "matricula.db");
    writeFileSync(file, "client_id,client_secret\n".repeat(100));
    await expectRefusal(file, "corrupt");
  });

  test("a file cut short", async () => {
    const file = await closedStore();
    truncateSync(file, statSync(file).size - 4096);
    await expectRefusal(file, "corrupt");
  });

  test("a directory, a device, and a directory that is not there", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "matricula.db"));
    await expectRefusal(join(directory, "matricula.db"), "not_a_file");
    await expectRefusal(join(directory, "none", "matricula.db"), "cannot_open");
    await expectRefusal("/dev/full", "not_a_file");
  });

  test("and lets go of the lock", async () => {
    const file = await closedStore();
    execute(file, `UPDATE meta SET value = ${newestSchema + 1} WHERE key = 'schema_version'`);
    await expectRefusal(file, "schema_too_new");
    execute(file, `UPDATE meta SET value = ${newestSchema} WHERE key = 'schema_version'`);
    const store = await openSqliteStore({ file });
    await store.close();
  });
});

test("opening closes a file that others could read", async () => {
  const file = await closedStore();
  chmodSync(file, 0o644);
  const store = await openSqliteStore({ file });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await store.close();
});
