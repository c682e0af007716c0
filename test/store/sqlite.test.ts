import { statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { firstBrokenLink } from "../../src/store/chain.js";
import { migrations } from "../../src/store/sqlite/migrations.js";
import { schemaOf } from "../../src/store/sqlite/migrate.js";
import { openSqliteStore } from "../../src/store/sqlite/store.js";
import { storeContract } from "./contract.js";
import { bytes, deleteClient, idempotency, insertClient, insertIdempotency, insertToken, noon, query, registration, useToken } from "./samples.js";
import { cleanDirectories, temporaryDirectory } from "./temporary.js";

cleanDirectories();

storeContract("sqlite", (options) => openSqliteStore({ file: freshFile(), ...options }));

function freshFile(): string {
  return join(temporaryDirectory(), "matricula.db");
}

/** Looks into a file that no store has open. */
function inspect<Result>(file: string, look: (database: Database.Database) => Result): Result {
  const database = new Database(file);
  try {
    return look(database);
  } finally {
    database.close();
  }
}

describe("a file", () => {
  test("keeps everything from one opening to the next, and the chain goes on", async () => {
    const file = freshFile();
    const first = await openSqliteStore({ file });
    await first.commit([...registration("a"), insertIdempotency("a"), insertToken("t", { usesLeft: 3 })]);
    await first.commit([insertClient("gone"), deleteClient("gone", 1)]);
    await first.commit([useToken("t")]);
    await first.close();

    const second = await openSqliteStore({ file });
    expect(second.clients.find("default", "a")?.client.record).toEqual(bytes(1));
    expect(second.clients.find("default", "gone")?.client.state).toBe("deleted");
    expect(second.idempotency.find(bytes(6), noon)).toEqual(idempotency("a"));
    expect(second.initialAccessTokens.findByDigest("default", bytes(5))?.usesLeft).toBe(2);
    expect(await second.commit(registration("b"))).toEqual({ committed: true, sequence: 2 });
    expect(firstBrokenLink(second.changes.after(0, 10))).toBeUndefined();
    expect(await second.lister.list(query())).toHaveLength(2);
    await second.close();
  });

  test("is readable by its owner alone, with its companions", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    await store.commit(registration("a"));
    for (const name of [file, `${file}-wal`, `${file}-shm`, `${file}.lock`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test("is whole after close: the WAL is gone", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    await store.commit(registration("a"));
    await store.close();
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
    expect(inspect(file, (database) => database.pragma("integrity_check", { simple: true }))).toBe("ok");
  });

  test("has a WAL that stays bounded", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    const record = new Uint8Array(32 * 1024);
    for (let round = 0; round < 10; round += 1) {
      const units = Array.from({ length: 200 }, (_, number) => store.commit([insertClient(`c${round}-${number}`, { record }, [])]));
      await Promise.all(units);
    }
    // 64 MB were written: checkpoints fall due at 12 MB, and one batch of 200 units is 6.4 MB.
    expect(statSync(`${file}-wal`).size).toBeLessThan(32 * 1024 * 1024);
    await store.close();
  });

  test("forgets expired idempotency records with the next writes", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    await store.commit(Array.from({ length: 3 }, (_, seed) => insertIdempotency("a", { mac: bytes(100 + seed) })));
    await store.commit([insertIdempotency("b", { mac: bytes(200), expiresAt: noon + 200_000 }, noon + 86_400)]);
    await store.commit([insertIdempotency("c", { mac: bytes(201), expiresAt: noon + 200_000 }, noon + 86_400)]);
    await store.close();
    const kept = inspect(file, (database) => database.prepare("SELECT client_id FROM idempotency ORDER BY client_id").pluck().all());
    expect(kept).toEqual(["b", "c"]);
  });
});

describe("the schema", () => {
  test("is what the last release made; a change to it is a new migration", async () => {
    const schema = newSchema((database) => schemaOf(database).map(({ name, sql }) => `-- ${name}\n${sql};\n`).join("\n"));
    await expect(schema).toMatchFileSnapshot("schema.sql");
  });

  test("numbers its migrations without a gap", () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, position) => position + 1));
  });

  test("has no index over the digests of clients' secrets", () => {
    const indexed = newSchema((database) =>
      database
        .prepare<[], string>(
          "SELECT t.name || '.' || c.name FROM pragma_table_list AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c",
        )
        .pluck()
        .all(),
    );
    expect(indexed).toContain("client.client_id");
    expect(indexed.filter((column) => column.endsWith(".digest"))).toEqual(["initial_access_token.digest"]);
  });

  test("has a change log that is only ever appended to", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    await store.commit(registration("a"));
    await store.close();
    inspect(file, (database) => {
      expect(() => database.exec("UPDATE change SET actor_id = 'x'")).toThrow(/append-only/);
      expect(() => database.exec("DELETE FROM change")).toThrow(/append-only/);
    });
  });
});

function newSchema<Result>(look: (database: Database.Database) => Result): Result {
  const database = new Database(":memory:");
  try {
    for (const { sql } of migrations) database.exec(sql);
    return look(database);
  } finally {
    database.close();
  }
}
