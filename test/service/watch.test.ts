// WatchClients: snapshot, changes, resume tokens, heartbeats, what is filtered out, and what each role is shown. Issue 6, item 3.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { RemovedClientSchema, WatchedClientSchema, type WatchClientsResponse } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { digestOf } from "../../src/domain/credentials.js";
import { compilePolicy } from "../../src/domain/policy.js";
import type { ClientWithCredentials } from "../../src/domain/ports.js";
import type { Registry } from "../../src/service/registry.js";
import { putTogether, type Said } from "../../src/service/watch/answers.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform, service } from "./calls.js";
import { said, watcher, type Watching } from "./watching.js";

const { registerClient, updateClient, deleteClient } = RegistrationService.method;
const reader = service("reader");
const redirectUris = ["https://client.example/cb"];

let registry: Registry;
let watch: ReturnType<typeof watcher>;

beforeEach(() => {
  registry = createRegistry();
  watch = watcher(registry);
});

async function add(clientName: string, softwareId?: string) {
  const { client, credentials } = await perform(registry, registerClient, { metadata: { redirectUris, clientName, ...(softwareId === undefined ? {} : { softwareId }) } }, nobody);
  const clientId = client!.clientId!;
  const token = credentials!.registrationAccessToken!;
  return {
    clientId,
    secret: credentials!.clientSecret!,
    rename: (name: string, software = softwareId) => perform(registry, updateClient, { clientId, metadata: { redirectUris, clientName: name, ...(software === undefined ? {} : { softwareId: software }) } }, bearer(token)),
    remove: () => perform(registry, deleteClient, { clientId }, bearer(token)),
  };
}

const lastToken = (answers: readonly { resumeToken: string }[]) => answers.at(-1)!.resumeToken;
const sayings = async (watching: Watching) => (await watching.untilHeartbeat()).map(said);

describe("a snapshot", () => {
  it("has every client in order of id, an end that counts them, and then what changed meanwhile", async () => {
    const [a, b] = [await add("a"), await add("b")];
    const watching = watch({ snapshot: true }, reader);
    const first = await watching.next();
    // In byte order of the ids, whose last part is random.
    expect(first!.map(said)).toEqual(a.clientId < b.clientId ? ["a 1", "b 1"] : ["b 1", "a 1"]);
    // Between the pages and the first change.
    await b.rename("B");
    await add("c");
    expect(await sayings(watching)).toEqual(["end of 2", "B 2", "c 1", "heartbeat"]);
  });

  it("of nothing is its end", async () => {
    expect(await sayings(watch({ snapshot: true }, reader))).toEqual(["end of 0", "heartbeat"]);
  });

  it("says by heartbeats that it is alive while nothing that matches is found, and is gone on with from those", async () => {
    await add("a");
    let found = () => {};
    const { lister } = registry.store;
    const slow: typeof lister.list = async (query) => {
      await new Promise<void>((resolve) => (found = resolve));
      return lister.list(query);
    };
    const slowly = watcher({ ...registry, store: { ...registry.store, lister: { ...lister, list: slow } } });
    const watching = slowly({ snapshot: true }, reader);
    let resumeToken = "";
    for (let beat = 0; beat < 2; beat += 1) {
      const next = watching.next();
      await new Promise((resolve) => setImmediate(resolve));
      watching.heartbeat();
      const [answer] = (await next)!;
      expect(answer!.event.case).toBe("heartbeat");
      ({ resumeToken } = answer!);
    }
    const next = watching.next();
    found();
    expect((await next)!.map(said)).toEqual(["a 1"]);
    expect(await sayings(watch({ resumeToken }, reader))).toEqual(["a 1", "end of 1", "heartbeat"]);
  });

  it("is gone on with from its middle, in pages, with what changed since it began", async () => {
    const added = [];
    for (let i = 0; i < 450; i += 1) added.push(await add(`client ${i}`));
    const broken = watch({ snapshot: true }, reader);
    const page = (await broken.next())!;
    expect(page).toHaveLength(200);
    broken.end();
    added.sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
    await added[10]!.rename("changed behind the page");
    const rest = await watch({ resumeToken: lastToken(page), snapshot: true }, reader).untilHeartbeat();
    expect(rest.slice(0, 250).map(({ event }) => event.case === "client" && event.value.client!.clientId)).toEqual(added.slice(200).map(({ clientId }) => clientId));
    expect(rest.slice(250).map(said)).toEqual(["end of 450", "changed behind the page 2", "heartbeat"]);
    // From within a page, the page comes again.
    const again = await watch({ resumeToken: page[150]!.resumeToken }, reader).next();
    expect(again![0]!.event).toMatchObject({ value: { client: { clientId: added[0]!.clientId } } });
  });
});

