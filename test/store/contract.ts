import { afterEach, describe, expect, test } from "vitest";
import type { ClientCountKey, ClientQuery, InitialAccessTokenQuery, PrincipalRecord, Store } from "../../src/domain/ports.js";
import { chainStart, firstBrokenLink } from "../../src/store/chain.js";
import {
  appendChange, bothCredentials, bytes, change, client, credential, deleteClient, demandQuota, idempotency, insertClient, insertIdempotency, insertToken,
  deleteBlock, demandUnblocked, blockRecord, insertBlock, noon, owner, ownersCount, query, record, recordUse, registration, replaceClient, revokeToken, token, useOnce, useToken,
} from "./samples.js";

/** Makes a fresh, empty store. */
export type StoreFactory = (options: { readonly queuedWrites?: number }) => Promise<Store>;

const committed = (sequence: number) => ({ committed: true, sequence });
const failed = (index: number, precondition: string) => ({ committed: false, index, precondition });

/** Each sentence of the port comments as a test; every store must pass all of it. */
export function storeContract(name: string, factory: StoreFactory): void {
  const opened: Store[] = [];

  async function open(options: { readonly queuedWrites?: number } = {}): Promise<Store> {
    const store = await factory(options);
    opened.push(store);
    return store;
  }

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  describe(`${name}: units`, () => {
    test("a unit is applied whole", async () => {
      const store = await open();
      const unit = [insertToken("t", { usesLeft: 2 }), insertClient("a"), insertIdempotency("a"), appendChange("a"), appendChange("t")];
      expect(await store.commit(unit)).toEqual(committed(2));
      expect(store.clients.find("default", "a")).toEqual({ client: client("a"), credentials: bothCredentials });
      expect(store.clients.findLive("default", "a")).toEqual(store.clients.find("default", "a"));
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))).toEqual(token("t", { usesLeft: 2 }));
      expect(store.idempotency.find(bytes(6), noon)).toEqual(idempotency("a"));
      expect(store.changes.after(0, 10)).toMatchObject([{ ...change("a"), sequence: 1 }, { ...change("t"), sequence: 2 }]);
    });

    test("a unit whose last precondition fails leaves nothing", async () => {
      const store = await open();
      await store.commit([insertToken("t", { usesLeft: 5 }), insertIdempotency("other")]);
      const unit = [useToken("t"), insertClient("a"), appendChange("a"), insertIdempotency("a")];
      expect(await store.commit(unit)).toEqual(failed(3, "unseen"));
      expect(store.clients.find("default", "a")).toBeUndefined();
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))?.usesLeft).toBe(5);
      expect(store.idempotency.find(bytes(6), noon)?.clientId).toBe("other");
      expect(store.changes.after(0, 10)).toEqual([]);
    });

    test("a unit that breaks midway leaves nothing and is rejected alone", async () => {
      const store = await open();
      const twice = [credential(), credential({ digest: bytes(9) })];
      const broken = store.commit([insertClient("broken", {}, twice), appendChange("broken")]);
      const sound = store.commit(registration("sound"));
      await expect(broken).rejects.toMatchObject({ kind: "internal" });
      expect(await sound).toEqual(committed(1));
      expect(store.clients.find("default", "broken")).toBeUndefined();
      expect(store.changes.after(0, 10).map((row) => row.subject)).toEqual(["sound"]);
    });

    test("one bad unit among a hundred fails alone", async () => {
      const store = await open();
      await store.commit([insertClient("c57")]);
      const units = Array.from({ length: 100 }, (_, number) => registration(`c${number}`));
      const results = await Promise.all(units.map((unit) => store.commit(unit)));
      expect(results[57]).toEqual(failed(0, "absent"));
      expect(results.filter((result) => result.committed)).toHaveLength(99);
      expect(await store.lister.list(query())).toHaveLength(100);
      expect(store.changes.after(0, 1000)).toHaveLength(99);
    });

    test("preconditions are tested in the order of the changes, inside the unit", async () => {
      const store = await open();
      const twice = [insertClient("a"), appendChange("a"), insertClient("a")];
      expect(await store.commit(twice)).toEqual(failed(2, "absent"));
      expect(store.clients.find("default", "a")).toBeUndefined();
      expect(await store.commit([insertClient("a"), replaceClient("a", { version: 2 }), deleteClient("a", 2)])).toEqual(committed(0));
      expect(store.clients.find("default", "a")?.client).toMatchObject({ version: 3, state: "deleted" });
      expect(await store.commit([insertToken("t", { usesLeft: 1 }), useToken("t"), useToken("t")])).toEqual(failed(2, "usable"));
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))).toBeUndefined();
    });

    test("the first precondition that fails is told", async () => {
      const store = await open();
      expect(await store.commit([appendChange("a"), useToken("none"), replaceClient("none", { version: 2 })])).toEqual(failed(1, "usable"));
    });

    test("units commit in the order of the calls", async () => {
      const store = await open();
      const names = Array.from({ length: 600 }, (_, number) => `c${number}`);
      const results = await Promise.all(names.map((subject) => store.commit([appendChange(subject)])));
      expect(results).toEqual(names.map((_, number) => committed(number + 1)));
      expect(store.changes.after(0, 1000).map((row) => row.subject)).toEqual(names);
    });

    test("an empty unit commits and changes nothing", async () => {
      const store = await open();
      expect(await store.commit([])).toEqual(committed(0));
    });

    test("sequence is that of the last appended change, 0 without one", async () => {
      const store = await open();
      expect(await store.commit([appendChange("a"), appendChange("b")])).toEqual(committed(2));
      expect(await store.commit([insertClient("a")])).toEqual(committed(0));
    });

    test("a full queue refuses with overloaded and a time, and writes nothing of what it refused", async () => {
      const store = await open({ queuedWrites: 4 });
      const results = await Promise.allSettled(Array.from({ length: 10 }, (_, number) => store.commit(registration(`c${number}`))));
      expect(results.map((result) => result.status)).toEqual([...Array(4).fill("fulfilled"), ...Array(6).fill("rejected")]);
      expect(results[4]).toMatchObject({ reason: { kind: "overloaded", retryAfter: 1 } });
      expect(await store.lister.list(query())).toHaveLength(4);
      expect(await store.commit(registration("later"))).toEqual(committed(5));
    });

    test("what was written does not change with the caller's buffers", async () => {
      const store = await open();
      const pool = Buffer.alloc(8192, 1);
      const committing = store.commit([insertClient("a", { record: pool.subarray(100, 700) })]);
      pool.fill(2);
      await committing;
      expect(store.clients.find("default", "a")?.client.record).toEqual(new Uint8Array(600).fill(1));
    });
  });

  describe(`${name}: clients`, () => {
    test("every member is kept", async () => {
      const store = await open();
      const full = { lastUsedAt: 4_294_967_295, expiresAt: 4_294_967_294, softwareId: "s\u00e9\u{1f600}\0", softwareStatementIssuer: "https://i.example", state: "suspended", keyVersion: 7 } as const;
      const credentials = [credential({ lastUsedAt: noon, expiresAt: 4_294_967_295, label: "2", scheme: "other" })];
      await store.commit([insertClient("a", full, credentials)]);
      expect(store.clients.find("default", "a")).toEqual({ client: client("a", full), credentials });
    });

    test("a key that was never used is not found", async () => {
      const store = await open();
      await store.commit([insertClient("a")]);
      expect(store.clients.find("default", "A")).toBeUndefined();
      expect(store.clients.find("other", "a")).toBeUndefined();
    });

    test("realms keep the same id apart", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertClient("a", { realm: "other", policy: "theirs" })]);
      expect(store.clients.find("other", "a")?.client.policy).toBe("theirs");
      expect(store.clients.find("default", "a")?.client.policy).toBe("default");
    });

    test("absent: a used key is refused", async () => {
      const store = await open();
      await store.commit([insertClient("a", { policy: "first" })]);
      expect(await store.commit([insertClient("a", { policy: "second" })])).toEqual(failed(0, "absent"));
      expect(store.clients.find("default", "a")?.client.policy).toBe("first");
    });

    test("replace takes the place of all but lastUsedAt", async () => {
      const store = await open();
      await store.commit([insertClient("a", { lastUsedAt: noon - 5 })]);
      const next = { version: 2, state: "suspended", owner: { kind: "client", id: "x", credentialId: "y" }, wayIn: "w", policy: "p", policyVersion: "9",
        createdAt: noon + 1, updatedAt: noon + 2, expiresAt: noon + 3, softwareId: "s", softwareStatementIssuer: "https://i.example", record: bytes(20), mac: bytes(21), keyVersion: 3 } as const;
      expect(await store.commit([replaceClient("a", { ...next, lastUsedAt: noon + 9 })])).toEqual(committed(0));
      expect(store.clients.find("default", "a")?.client).toEqual(client("a", { ...next, lastUsedAt: noon - 5 }));
    });

    test("replace keeps the credentials, or sets all of them", async () => {
      const store = await open();
      await store.commit([insertClient("a")]);
      await store.commit([replaceClient("a", { version: 2 })]);
      expect(store.clients.find("default", "a")?.credentials).toEqual(bothCredentials);
      const next = [credential({ label: "2" }), credential({ kind: "registration_access_token", label: "2" })];
      await store.commit([replaceClient("a", { version: 3 }, next)]);
      expect(store.clients.find("default", "a")?.credentials).toEqual(next);
      await store.commit([replaceClient("a", { version: 4 }, [])]);
      expect(store.clients.find("default", "a")?.credentials).toEqual([]);
    });

    test("version: a conflict, an unknown client and a deleted one are refused", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertClient("b"), deleteClient("b", 1)]);
      expect(await store.commit([replaceClient("a", { version: 3 })])).toEqual(failed(0, "version"));
      expect(await store.commit([replaceClient("a", { version: 1 })])).toEqual(failed(0, "version"));
      expect(await store.commit([deleteClient("a", 2)])).toEqual(failed(0, "version"));
      expect(await store.commit([replaceClient("none", { version: 2 })])).toEqual(failed(0, "version"));
      expect(await store.commit([replaceClient("b", { version: 3 })])).toEqual(failed(0, "version"));
      expect(await store.commit([deleteClient("b", 2)])).toEqual(failed(0, "version"));
    });

    test("of many who replace one version, one wins", async () => {
      const store = await open();
      await store.commit([insertClient("a")]);
      const racers = Array.from({ length: 50 }, (_, number) => store.commit([replaceClient("a", { version: 2, policy: `p${number}` })]));
      const results = await Promise.all(racers);
      expect(results.filter((result) => result.committed)).toHaveLength(1);
      expect(store.clients.find("default", "a")?.client).toMatchObject({ version: 2, policy: "p0" });
    });

    test("delete leaves a tombstone without record and credentials, whose key is never free again", async () => {
      const store = await open();
      await store.commit([insertClient("a")]);
      expect(await store.commit([deleteClient("a", 1)])).toEqual(committed(0));
      const tombstone = client("a", { version: 2, state: "deleted", updatedAt: noon + 60, record: new Uint8Array(0), mac: bytes(9), keyVersion: 2 });
      expect(store.clients.find("default", "a")).toEqual({ client: tombstone, credentials: [] });
      expect(store.clients.findLive("default", "a")).toBeUndefined();
      expect(await store.commit([insertClient("a")])).toEqual(failed(0, "absent"));
    });
  });

  describe(`${name}: initial access tokens`, () => {
    test("a token is found by its digest, in its realm", async () => {
      const store = await open();
      await store.commit([insertToken("t")]);
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))).toEqual(token("t"));
      expect(store.initialAccessTokens.findByDigest("other", bytes(5))).toBeUndefined();
      expect(store.initialAccessTokens.findByDigest("default", bytes(50))).toBeUndefined();
    });

    test("absent: a used id is refused", async () => {
      const store = await open();
      await store.commit([insertToken("t")]);
      expect(await store.commit([insertToken("t", { digest: bytes(50) })])).toEqual(failed(0, "absent"));
      expect(store.initialAccessTokens.findByDigest("default", bytes(50))).toBeUndefined();
    });

    test("every member is kept, found by digest and by id", async () => {
      const store = await open();
      const full = { owner: "team a", purpose: "f\u00fcr Tests", force: bytes(30), redirectHosts: ["a.example", "*.b.example"], boundTo: "sha256:ab", usesLeft: 3, revokedAt: noon + 1 };
      await store.commit([insertToken("t", full), insertToken("u", { digest: bytes(50) })]);
      expect(store.initialAccessTokens.find("default", "t")).toEqual(token("t", full));
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))).toEqual(token("t", full));
      expect(store.initialAccessTokens.find("default", "u")).toEqual(token("u", { digest: bytes(50) }));
      expect(store.initialAccessTokens.find("default", "none")).toBeUndefined();
      expect(store.initialAccessTokens.find("other", "t")).toBeUndefined();
    });

    test("unrevoked: a token is revoked once, and admits nobody from then on", async () => {
      const store = await open();
      await store.commit([insertToken("t", { usesLeft: 2 }), insertToken("u", { digest: bytes(50) })]);
      expect(await store.commit([revokeToken("t", noon + 5)])).toEqual(committed(0));
      expect(store.initialAccessTokens.find("default", "t")).toEqual(token("t", { usesLeft: 2, revokedAt: noon + 5 }));
      expect(store.initialAccessTokens.find("default", "u")?.revokedAt).toBeNull();
      expect(await store.commit([revokeToken("t", noon + 9)])).toEqual(failed(0, "unrevoked"));
      expect(await store.commit([revokeToken("none")])).toEqual(failed(0, "unrevoked"));
      expect(await store.commit([useToken("t")])).toEqual(failed(0, "usable"));
      expect(store.initialAccessTokens.find("default", "t")?.revokedAt).toBe(noon + 5);
    });

    test("of revocations and uses in one unit each sees the one before", async () => {
      const store = await open();
      await store.commit([insertToken("t")]);
      expect(await store.commit([revokeToken("t"), useToken("t")])).toEqual(failed(1, "usable"));
      expect(await store.commit([revokeToken("t"), revokeToken("t")])).toEqual(failed(1, "unrevoked"));
      expect(store.initialAccessTokens.find("default", "t")?.revokedAt).toBeNull();
    });

    test("a list has all, or those that admit, in byte order of id, by pages", async () => {
      const store = await open();
      const ids = async (changes: Partial<InitialAccessTokenQuery>) =>
        (await store.lister.listInitialAccessTokens({ realm: "default", usableAt: null, after: "", limit: 10, ...changes })).map(({ id }) => id);
      expect(await ids({})).toEqual([]);
      const states = { d: {}, B: { usesLeft: 1 }, a: { revokedAt: noon - 1 }, c: { usesLeft: 0 }, e: { expiresAt: noon }, f: { realm: "other" } };
      await store.commit(Object.entries(states).map(([id, changes], number) => insertToken(id, { digest: bytes(100 + number), ...changes })));
      expect(await ids({})).toEqual(["B", "a", "c", "d", "e"]);
      expect(await ids({ usableAt: noon })).toEqual(["B", "d"]);
      expect(await ids({ usableAt: noon - 1 })).toEqual(["B", "d", "e"]);
      expect(await ids({ limit: 2 })).toEqual(["B", "a"]);
      expect(await ids({ limit: 2, after: "a" })).toEqual(["c", "d"]);
      expect(await ids({ limit: 1, after: "B", usableAt: noon })).toEqual(["d"]);
      expect(await ids({ realm: "other" })).toEqual(["f"]);
      const [first] = await store.lister.listInitialAccessTokens({ realm: "default", usableAt: null, after: "", limit: 1 });
      expect(first).toEqual(token("B", { usesLeft: 1, digest: bytes(101) }));
    });

    test("usable: not revoked, before expiry, and a use left", async () => {
      const store = await open();
      await store.commit([insertToken("revoked", { revokedAt: noon - 1 }), insertToken("spent", { usesLeft: 0 }), insertToken("t")]);
      expect(await store.commit([useToken("revoked")])).toEqual(failed(0, "usable"));
      expect(await store.commit([useToken("spent")])).toEqual(failed(0, "usable"));
      expect(await store.commit([useToken("none")])).toEqual(failed(0, "usable"));
      expect(await store.commit([useToken("t", noon + 3599)])).toEqual(committed(0));
      expect(await store.commit([useToken("t", noon + 3600)])).toEqual(failed(0, "usable"));
    });

    test("a use is taken; null means any number", async () => {
      const store = await open();
      await store.commit([insertToken("two", { usesLeft: 2 }), insertToken("any", { digest: bytes(50) })]);
      await store.commit([useToken("two")]);
      await store.commit([useToken("any")]);
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))?.usesLeft).toBe(1);
      expect(store.initialAccessTokens.findByDigest("default", bytes(50))?.usesLeft).toBeNull();
    });

    test("of fifty who race for the last use, one wins and the others leave nothing", async () => {
      const store = await open();
      await store.commit([insertToken("t", { usesLeft: 1 })]);
      const racers = Array.from({ length: 50 }, (_, number) => store.commit([useToken("t"), ...registration(`c${number}`)]));
      const results = await Promise.all(racers);
      expect(results.filter((result) => result.committed)).toHaveLength(1);
      expect(results.filter((result) => !result.committed)).toEqual(Array(49).fill(failed(0, "usable")));
      expect(await store.lister.list(query())).toHaveLength(1);
      expect(store.initialAccessTokens.findByDigest("default", bytes(5))?.usesLeft).toBe(0);
    });
  });

  describe(`${name}: counts and quotas`, () => {
    const nobody: PrincipalRecord = { kind: "anonymous", id: "anonymous", credentialId: "" };
    const byToken: PrincipalRecord = { kind: "initial_access_token", id: "team", credentialId: "t" };
    const credentialsCount: ClientCountKey = { realm: "default", scope: "credential", kind: owner.kind, id: owner.credentialId };
    const openCount: ClientCountKey = { realm: "default", scope: "open" };

    test("live clients are counted by owner, by credential and by the open way in", async () => {
      const store = await open();
      const count = (key: ClientCountKey) => store.counter.count(key);
      expect([ownersCount, credentialsCount, openCount].map(count)).toEqual([0, 0, 0]);
      await store.commit([
        insertClient("a"), insertClient("b", { state: "suspended" }), insertClient("c", { owner: { ...owner, credentialId: "renewed" } }),
        insertClient("d", { owner: { ...owner, credentialId: "" }, wayIn: "open" }), insertClient("e", { owner: nobody, wayIn: "open" }),
        insertClient("f", { owner: byToken }), insertClient("g", { realm: "other" }), insertClient("h", { owner: { ...owner, kind: "user" } }),
      ]);
      expect([ownersCount, credentialsCount, openCount].map(count)).toEqual([4, 2, 2]);
      expect(count({ ...ownersCount, kind: "user" } as ClientCountKey)).toBe(1);
      expect(count({ ...ownersCount, realm: "other" })).toBe(1);
      expect(count({ realm: "default", scope: "owner", kind: "anonymous", id: "anonymous" })).toBe(0);
      expect(count({ realm: "default", scope: "owner", kind: "initial_access_token", id: "team" })).toBe(1);
      expect(count({ realm: "default", scope: "credential", kind: "initial_access_token", id: "t" })).toBe(1);
    });

    test("deleted clients are not, and one that changes hands is counted where it is", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertClient("b"), insertClient("c", { owner: nobody, wayIn: "open" })]);
      await store.commit([deleteClient("a", 1), deleteClient("c", 1)]);
      expect([ownersCount, credentialsCount, openCount].map((key) => store.counter.count(key))).toEqual([1, 1, 0]);
      await store.commit([replaceClient("b", { version: 2, state: "suspended" })]);
      expect(store.counter.count(ownersCount)).toBe(1);
      await store.commit([replaceClient("b", { version: 3, owner: byToken, wayIn: "open" })]);
      expect([ownersCount, credentialsCount, openCount].map((key) => store.counter.count(key))).toEqual([0, 0, 1]);
    });

    test("a unit that fails has counted nothing", async () => {
      const store = await open();
      expect(await store.commit([insertClient("a"), insertClient("a")])).toEqual(failed(1, "absent"));
      expect(await store.commit([insertClient("b"), deleteClient("b", 1), deleteClient("b", 9)])).toEqual(failed(2, "version"));
      expect(store.counter.count(ownersCount)).toBe(0);
    });

    test("quota: fewer live clients than the limit, those of the same unit included", async () => {
      const store = await open();
      expect(await store.commit([demandQuota(1), insertClient("a")])).toEqual(committed(0));
      expect(await store.commit([demandQuota(1), insertClient("b")])).toEqual(failed(0, "quota"));
      expect(await store.commit([demandQuota(1, openCount), demandQuota(2), insertClient("b"), demandQuota(2)])).toEqual(failed(3, "quota"));
      expect(store.clients.find("default", "b")).toBeUndefined();
      expect(await store.commit([deleteClient("a", 1), demandQuota(1), insertClient("b")])).toEqual(committed(0));
      expect(await store.commit([demandQuota(0, openCount)])).toEqual(failed(0, "quota"));
    });

    test("of twenty who race for five places, five get one, and a deletion makes room for one more", async () => {
      const store = await open();
      const results = await Promise.all(Array.from({ length: 20 }, (_, number) => store.commit([demandQuota(5), ...registration(`c${number}`)])));
      expect(results.filter((result) => result.committed)).toHaveLength(5);
      expect(results.filter((result) => !result.committed)).toEqual(Array(15).fill(failed(0, "quota")));
      expect(await store.lister.list(query())).toHaveLength(5);
      await store.commit([deleteClient("c0", 1)]);
      const again = await Promise.all(Array.from({ length: 5 }, (_, number) => store.commit([demandQuota(5), ...registration(`d${number}`)])));
      expect(again.filter((result) => result.committed)).toHaveLength(1);
      expect(store.counter.count(ownersCount)).toBe(5);
    });
  });

  describe(`${name}: idempotency`, () => {
    test("a record is found until it expires", async () => {
      const store = await open();
      await store.commit([insertIdempotency("a")]);
      expect(store.idempotency.find(bytes(6), noon + 86_399)).toEqual(idempotency("a"));
      expect(store.idempotency.find(bytes(6), noon + 86_400)).toBeUndefined();
      expect(store.idempotency.find(bytes(60), noon)).toBeUndefined();
    });

    test("unseen: an unexpired record is not replaced, an expired one is", async () => {
      const store = await open();
      await store.commit([insertIdempotency("a")]);
      expect(await store.commit([insertIdempotency("b", {}, noon + 86_399)])).toEqual(failed(0, "unseen"));
      expect(store.idempotency.find(bytes(6), noon)?.clientId).toBe("a");
      const later = { createdAt: noon + 86_400, expiresAt: noon + 172_800 };
      expect(await store.commit([insertIdempotency("b", later, noon + 86_400)])).toEqual(committed(0));
      expect(store.idempotency.find(bytes(6), noon + 86_400)?.clientId).toBe("b");
    });

    test("of many with one key, one registers", async () => {
      const store = await open();
      const racers = Array.from({ length: 20 }, (_, number) => store.commit([...registration(`c${number}`), insertIdempotency(`c${number}`)]));
      const results = await Promise.all(racers);
      expect(results.filter((result) => result.committed)).toHaveLength(1);
      expect(await store.lister.list(query())).toHaveLength(1);
    });

    const gone = { clientId: "", sealed: new Uint8Array(0) };

    test("a client's answers are gone when it is replaced or deleted, and all else of them stays; others' are kept", async () => {
      const store = await open();
      const answers = [insertIdempotency("a"), insertIdempotency("a", { mac: bytes(61) }), insertIdempotency("b", { mac: bytes(60) }), insertIdempotency("a", { mac: bytes(62), realm: "other" })];
      await store.commit([insertClient("a"), insertClient("b"), ...answers]);
      await store.commit([replaceClient("a", { version: 2 })]);
      expect(store.idempotency.find(bytes(6), noon)).toEqual(idempotency("a", gone));
      expect(store.idempotency.find(bytes(61), noon)).toEqual(idempotency("a", { mac: bytes(61), ...gone }));
      expect(store.idempotency.find(bytes(60), noon)).toEqual(idempotency("b", { mac: bytes(60) }));
      expect(store.idempotency.find(bytes(62), noon)).toEqual(idempotency("a", { mac: bytes(62), realm: "other" }));
      await store.commit([deleteClient("b", 1)]);
      expect(store.idempotency.find(bytes(60), noon)).toEqual(idempotency("b", { mac: bytes(60), ...gone }));
    });

    test("a key whose answer is gone stays used until it expires", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertIdempotency("a")]);
      await store.commit([replaceClient("a", { version: 2 })]);
      expect(await store.commit([replaceClient("a", { version: 3 }), insertIdempotency("a")])).toEqual(failed(1, "unseen"));
      expect(await store.commit([insertIdempotency("b", {}, noon + 86_399)])).toEqual(failed(0, "unseen"));
      expect(store.idempotency.find(bytes(6), noon + 86_399)).toMatchObject(gone);
      expect(store.idempotency.find(bytes(6), noon + 86_400)).toBeUndefined();
      const later = { createdAt: noon + 86_400, expiresAt: noon + 172_800 };
      expect(await store.commit([insertIdempotency("b", later, noon + 86_400)])).toEqual(committed(0));
      expect(store.idempotency.find(bytes(6), noon + 86_400)).toEqual(idempotency("b", later));
    });

    test("a replacement keeps an answer of its own, which the next one takes", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertIdempotency("a")]);
      expect(await store.commit([replaceClient("a", { version: 2 }), insertIdempotency("a", { mac: bytes(60) })])).toEqual(committed(0));
      expect(store.idempotency.find(bytes(60), noon)).toEqual(idempotency("a", { mac: bytes(60) }));
      await store.commit([replaceClient("a", { version: 3 })]);
      expect(store.idempotency.find(bytes(60), noon)).toEqual(idempotency("a", { mac: bytes(60), ...gone }));
    });

    test("a record that took an expired one's place is its own client's", async () => {
      const store = await open();
      const later = { createdAt: noon + 86_400, expiresAt: noon + 172_800 };
      await store.commit([insertClient("a"), insertClient("b"), insertIdempotency("a")]);
      await store.commit([insertIdempotency("b", later, noon + 86_400)]);
      await store.commit([replaceClient("a", { version: 2 })]);
      expect(store.idempotency.find(bytes(6), noon + 86_400)).toEqual(idempotency("b", later));
    });

    test("a unit that fails leaves the answers that it would have taken", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertIdempotency("a")]);
      expect(await store.commit([replaceClient("a", { version: 2 }), insertClient("a")])).toEqual(failed(1, "absent"));
      expect(store.idempotency.find(bytes(6), noon)).toEqual(idempotency("a"));
    });
  });

  describe(`${name}: what must not be seen twice`, () => {
    test("fresh: an unexpired key is refused, an expired one begins anew", async () => {
      const store = await open();
      expect(await store.commit([useOnce(1)])).toEqual(committed(0));
      expect(await store.commit([useOnce(1, noon + 59, noon + 200)])).toEqual(failed(0, "fresh"));
      expect(await store.commit([useOnce(2)])).toEqual(committed(0));
      expect(await store.commit([useOnce(1, noon + 60, noon + 200)])).toEqual(committed(0));
      expect(await store.commit([useOnce(1, noon + 199, noon + 300)])).toEqual(failed(0, "fresh"));
    });

    test("of many who use one key, one does, and twice in one unit is twice", async () => {
      const store = await open();
      const results = await Promise.all(Array.from({ length: 20 }, (_, number) => store.commit([useOnce(1), ...registration(`c${number}`)])));
      expect(results.filter((result) => result.committed)).toHaveLength(1);
      expect(await store.lister.list(query())).toHaveLength(1);
      expect(await store.commit([useOnce(2), useOnce(2)])).toEqual(failed(1, "fresh"));
      expect(await store.commit([useOnce(2), insertClient("c0")])).toEqual(failed(1, "absent"));
      expect(await store.commit([useOnce(2)])).toEqual(committed(0));
    });
  });

  describe(`${name}: blocked software`, () => {
    test("is blocked once, until it is not, and by its realm, kind and value alone", async () => {
      const store = await open();
      expect(await store.commit([insertBlock("s")])).toEqual(committed(0));
      expect(await store.commit([insertBlock("s", { reason: "again" })])).toEqual(failed(0, "absent"));
      expect(store.softwareBlocks.find({ realm: "default", kind: "software_id", value: "s" })).toEqual(blockRecord("s"));
      for (const other of [{ realm: "other" }, { kind: "issuer" }, { kind: "statement" }, { value: "S" }] as const) {
        expect(store.softwareBlocks.find({ realm: "default", kind: "software_id", value: "s", ...other })).toBeUndefined();
      }
      expect(await store.commit([demandUnblocked("s"), insertClient("a")])).toEqual(failed(0, "unblocked"));
      expect(await store.commit([demandUnblocked("S"), demandUnblocked("s", "other"), insertClient("a")])).toEqual(committed(0));
      expect(await store.commit([deleteBlock("s", "other")])).toEqual(failed(0, "blocked"));
      expect(await store.commit([deleteBlock("s")])).toEqual(committed(0));
      expect(await store.commit([demandUnblocked("s"), insertClient("b")])).toEqual(committed(0));
      expect(await store.commit([deleteBlock("s")])).toEqual(failed(0, "blocked"));
    });

    test("a unit sees what it blocks itself", async () => {
      const store = await open();
      expect(await store.commit([insertBlock("s"), demandUnblocked("s")])).toEqual(failed(1, "unblocked"));
      expect(await store.commit([insertBlock("s"), insertBlock("s")])).toEqual(failed(1, "absent"));
      expect(await store.commit([insertBlock("s"), deleteBlock("s"), demandUnblocked("s")])).toEqual(committed(0));
    });

    test("is listed by kind and value, from where a page ended", async () => {
      const store = await open();
      await store.commit([insertBlock("b"), insertBlock("\u{1f600}"), insertBlock("\uffff"), insertBlock("x", { realm: "other" }), insertBlock("z", { kind: "issuer" }), insertBlock("a", { kind: "statement" })]);
      const all = ["z", "b", "\uffff", "\u{1f600}", "a"];
      expect(store.softwareBlocks.after("default", undefined, 10).map(({ value }) => value)).toEqual(all);
      expect(store.softwareBlocks.after("default", undefined, 2).map(({ value }) => value)).toEqual(all.slice(0, 2));
      expect(store.softwareBlocks.after("default", { kind: "software_id", value: "b" }, 10).map(({ value }) => value)).toEqual(all.slice(2));
    });
  });

  describe(`${name}: uses`, () => {
    const secrets = [credential(), credential({ label: "2", digest: bytes(11) }), credential({ kind: "registration_access_token", digest: bytes(4) })];
    const usedAt = (store: Store, id: string) => {
      const found = store.clients.find("default", id);
      return [found?.client.lastUsedAt, ...(found?.credentials.map(({ lastUsedAt }) => lastUsedAt) ?? [])];
    };

    test("a use raises lastUsedAt of the client and of the secret that it names, and never lowers it", async () => {
      const store = await open();
      await store.commit([insertClient("a", {}, secrets)]);
      expect(await store.commit([recordUse("a", noon + 5, "2")])).toEqual(committed(0));
      expect(usedAt(store, "a")).toEqual([noon + 5, null, noon + 5, null]);
      await store.commit([recordUse("a", noon + 4, "1")]);
      expect(usedAt(store, "a")).toEqual([noon + 5, noon + 4, noon + 5, null]);
      await store.commit([recordUse("a", noon + 3, "2"), recordUse("a", noon + 9)]);
      expect(usedAt(store, "a")).toEqual([noon + 9, noon + 4, noon + 5, null]);
    });

    test("all else of the client stays as it is", async () => {
      const store = await open();
      await store.commit([insertClient("a", {}, secrets), appendChange("a")]);
      await store.commit([recordUse("a", noon + 5, "1")]);
      const [first, ...others] = secrets;
      expect(store.clients.find("default", "a")).toEqual({ client: client("a", { lastUsedAt: noon + 5 }), credentials: [{ ...first, lastUsedAt: noon + 5 }, ...others] });
      expect(store.changes.after(0, 10)).toHaveLength(1);
    });

    test("what is unknown or deleted is passed over, and the rest of the unit is written", async () => {
      const store = await open();
      await store.commit([insertClient("a", {}, secrets), insertClient("gone"), deleteClient("gone", 1), insertClient("b", { realm: "other" })]);
      const unit = [recordUse("none", noon + 5), recordUse("gone", noon + 5, "1"), recordUse("a", noon + 5, "9"), recordUse("b", noon + 5)];
      expect(await store.commit(unit)).toEqual(committed(0));
      expect(usedAt(store, "a")).toEqual([noon + 5, null, null, null]);
      expect(usedAt(store, "gone")).toEqual([null]);
      expect(store.clients.find("other", "b")?.client.lastUsedAt).toBeNull();
    });

    test("the first use of a registration access token is written once, and nothing else of the client with it", async () => {
      const store = await open();
      const old = credential({ kind: "registration_access_token", label: "2", digest: bytes(12) });
      const alike = credential({ label: "3", digest: bytes(13) });
      await store.commit([insertClient("a", {}, [...secrets, alike, old])]);
      const confirm = (clientId: string, label: string) => ({ kind: "confirm_registration_access_token", realm: "default", clientId, label, at: noon + 5 }) as const;
      expect(await store.commit([confirm("a", "1"), appendChange("a")])).toEqual(committed(1));
      const token = secrets[2]!;
      expect(store.clients.find("default", "a")).toEqual({ client: client("a"), credentials: [secrets[0], secrets[1], alike, { ...token, lastUsedAt: noon + 5 }, old] });
      for (const [clientId, label] of [["a", "1"], ["a", "3"], ["none", "1"]] as const) {
        expect(await store.commit([confirm(clientId, label), appendChange(clientId)])).toEqual({ committed: false, index: 0, precondition: "unconfirmed" });
      }
      await store.commit([deleteClient("a", 1)]);
      expect(await store.commit([confirm("a", "2")])).toMatchObject({ committed: false, precondition: "unconfirmed" });
      // Deleted in the same unit is deleted.
      await store.commit([insertClient("b")]);
      expect(await store.commit([deleteClient("b", 1), confirm("b", "1")])).toMatchObject({ committed: false, index: 1 });
      expect(store.changes.after(0, 10)).toHaveLength(1);
    });

    test("a replacement keeps them: of the client, and of each credential whose kind, label and digest stay", async () => {
      const store = await open();
      await store.commit([insertClient("a", {}, secrets), recordUse("a", noon + 5, "1"), recordUse("a", noon + 6, "2")]);
      await store.commit([replaceClient("a", { version: 2 }, [credential(), credential({ label: "2", digest: bytes(12) }), credential({ label: "3", digest: bytes(13) })])]);
      expect(usedAt(store, "a")).toEqual([noon + 6, noon + 5, null, null]);
    });
  });

  describe(`${name}: reads and the change log`, () => {
    test("every read port sees a commit that resolved", async () => {
      const store = await open();
      for (const name of ["a", "b", "c"]) {
        const { committed: done } = await store.commit(registration(name));
        expect(done).toBe(true);
        expect(store.clients.find("default", name)).toBeDefined();
        expect(store.changes.after(0, 10).at(-1)?.subject).toBe(name);
        expect((await store.lister.list(query())).at(-1)?.client.clientId).toBe(name);
      }
    });

    test("rows come in order of sequence, after the one given, at most as many as asked for", async () => {
      const store = await open();
      await Promise.all(["a", "b", "c", "d"].map((subject) => store.commit([appendChange(subject)])));
      expect(store.changes.after(1, 2).map((row) => [row.sequence, row.subject])).toEqual([[2, "b"], [3, "c"]]);
      expect(store.changes.after(4, 2)).toEqual([]);
    });

    test("units that failed leave no gap in the sequences", async () => {
      const store = await open();
      await store.commit([insertClient("a")]);
      const units = [[appendChange("1")], [appendChange("2"), insertClient("a")], [appendChange("3"), appendChange("4"), replaceClient("a", { version: 9 })], [appendChange("5")]];
      const results = await Promise.all(units.map((unit) => store.commit(unit)));
      expect(results).toEqual([committed(1), failed(1, "absent"), failed(2, "version"), committed(2)]);
      expect(store.changes.after(0, 10).map((row) => [row.sequence, row.subject])).toEqual([[1, "1"], [2, "5"]]);
    });

    test("every member of a change is kept", async () => {
      const store = await open();
      const full = change("a", { kind: "registration_access_token_confirmed", version: 7, trace: "00-ab-cd-01", previous: bytes(70), decisions: '[{"field":"scope"}]', reason: "it le\u00e4ked", at: 4_294_967_295 });
      await store.commit([{ kind: "append_change", change: full }]);
      expect(store.changes.after(0, 1)).toMatchObject([full]);
    });

    test("each row is chained to the one before, and a changed row breaks the chain", async () => {
      const store = await open();
      await Promise.all(["a", "b", "c", "d"].map((subject) => store.commit(registration(subject))));
      const rows = store.changes.after(0, 10);
      expect(firstBrokenLink(rows)).toBeUndefined();
      expect(firstBrokenLink(rows.slice(2), rows[1]?.chain ?? chainStart)).toBeUndefined();
      const forged = rows.map((row) => (row.sequence === 2 ? { ...row, actor: { ...row.actor, id: "somebody else" } } : row));
      expect(firstBrokenLink(forged)).toBe(2);
      expect(firstBrokenLink(rows.filter((row) => row.sequence !== 3))).toBe(4);
    });

    test("a reason is chained too, and a row without one as before there were reasons", async () => {
      const store = await open();
      await store.commit([appendChange("a"), appendChange("a", { kind: "suspended", reason: "it leaked" })]);
      const rows = store.changes.after(0, 10);
      expect(firstBrokenLink(rows)).toBeUndefined();
      expect(firstBrokenLink(rows.map((row) => ({ ...row, reason: "" })))).toBe(2);
      expect(Buffer.from(rows[0]!.chain).toString("hex")).toBe("7b14f77ed34a7b515bf1bf1181ff7a26e15a253b377ef26935c623523ebab422");
    });

    test("the end of the log and the chain at a sequence tell one log from another", async () => {
      const store = await open();
      expect(store.changes.logEnd()).toEqual({ sequence: 0, chain: chainStart });
      await store.commit([appendChange("a"), appendChange("b")]);
      const rows = store.changes.after(0, 10);
      expect(store.changes.logEnd()).toEqual({ sequence: 2, chain: rows[1]?.chain });
      expect([0, 1, 2, 3].map((sequence) => store.changes.chainAt(sequence))).toEqual([chainStart, rows[0]?.chain, rows[1]?.chain, undefined]);
    });

    test("whoever listens hears of each commit that appended, when every port sees it, until it stops", async () => {
      const store = await open();
      const heard: number[] = [];
      const stop = store.changes.onCommitted((sequence) => heard.push(sequence === store.changes.logEnd().sequence ? sequence : -1));
      await store.commit([appendChange("a"), appendChange("b")]);
      await store.commit([insertClient("a")]);
      await store.commit([appendChange("c"), insertClient("a")]);
      await store.commit([appendChange("c")]);
      expect(heard).toEqual([2, 3]);
      await Promise.all(Array.from({ length: 50 }, (_, number) => store.commit([appendChange(`c${number}`)])));
      expect(heard.at(-1)).toBe(53);
      stop();
      await store.commit([appendChange("d")]);
      expect(heard.at(-1)).toBe(53);
    });

    test("a realm's changes of clients are told in short, and where the rows end that were looked at", async () => {
      const store = await open();
      await store.commit([
        appendChange("a"), appendChange("t", { kind: "initial_access_token_created" }), appendChange("b", { realm: "other" }), appendChange("t", { kind: "initial_access_token_revoked" }),
        appendChange("a", { kind: "secret_rotated", version: 2, at: noon + 1, previous: bytes(1) }), appendChange("t", { kind: "initial_access_token_created" }),
      ]);
      const first = { sequence: 1, realm: "default", clientId: "a", version: 1, kind: "registered", at: noon };
      const second = { sequence: 5, realm: "default", clientId: "a", version: 2, kind: "secret_rotated", at: noon + 1 };
      expect(await store.lister.changesAfter("default", 0, 10)).toEqual({ rows: [first, second], end: 6 });
      expect(await store.lister.changesAfter("default", 0, 3)).toEqual({ rows: [first], end: 3 });
      expect(await store.lister.changesAfter("default", 1, 3)).toEqual({ rows: [], end: 4 });
      expect(await store.lister.changesAfter("default", 4, 1)).toEqual({ rows: [second], end: 5 });
      expect(await store.lister.changesAfter("default", 6, 10)).toEqual({ rows: [], end: 6 });
      expect(await store.lister.changesAfter("none", 0, 10)).toEqual({ rows: [], end: 6 });
    });
  });

  describe(`${name}: lists`, () => {
    async function filled(): Promise<Store> {
      const store = await open();
      await store.commit([
        insertClient("b", { createdAt: noon + 1, softwareId: "app" }),
        insertClient("a", { wayIn: "initial_access_token", policy: "strict" }),
        insertClient("C", { state: "suspended", createdAt: noon + 2 }),
        insertClient("d", { owner: { kind: "client", id: "somebody", credentialId: "" }, createdAt: noon + 3 }),
        insertClient("e"),
        deleteClient("e", 1),
        insertClient("f", { realm: "other" }),
        insertClient("\u00e9"),
      ]);
      return store;
    }

    async function ids(store: Store, changes: Partial<ClientQuery>): Promise<string[]> {
      return (await store.lister.list(query(changes))).map((found) => found.client.clientId);
    }

    test("all but deleted, in byte order of client id, of one realm", async () => {
      expect(await ids(await filled(), {})).toEqual(["C", "a", "b", "d", "\u00e9"]);
    });

    test("each filter alone and together", async () => {
      const store = await filled();
      expect(await ids(store, { states: ["deleted"] })).toEqual(["e"]);
      expect(await ids(store, { states: ["suspended", "deleted"] })).toEqual(["C", "e"]);
      expect(await ids(store, { ownerId: "somebody" })).toEqual(["d"]);
      expect(await ids(store, { ownerKind: "client" })).toEqual(["d"]);
      expect(await ids(store, { ownerKind: "user", ownerId: "somebody" })).toEqual([]);
      expect(await ids(store, { credentialId: "fingerprint", limit: 2 })).toEqual(["C", "a"]);
      expect(await ids(store, { credentialId: "another" })).toEqual([]);
      expect(await ids(store, { wayIn: "initial_access_token" })).toEqual(["a"]);
      expect(await ids(store, { policy: "strict" })).toEqual(["a"]);
      expect(await ids(store, { softwareId: "app" })).toEqual(["b"]);
      expect(await ids(store, { issuedFrom: noon + 1, issuedBefore: noon + 3 })).toEqual(["C", "b"]);
      expect(await ids(store, { issuedFrom: noon + 1, states: ["active"] })).toEqual(["b", "d"]);
      await store.commit([{ kind: "record_use", realm: "default", clientId: "b", at: noon + 9, secretLabel: "" }]);
      expect(await ids(store, { idleBefore: noon + 1 })).toEqual(["C", "a", "d", "\u00e9"]);
      expect(await ids(store, { idleBefore: noon + 9, policy: "strict" })).toEqual(["a"]);
      expect(await ids(store, { idleBefore: noon + 10 })).toEqual(["C", "a", "b", "d", "\u00e9"]);
      expect(await ids(store, { idleBefore: noon })).toEqual([]);
      expect(await ids(store, { realm: "other" })).toEqual(["f"]);
      expect(await ids(store, { realm: "none" })).toEqual([]);
    });

    test("the clients of one initial access token, by pages and by every other filter", async () => {
      const store = await open();
      const by = (credentialId: string): PrincipalRecord => ({ kind: "initial_access_token", id: "team", credentialId });
      await store.commit(["a", "b", "c", "d", "e"].map((id) => insertClient(id, { owner: by(id === "c" ? "u" : "t"), policy: id === "e" ? "strict" : "default" })));
      await store.commit([insertClient("f", { owner: { ...by("t"), kind: "user" } }), insertClient("g", { owner: by("t"), realm: "other" }), deleteClient("b", 1)]);
      const tokens = { ownerKind: "initial_access_token", credentialId: "t" } as const;
      expect(await ids(store, tokens)).toEqual(["a", "d", "e"]);
      expect(await ids(store, { ...tokens, limit: 2 })).toEqual(["a", "d"]);
      expect(await ids(store, { ...tokens, after: "a", limit: 2 })).toEqual(["d", "e"]);
      expect(await ids(store, { ...tokens, states: ["deleted"] })).toEqual(["b"]);
      expect(await ids(store, { ...tokens, policy: "strict" })).toEqual(["e"]);
      expect(await ids(store, { ...tokens, ownerId: "nobody" })).toEqual([]);
      expect(await ids(store, { credentialId: "t" })).toEqual(["a", "d", "e", "f"]);
    });

    test("the clients of one owner, by pages and by every other filter, also of one who has nobody's id", async () => {
      const store = await open();
      const by = (id: string, kind: PrincipalRecord["kind"] = "user"): PrincipalRecord => ({ kind, id, credentialId: "" });
      await store.commit(["a", "b", "c", "d", "e"].map((id) => insertClient(id, { owner: by(id === "c" ? "u" : "o"), policy: id === "e" ? "strict" : "default" })));
      await store.commit([insertClient("f", { owner: by("o", "certificate") }), insertClient("g", { owner: by("o"), realm: "other" }), deleteClient("b", 1)]);
      await store.commit([insertClient("h", { owner: by("anonymous", "anonymous") }), insertClient("i", { owner: by("anonymous") })]);
      expect(await ids(store, { ownerId: "o" })).toEqual(["a", "d", "e", "f"]);
      expect(await ids(store, { ownerId: "o", limit: 2 })).toEqual(["a", "d"]);
      expect(await ids(store, { ownerId: "o", after: "d" })).toEqual(["e", "f"]);
      expect(await ids(store, { ownerId: "o", descending: true, after: "f", limit: 2 })).toEqual(["e", "d"]);
      expect(await ids(store, { ownerId: "o", ownerKind: "user", policy: "strict" })).toEqual(["e"]);
      expect(await ids(store, { ownerId: "o", states: ["deleted"] })).toEqual(["b"]);
      expect(await store.lister.count(query({ ownerId: "o" }))).toBe(4);
      expect(await ids(store, { ownerId: "anonymous" })).toEqual(["h", "i"]);
      expect(await ids(store, { ownerId: "anonymous", ownerKind: "user" })).toEqual(["i"]);
    });

    test("are made for nobody who has gone", async () => {
      const store = await filled();
      const gone = AbortSignal.abort();
      await expect(store.lister.list(query(), gone)).rejects.toMatchObject({ kind: "deadline_exceeded" });
      await expect(store.lister.count(query(), gone)).rejects.toMatchObject({ kind: "deadline_exceeded" });
      const here = new AbortController();
      expect(await store.lister.count(query(), here.signal)).toBe(5);
      here.abort();
      expect(await store.lister.count(query())).toBe(5);
    });

    test("pages meet without a gap or a repetition", async () => {
      const store = await filled();
      expect(await ids(store, { limit: 2 })).toEqual(["C", "a"]);
      expect(await ids(store, { limit: 2, after: "a" })).toEqual(["b", "d"]);
      expect(await ids(store, { limit: 2, after: "d" })).toEqual(["\u00e9"]);
      expect(await ids(store, { after: "\u00e9" })).toEqual([]);
    });

    test("filters come before the limit, however far away the match is", async () => {
      const store = await open();
      const names = Array.from({ length: 5000 }, (_, number) => `c${String(number).padStart(5, "0")}`);
      await store.commit(names.map((name) => insertClient(name, { policy: name === "c04999" ? "rare" : "default" }, [])));
      expect(await ids(store, { policy: "rare", limit: 1 })).toEqual(["c04999"]);
      expect(await ids(store, { limit: 4500 })).toEqual(names.slice(0, 4500));
    });

    test("each client comes with its credentials", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertClient("b", {}, [])]);
      expect(await store.lister.list(query())).toEqual([{ client: client("a"), credentials: bothCredentials }, { client: client("b"), credentials: [] }]);
    });

    test("descending, the last comes first, by pages", async () => {
      const store = await filled();
      expect(await ids(store, { descending: true })).toEqual(["\u00e9", "d", "b", "a", "C"]);
      expect(await ids(store, { descending: true, limit: 2 })).toEqual(["\u00e9", "d"]);
      expect(await ids(store, { descending: true, limit: 2, after: "d" })).toEqual(["b", "a"]);
      expect(await ids(store, { descending: true, limit: 2, after: "a" })).toEqual(["C"]);
      expect(await ids(store, { descending: true, after: "C" })).toEqual([]);
      const names = Array.from({ length: 5000 }, (_, number) => `x${String(number).padStart(5, "0")}`);
      await store.commit(names.map((name) => insertClient(name, { policy: name === "x00001" ? "rare" : "default" }, [])));
      expect(await ids(store, { descending: true, policy: "rare", limit: 1 })).toEqual(["x00001"]);
      expect(await ids(store, { descending: true, after: "y", limit: 4500 })).toEqual(names.toReversed().slice(0, 4500));
    });

    test("by last use, where a client that was never used counts as used when it was registered", async () => {
      const store = await open();
      await store.commit([insertClient("a"), insertClient("b", { createdAt: noon + 10 }), insertClient("c", { lastUsedAt: noon + 10 }), insertClient("d", { createdAt: noon + 10, lastUsedAt: noon + 20 })]);
      expect(await ids(store, { usedFrom: noon + 10 })).toEqual(["b", "c", "d"]);
      expect(await ids(store, { usedBefore: noon + 10 })).toEqual(["a"]);
      expect(await ids(store, { usedFrom: noon + 1, usedBefore: noon + 20 })).toEqual(["b", "c"]);
    });

    test("by the issuer of the software statement, by pages in both directions and by every other filter", async () => {
      const store = await open();
      const of = (id: string, issuer: string | null, changes = {}) => insertClient(id, { softwareStatementIssuer: issuer, ...changes });
      await store.commit([of("a", "i"), of("b", null), of("c", "i"), of("d", "j"), of("e", "i", { policy: "strict" }), of("f", "i", { realm: "other" }), of("g", "i"), deleteClient("g", 1)]);
      const wanted = { softwareStatementIssuer: "i" };
      expect(await ids(store, wanted)).toEqual(["a", "c", "e"]);
      expect(await ids(store, { ...wanted, after: "a", limit: 1 })).toEqual(["c"]);
      expect(await ids(store, { ...wanted, descending: true, limit: 2 })).toEqual(["e", "c"]);
      expect(await ids(store, { ...wanted, policy: "strict" })).toEqual(["e"]);
      expect(await ids(store, { ...wanted, states: ["deleted"] })).toEqual(["g"]);
      expect(await ids(store, { ...wanted, ownerKind: "initial_access_token", credentialId: "t" })).toEqual([]);
      expect(await ids(store, { softwareStatementIssuer: "none" })).toEqual([]);
    });

    test("by texts of the record: the whole of one, a URI's host, a part", async () => {
      const store = await open();
      await store.commit([
        insertClient("a", { record: record({ 1: ["https://One.Example:8443/cb"], 3: ["code", "refresh"], 5: ["My Client"] }) }),
        // With bytes before it that are no text.
        insertClient("b", { record: Uint8Array.of(0x40, 0, 0x48, 0x80, 0x01, ...record({ 1: ["https://two.example/", "https://one.example."], 3: ["code"] })) }),
        insertClient("c", { record: record({ 5: ["an \u00c4pp"] }) }),
        insertClient("d", { record: record({ 3: ["code"] }) }), deleteClient("d", 1),
        // Two characters beyond ASCII whose lower case has a letter of it.
        insertClient("e", { record: record({ 5: ["At 273 \u212a in \u0130zmir"] }) }),
      ]);
      const is = (text: string) => ({ fields: [3], maps: [], test: "is", text }) as const;
      const host = (text: string) => ({ fields: [1], maps: [], test: "host", text }) as const;
      const holds = (text: string) => ({ fields: [5], maps: [], test: "holds", text }) as const;
      expect(await ids(store, { record: [is("code")] })).toEqual(["a", "b"]);
      expect(await ids(store, { record: [is("cod")] })).toEqual([]);
      expect(await ids(store, { record: [host("one.example")] })).toEqual(["a", "b"]);
      expect(await ids(store, { record: [host("two.example"), is("code")] })).toEqual(["b"]);
      expect(await ids(store, { record: [holds("client")] })).toEqual(["a"]);
      expect(await ids(store, { record: [holds("\u00e4p")], descending: true })).toEqual(["c"]);
      expect(await ids(store, { record: [holds("t 273 k in i\u0307zm")] })).toEqual(["e"]);
      expect(await ids(store, { record: [holds("k")] })).toEqual(["e"]);
      expect(await ids(store, { record: [host("one.example"), holds("client"), is("refresh")] })).toEqual(["a"]);
      // Two lists at once, each by its own condition.
      const both = await Promise.all([ids(store, { record: [is("refresh")] }), ids(store, { record: [host("two.example")] }), store.lister.count({ ...query(), record: [is("code")] })]);
      expect(both).toEqual([["a"], ["b"], 2]);
    });

    test("a count is how many a list has", async () => {
      const store = await filled();
      const wanted: Partial<ClientQuery>[] = [{}, { states: ["deleted"] }, { ownerId: "somebody" }, { realm: "other" }, { realm: "none" }, { issuedFrom: noon + 1 }, { softwareStatementIssuer: "x" }];
      for (const changes of wanted) expect(await store.lister.count(query(changes))).toBe((await ids(store, changes)).length);
      const names = Array.from({ length: 5000 }, (_, number) => `x${number}`);
      await store.commit(names.map((name) => insertClient(name, {}, [])));
      expect(await store.lister.count(query())).toBe(5005);
    });

    test("a filter is a value, not SQL", async () => {
      expect(await ids(await filled(), { ownerId: "x' OR '1'='1", after: "'; --" })).toEqual([]);
    });
  });

  describe(`${name}: close`, () => {
    test("what waits is finished, what comes after is refused", async () => {
      const store = await open();
      expect(store.writable()).toBe(true);
      const waiting = Array.from({ length: 300 }, (_, number) => store.commit(registration(`c${number}`)));
      const closing = store.close();
      expect(store.writable()).toBe(false);
      await expect(store.commit(registration("late"))).rejects.toMatchObject({ kind: "store_unavailable" });
      await closing;
      expect((await Promise.all(waiting)).map((result) => result.committed)).toEqual(Array(300).fill(true));
    });

    test("closing twice is closing once", async () => {
      const store = await open();
      await Promise.all([store.close(), store.close()]);
      await store.close();
    });
  });
}
