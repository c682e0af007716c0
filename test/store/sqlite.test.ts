import { statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { firstBrokenLink } from "../../src/store/chain.js";
import { migrations } from "../../src/store/sqlite/migrations.js";
import { applicationId, schemaOf } from "../../src/store/sqlite/migrate.js";
import { openReader } from "../../src/store/sqlite/database.js";
import { createClientLists } from "../../src/store/sqlite/list.js";
import { openSqliteStore } from "../../src/store/sqlite/store.js";
import { storeContract } from "./contract.js";
import { bytes, client, deleteClient, idempotency, insertClient, insertIdempotency, insertToken, noon, ownersCount, query, registration, token, useOnce, useToken } from "./samples.js";
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

  test("refuses the counts that too many wait for, and lets every watch read changes meanwhile", async () => {
    const store = await openSqliteStore({ file: freshFile() });
    await store.commit(registration("a"));
    const counts = await Promise.allSettled([...Array.from({ length: 65 }, () => store.lister.count(query())), ...Array.from({ length: 200 }, () => store.lister.changesAfter("default", 0, 10))]);
    expect(counts.slice(0, 64).map((one) => one.status === "fulfilled" && one.value)).toEqual(Array(64).fill(1));
    expect(counts[64]).toMatchObject({ status: "rejected", reason: { kind: "overloaded", retryAfter: 1 } });
    expect(counts.slice(65).every((one) => one.status === "fulfilled")).toBe(true);
    expect(await store.lister.count(query())).toBe(1);
    await store.close();
  });

  test("a list that is abandoned ends with its stretch, and the others go on", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    await store.commit(Array.from({ length: 10_000 }, (_, number) => insertClient(`c${number}`, {}, [])));
    const caller = new AbortController();
    const counts = [store.lister.count(query({ policy: "none" }), caller.signal), store.lister.count(query())];
    caller.abort();
    await expect(counts[0]).rejects.toMatchObject({ kind: "deadline_exceeded" });
    expect(await counts[1]).toBe(10_000);
    await store.close();

    const database = openReader(file);
    let stretches = 0;
    const lists = createClientLists(database, () => Promise.resolve(void (stretches += 1)));
    await lists.count(query(), () => stretches < 2);
    await lists.list({ ...query(), policy: "none" }, () => stretches < 4);
    database.close();
    expect(stretches).toBe(4);
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

  test("forgets what must not be seen twice once it has expired", async () => {
    const file = freshFile();
    const store = await openSqliteStore({ file });
    await store.commit([useOnce(1), useOnce(2), useOnce(3, noon, noon + 900)]);
    await store.commit([useOnce(4, noon + 60, noon + 120)]);
    await store.commit([useOnce(5, noon + 61, noon + 121)]);
    await store.close();
    const kept = inspect(file, (database) => database.prepare("SELECT expires_at FROM used_once ORDER BY expires_at").pluck().all());
    expect(kept).toEqual([noon + 120, noon + 121, noon + 900]);
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

describe("a file of the first release", () => {
  /** As it was written then: by its own statements, not by those of today. */
  function firstRelease(file: string): void {
    inspect(file, (database) => {
      database.exec(migrations[0]!.sql);
      database.pragma(`application_id = ${applicationId}`);
      database.exec("INSERT INTO meta (key, value) VALUES ('created_by', 'matricula'), ('schema_version', 1), ('opened', 1)");
      const insert = database.prepare(
        "INSERT INTO client VALUES (NULL, @realm, @id, 1, @state, @kind, @owner, @credential, @wayIn, 'default', '1', @at, @at, NULL, NULL, NULL, @record, @mac, 1)",
      );
      const sample = client("a");
      const row = {
        realm: "default", id: "a", state: 1, kind: 2, owner: sample.owner.id, credential: sample.owner.credentialId, wayIn: "certificate", at: noon,
        record: sample.record, mac: sample.mac,
      };
      const byToken = { kind: 3, owner: "t", credential: "t", wayIn: "initial_access_token" };
      const byNobody = { kind: 1, owner: "anonymous", credential: "", wayIn: "open" };
      const rows = [
        row, { ...row, id: "b", state: 2, credential: "renewed" }, { ...row, id: "c", state: 3 }, { ...row, id: "d", ...byToken }, { ...row, id: "e", ...byToken },
        { ...row, id: "f", ...byNobody }, { ...row, id: "g", realm: "other", ...byNobody }, { ...row, id: "h", ...byToken, state: 3 }, { ...row, id: "i", credential: "" },
      ];
      for (const each of rows) insert.run(each);
      database
        .prepare("INSERT INTO initial_access_token VALUES ('default', 't', 'for a test', ?, 'default', 3, ?, 2, ?, ?, ?, NULL)")
        .run(bytes(5), noon, sample.owner.id, sample.owner.credentialId, noon + 3600);
    });
  }

  test("is brought up to date with its clients and tokens, and counted", async () => {
    const file = freshFile();
    firstRelease(file);
    const store = await openSqliteStore({ file });
    expect((await store.lister.list(query())).map((found) => found.client.clientId)).toEqual(["a", "b", "d", "e", "f", "i"]);
    expect(store.clients.find("default", "a")?.client).toEqual(client("a"));
    expect(store.initialAccessTokens.find("default", "t")).toEqual(token("t", { usesLeft: 3 }));
    expect(await store.commit([useToken("t"), insertToken("u", { owner: "team", redirectHosts: ["a.example"] })])).toMatchObject({ committed: true });
    expect(store.initialAccessTokens.find("default", "u")).toEqual(token("u", { owner: "team", redirectHosts: ["a.example"] }));

    const credential = (kind: "certificate" | "initial_access_token", id: string) => store.counter.count({ realm: "default", scope: "credential", kind, id });
    expect(store.counter.count(ownersCount)).toBe(3);
    expect([credential("certificate", "fingerprint"), credential("certificate", "renewed"), credential("initial_access_token", "t")]).toEqual([1, 1, 2]);
    expect(["default", "other"].map((realm) => store.counter.count({ realm, scope: "open" }))).toEqual([1, 1]);
    await store.commit([deleteClient("a", 1), insertClient("z")]);
    expect(store.counter.count(ownersCount)).toBe(3);
    await store.close();
    // What was counted is what there is, and nothing else.
    const counts = inspect(file, (database) => database.prepare("SELECT count(*), sum(clients) FROM client_count").raw().get());
    expect(counts).toEqual([7, 11]);
  });

  test("is not counted twice when it is opened again", async () => {
    const file = freshFile();
    firstRelease(file);
    for (let opening = 0; opening < 2; opening += 1) await (await openSqliteStore({ file })).close();
    const store = await openSqliteStore({ file });
    expect(store.counter.count(ownersCount)).toBe(3);
    await store.close();
  });
});

test.each([
  ["client_key", "realm = 'r'"],
  ["client_by_initial_access_token", "realm = 'r' AND owner_kind = 3 AND owner_credential_id = 't'"],
  ["client_by_software_statement_issuer", "realm = 'r' AND software_statement_issuer IS NOT NULL AND software_statement_issuer = 'i'"],
])("a list reads %s in the order of its pages", (index, where) => {
  const plan = newSchema((database) => {
    const explain = (sql: string) => database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => detail);
    return explain(`SELECT mac FROM client INDEXED BY ${index} WHERE ${where} AND client_id < 'z' AND client_id >= 'a' ORDER BY client_id DESC LIMIT 5`);
  });
  expect(plan.join()).toContain(`SEARCH client USING INDEX ${index}`);
  expect(plan.join()).toMatch(/client_id>\? AND client_id<\?/);
  expect(plan.join()).not.toContain("TEMP B-TREE");
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