describe("changes", () => {
  it("come in order, each as the client is now, and deletions as removed", async () => {
    const watching = watch({}, reader);
    expect(await sayings(watching)).toEqual(["heartbeat"]);
    const a = await add("a");
    expect((await watching.next())!.map(said)).toEqual(["a 1"]);
    const b = await add("b");
    await a.rename("A");
    await a.rename("AA");
    await b.remove();
    expect((await watching.next())!.map(said)).toEqual(["AA 3", "deleted 2"]);
  });

  it("of another realm are not told", async () => {
    registry = { ...registry, realms: new Map([...registry.realms, ["other", { ...registry.realms.get("default")!, name: "other" }]]) };
    const watching = watcher(registry)({ realm: "other" }, reader);
    await watching.untilHeartbeat();
    await add("not its own");
    await perform(registry, registerClient, { realm: "other", metadata: { redirectUris, clientName: "its own" } }, nobody);
    expect((await watching.next())!.map(said)).toEqual(["its own 1"]);
  });

  it("are gone on with from any token, however many there were, each client once in what is read at once", async () => {
    const watching = watch({}, reader);
    const token = lastToken(await watching.untilHeartbeat());
    watching.end();
    const added = [];
    for (let i = 0; i < 300; i += 1) added.push(await add(`client ${i}`));
    for (const one of added) await one.rename("renamed");
    await added[0]!.remove();
    const answers = await watch({ resumeToken: token }, reader).untilHeartbeat();
    const last = new Map(answers.flatMap(({ event }) => (event.case === "client" ? [[event.value.client!.clientId!, event.value.client!.version]] : event.case === "removed" ? [[event.value.clientId, 0]] : [])));
    expect([...last]).toEqual(expect.arrayContaining(added.map(({ clientId }, i) => [clientId, i === 0 ? 0 : 2])));
    expect(last.size).toBe(300);
    expect(answers.length).toBeLessThan(650);
  });

  it("are read once for a hundred who follow", async () => {
    let reads = 0;
    const { changes, clients } = registry.store;
    registry = {
      ...registry,
      store: {
        ...registry.store,
        changes: { ...changes, after: (...range) => (reads++, changes.after(...range)) },
        clients: { ...clients, find: (...key) => (reads++, clients.find(...key)) },
      },
    };
    watch = watcher(registry);
    const all = Array.from({ length: 100 }, () => watch({}, reader));
    for (const one of all) await one.untilHeartbeat();
    reads = 0;
    await add("a");
    const answers = await Promise.all(all.map((one) => one.next()));
    expect(answers.map((batch) => batch!.map(said))).toEqual(all.map(() => ["a 1"]));
    // The rows, the end of them, and the client.
    expect(reads).toBeLessThanOrEqual(3);
  });

  it("that wait for a slow reader do not pile up: it goes back to the log, and misses none", async () => {
    const watching = watch({}, reader);
    await watching.untilHeartbeat();
    for (let i = 0; i < 1600; i += 200) await Promise.all(Array.from({ length: 200 }, () => add("client")));
    const seen = new Set<string>();
    while (seen.size < 1600) for (const { event } of (await watching.next())!) if (event.case === "client") seen.add(event.value.client!.clientId!);
    expect(seen.size).toBe(1600);
  });
});

describe("a filter", () => {
  it("lets through what matches, and says once when it no longer does", async () => {
    const watching = watch({ filter: { softwareId: "wanted" } }, reader);
    await watching.untilHeartbeat();
    const other = await add("other", "unwanted");
    const wanted = await add("wanted", "wanted");
    await other.rename("other again");
    expect((await watching.next())!.map(said)).toEqual(["wanted 1"]);
    await wanted.rename("lost", "unwanted");
    expect((await watching.next())!.map(said)).toEqual(["no longer 2"]);
    await wanted.rename("still lost", "unwanted");
    await other.rename("found", "wanted");
    expect((await watching.next())!.map(said)).toEqual(["found 3"]);
  });

  it("says it too of what was read back from the log", async () => {
    const wanted = await add("wanted", "wanted");
    const watching = watch({ filter: { softwareId: "wanted" }, snapshot: true }, reader);
    const token = lastToken(await watching.untilHeartbeat());
    watching.end();
    for (let i = 0; i < 300; i += 1) await add("noise", "noise");
    await wanted.rename("lost", "unwanted");
    expect(await sayings(watch({ filter: { softwareId: "wanted" }, resumeToken: token }, reader))).toEqual(["no longer 2", "heartbeat"]);
  });

  it("sends heartbeats with a fresh token when everything was filtered out", async () => {
    const watching = watch({ filter: { softwareId: "wanted" } }, reader);
    const before = lastToken(await watching.untilHeartbeat());
    for (let i = 0; i < 10; i += 1) await add("noise", "noise");
    const next = watching.next();
    await Promise.resolve();
    watching.heartbeat();
    const [answer] = (await next)!;
    expect(said(answer!)).toBe("heartbeat");
    expect(answer!.resumeToken).not.toBe(before);
    expect(await sayings(watch({ filter: { softwareId: "wanted" }, resumeToken: answer!.resumeToken }, reader))).toEqual(["heartbeat"]);
  });

  it.each([
    [{ usedFrom: 1 }, "used_from"],
    [{ usedBefore: 1 }, "used_before"],
    [{ states: [ClientState.DELETED] }, "deleted"],
  ])("refuses %j, which does not change with the client", async (filter, name) => {
    await expect(watch({ filter }, reader).next()).rejects.toMatchObject({ kind: "invalid_request", message: expect.stringContaining(name) as string });
  });
});

describe("a resume token is refused as RESUME_TOKEN_EXPIRED", () => {
  const expired = { kind: "resume_token_expired", message: expect.stringContaining("begin again with a snapshot") as string };
  let token: string;
  beforeEach(async () => {
    await add("a");
    token = lastToken(await watch({}, reader).untilHeartbeat());
  });

  it("by another change log that has as many rows under the same keys, as after a restore", async () => {
    const other = { ...registry, store: createMemoryStore() };
    registry = other;
    await add("other");
    await expect(watcher(other)({ resumeToken: token }, reader).next()).rejects.toMatchObject(expired);
  });

  it("by a change log that ends before it", async () => {
    await expect(watcher({ ...registry, store: createMemoryStore() })({ resumeToken: token }, reader).next()).rejects.toMatchObject(expired);
  });

  it("by a log that no longer reaches back to it", async () => {
    const { changes } = registry.store;
    const pruned = { ...registry, store: { ...registry.store, changes: { ...changes, chainAt: () => undefined } } };
    await expect(watcher(pruned)({ resumeToken: token }, reader).next()).rejects.toMatchObject(expired);
  });

  it.each([
    ["of another filter", { filter: { softwareId: "x" } }, reader],
    ["of another role", {}, service("verifier")],
  ])("%s", async (_, request, who) => {
    await expect(watch({ ...request, resumeToken: token }, who).next()).rejects.toMatchObject(expired);
  });

  it("when any of its bits is another", async () => {
    const bytes = Buffer.from(token, "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      await expect(watch({ resumeToken: altered.toString("base64url") }, reader).next()).rejects.toMatchObject(expired);
    }
    await expect(watch({ resumeToken: "nonsense" }, reader).next()).rejects.toMatchObject(expired);
  });
});

describe("digests of secrets", () => {
  it("are for verifiers, and are spelled as docs/watch.md says", async () => {
    const { clientId, secret } = await add("a");
    const [answer] = (await watch({ snapshot: true }, service("verifier")).next())!;
    const { secretDigests } = answer!.event.case === "client" ? answer!.event.value : expect.fail();
    expect(secretDigests).toMatchObject([{ label: "1", scheme: "sha256", expiresAt: 0 }]);
    expect(Buffer.from(secretDigests[0]!.digest)).toEqual(createHash("sha256").update(`client_secret\0default\0${clientId}\0${secret}`).digest());
  });

  it.each(["reader", "admin"])("are not for the role %s", async (role) => {
    const { secret, clientId } = await add("a");
    const answers = await watch({ snapshot: true }, service(role)).untilHeartbeat();
    expect(answers.flatMap(({ event }) => (event.case === "client" ? event.value.secretDigests : []))).toEqual([]);
    expect(JSON.stringify(answers)).not.toContain(Buffer.from(digestOf("client_secret", "default", clientId, secret)).toString("base64"));
  });

  it("have the test vector of docs/watch.md", () => {
    const text = readFileSync(new URL("../../docs/watch.md", import.meta.url), "utf8");
    expect(text).toContain("8effe6f4a2b29354ce44b64f6398e8c16818b974bbc6db4237d19ca2af5a734f");
    const digest = digestOf("client_secret", "default", "01m85esgxbwdf6dhmfdkt85h83", "mcs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    expect(Buffer.from(digest).toString("hex")).toBe("8effe6f4a2b29354ce44b64f6398e8c16818b974bbc6db4237d19ca2af5a734f");
  });
});

it("a damaged record is told of once, as a fault, and keeps nobody from the other clients", async () => {
  const [a, b] = [await add("a"), await add("b")];
  const { clients, lister } = registry.store;
  const damage = (found: ClientWithCredentials): ClientWithCredentials => (found.client.clientId === a.clientId ? { ...found, client: { ...found.client, policy: "another" } } : found);
  registry = {
    ...registry,
    store: {
      ...registry.store,
      lister: { ...lister, list: async (query) => (await lister.list(query)).map(damage) },
      clients: { ...clients, find: (...key) => { const found = clients.find(...key); return found && damage(found); } },
    },
  };
  watch = watcher(registry);
  await expect(watch({ snapshot: true }, reader).next()).rejects.toMatchObject({ kind: "internal", cause: { message: expect.stringContaining(a.clientId) as string } });
  expect((await sayings(watch({ snapshot: true }, reader))).sort()).toEqual(["b 1", "end of 1", "heartbeat", "no longer 1"]);
  const watching = watch({}, reader);
  await watching.untilHeartbeat();
  await b.rename("B");
  expect((await watching.next())!.map(said)).toEqual(["B 2"]);
});

describe("together", () => {
  it("clients come in one answer, in a snapshot and after it, and are counted each", async () => {
    const [a, b] = [await add("a"), await add("b")];
    const watching = watch({ snapshot: true, together: true }, reader);
    expect((await watching.next())!.map(said)).toEqual([a.clientId < b.clientId ? "a 1, b 1" : "b 1, a 1"]);
    await add("c");
    await b.rename("B");
    expect(await sayings(watching)).toEqual(["end of 2", "c 1, B 2", "heartbeat"]);
  });

  it("is gone on with from such an answer as from any", async () => {
    for (const name of ["a", "b", "c"]) await add(name);
    const [page] = (await watch({ snapshot: true, together: true }, reader).next())!;
    expect(await sayings(watch({ resumeToken: page!.resumeToken, together: true }, reader))).toEqual(["end of 3", "heartbeat"]);
  });

  it("is for readers that ask for it alone, also where another follows the same changes", async () => {
    const one = watch({}, reader);
    const many = watch({ together: true }, reader);
    await Promise.all([one.untilHeartbeat(), many.untilHeartbeat()]);
    await Promise.all([add("a"), add("b")]);
    expect((await one.next())!.map(said).toSorted()).toEqual(["a 1", "b 1"]);
    expect((await many.next())!.map(({ event }) => event.case)).toEqual(["clients"]);
  });

  const client = (name: string, bytes = 100): Said => ({ event: { case: "client", value: create(WatchedClientSchema, { client: { clientId: name } }) }, bytes });
  const gone: Said = { event: { case: "removed", value: create(RemovedClientSchema) }, bytes: 0 };
  const shape = (events: readonly Said["event"][]) => events.map((event) => (event.case === "clients" ? event.value.clients.map((value) => value.client!.clientId).join("") : event.case));

  it("keeps the order where one is removed between others, and says one alone as ever", () => {
    expect(shape(putTogether([client("a"), client("b"), gone, client("c"), gone, client("d"), client("e")]))).toEqual(["ab", "removed", "client", "removed", "de"]);
    expect(shape(putTogether([]))).toEqual([]);
  });

  it("makes no answer that is large: a hundred clients, or few that are", () => {
    const sizes = (said: readonly Said[]) => putTogether(said).map((event) => (event.case === "clients" ? event.value.clients.length : 1));
    expect(sizes(Array.from({ length: 250 }, () => client("a", 0)))).toEqual([100, 100, 50]);
    expect(sizes([client("a", 15_000), client("b", 15_000), client("c", 15_000), client("d", 60_000), client("e", 10)])).toEqual([2, 1, 1, 1]);
  });
});

describe("a watch ends", () => {
  it("when its caller has gone, also while it waits", async () => {
    const watching = watch({}, reader);
    await watching.untilHeartbeat();
    const next = watching.next();
    watching.end();
    expect(await next).toBeUndefined();
  });

  it("and gives up the page that is being read for it", async () => {
    const { lister } = registry.store;
    let reading: AbortSignal | undefined;
    const list: typeof lister.list = (_query, gone) => new Promise((_resolve, reject) => {
      reading = gone;
      gone!.addEventListener("abort", () => reject(new Error("given up")));
    });
    registry = { ...registry, store: { ...registry.store, lister: { ...lister, list } } };
    const watching = watcher(registry)({ snapshot: true }, reader);
    const next = watching.next();
    await vi.waitFor(() => expect(reading).toBeDefined());
    watching.end();
    expect(await next).toBeUndefined();
    expect(reading!.aborted).toBe(true);
  });

  it("with a last resume token when the service stops", async () => {
    const watching = watch({}, reader);
    await watching.untilHeartbeat();
    const next = watching.next();
    watching.stop();
    const last = (await next)!;
    expect(last.map(said)).toEqual(["heartbeat"]);
    await expect(watching.next()).rejects.toMatchObject({ kind: "stopping" });
    await add("a");
    expect(await sayings(watch({ resumeToken: lastToken(last) }, reader))).toEqual(["a 1", "heartbeat"]);
  });

  it("when the store cannot be read", async () => {
    const { changes } = registry.store;
    let isBroken = false;
    registry = {
      ...registry,
      store: {
        ...registry.store,
        changes: {
          ...changes,
          after(...range) {
            if (isBroken) throw new Error("the disk is gone");
            return changes.after(...range);
          },
        },
      },
    };
    const watching = watcher(registry)({}, reader);
    await watching.untilHeartbeat();
    const next = watching.next();
    isBroken = true;
    await add("a");
    await expect(next).rejects.toThrow("the disk is gone");
  });

  it.each([["a registrar", service("registrar"), "permission_denied"], ["nobody", nobody, "unauthenticated"]] as const)("before it begins for %s", async (_, who, kind) => {
    await expect(watch({}, who).next()).rejects.toMatchObject({ kind });
  });
});

describe("a policy's client_lifetime", () => {
  const policied = (clientLifetime: number) => {
    const realm = registry.realms.get("default")!;
    const policy = compilePolicy(create(PolicySchema, { name: "short", clientLifetime }), String(clientLifetime));
    const waysIn = new Map([...realm.waysIn].map(([name, way]) => [name, { ...way, policy }]));
    return new Map([["default", { ...realm, waysIn, policies: new Map([[policy.name, policy]]) }]]);
  };
  const lifetimes = (answers: readonly WatchClientsResponse[]) => answers.flatMap(({ event }) => (event.case === "client" ? [event.value.clientLifetime] : []));

  it("comes with each client, and is not in its expires_at, which slides", async () => {
    expect(lifetimes(await watch({ snapshot: true }, reader).untilHeartbeat())).toEqual([]);
    registry = { ...registry, realms: policied(600) };
    await add("a");
    const [answer] = await watcher(registry)({ snapshot: true }, reader).untilHeartbeat();
    expect(answer!.event.value).toMatchObject({ clientLifetime: 600 });
    expect(answer!.event.case === "client" && answer!.event.value.client!.expiresAt).toBeUndefined();
  });

  it("that becomes another one ends the watch with the next answer, and its token: the reader begins again, and is told", async () => {
    let realms = policied(0);
    const changing: Registry = Object.defineProperty({ ...registry }, "realms", { get: () => realms });
    registry = changing;
    await add("a");
    const begin = watcher(changing);
    const watching = begin({ snapshot: true }, reader);
    const resumeToken = lastToken(await watching.untilHeartbeat());
    // Another realm with the same lifetimes is no other.
    realms = policied(0);
    const next = watching.next();
    await new Promise((resolve) => setImmediate(resolve));
    watching.heartbeat();
    expect((await next)!.map(said)).toEqual(["heartbeat"]);

    realms = policied(600);
    const ended = watching.next();
    await new Promise((resolve) => setImmediate(resolve));
    watching.heartbeat();
    await expect(ended).rejects.toMatchObject({ kind: "resume_token_expired" });
    await expect(begin({ resumeToken }, reader).next()).rejects.toMatchObject({ kind: "resume_token_expired" });
    expect(lifetimes(await begin({ snapshot: true }, reader).untilHeartbeat())).toEqual([600]);
  });
});
