// Keys that are elsewhere: fetched when wanted, kept, and fetched again for a key that is new; each client uses up its own fetches alone.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JWK } from "jose";
import { RegistryError } from "../../src/domain/errors.js";
import type { Fetch } from "../../src/service/fetch.js";
import { clientKeyLimits } from "../../src/service/authentication/client-keys.js";
import { createWeightedCache } from "../../src/service/authentication/weighted-cache.js";
import type { Registry } from "../../src/service/registry.js";
import { startWorld, type World } from "../doors/world.js";
import { asserted, assertion, certificate, makeKey, register, verdict, type Key } from "./authentication.js";

let world: World;
let old: Key;
let fresh: Key;
beforeAll(async () => {
  world = await startWorld();
  [old, fresh] = [await makeKey("ec", "old"), await makeKey("ec", "new")];
});
afterAll(() => world.close());

/** Documents by URL; an Error stands for a server that does not answer. */
function elsewhere(documents: Record<string, readonly JWK[] | Error | string>) {
  const asked: string[] = [];
  let seconds = 0;
  const fetch: Fetch = async ({ url }) => {
    asked.push(url);
    const document = documents[url];
    if (document === undefined || document instanceof Error) throw document ?? new Error("there is no such host");
    return { status: 200, body: Buffer.from(typeof document === "string" ? document : JSON.stringify({ keys: document })) };
  };
  const clock = { seconds: () => world.now(), milliseconds: () => (world.now() + seconds) * 1000 };
  const registry: Registry = { ...world.registry, clock, fetch };
  return { registry, asked, documents, wait: (more: number) => void (seconds += more) };
}

const client = async (jwksUri: string, method = "private_key_jwt") => register(world, method, { jwksUri });
const sign = async (id: string, key: Key) => asserted(await assertion(world, id, { key: key.privateKey, header: { kid: key.jwk.kid } }));

describe("jwks_uri", () => {
  it("is fetched once, for many assertions at once (ORG-11)", async () => {
    const { registry, asked } = elsewhere({ "https://one.example/jwks": [old.jwk] });
    const { id } = await client("https://one.example/jwks");
    const requests = await Promise.all([1, 2, 3, 4].map(() => sign(id, old)));
    expect(await Promise.all(requests.map((request) => verdict(registry, request)))).toEqual(Array(4).fill("ok private_key_jwt old"));
    expect(asked).toEqual(["https://one.example/jwks"]);
  });

  it("is fetched again once for a kid that is new, and then not for half a minute (SSV-06)", async () => {
    const { registry, asked, documents, wait } = elsewhere({ "https://two.example/jwks": [old.jwk] });
    const { id } = await client("https://two.example/jwks");
    expect(await verdict(registry, await sign(id, old))).toBe("ok private_key_jwt old");
    wait(31);
    documents["https://two.example/jwks"] = [old.jwk, fresh.jwk];
    expect(await verdict(registry, await sign(id, fresh))).toBe("ok private_key_jwt new");
    expect(asked).toHaveLength(2);
    const unknown = await makeKey("ec", "nowhere");
    for (let i = 0; i < 5; i++) expect(await verdict(registry, await sign(id, unknown))).toMatch(/^BAD_CREDENTIAL/);
    expect(asked).toHaveLength(2);
    wait(31);
    for (let i = 0; i < 5; i++) expect(await verdict(registry, await sign(id, unknown))).toMatch(/^BAD_CREDENTIAL/);
    expect(asked).toHaveLength(3);
  });

  it("one client's unknown kids use up no other's fetches, though both name one URL", async () => {
    const { registry, documents, wait } = elsewhere({ "https://shared.example/jwks": [old.jwk] });
    const [hostile, honest] = [await client("https://shared.example/jwks"), await client("https://shared.example/jwks")];
    for (const { id } of [hostile, honest]) expect(await verdict(registry, await sign(id, old))).toBe("ok private_key_jwt old");
    wait(31);
    expect(await verdict(registry, await sign(hostile.id, fresh))).toMatch(/^BAD_CREDENTIAL/);
    documents["https://shared.example/jwks"] = [fresh.jwk];
    expect(await verdict(registry, await sign(honest.id, fresh))).toBe("ok private_key_jwt new");
  });

  it("that does not answer is not asked again at once, and is when that is over", async () => {
    const { registry, asked, documents, wait } = elsewhere({ "https://down.example/jwks": new Error("down") });
    const { id } = await client("https://down.example/jwks");
    for (let i = 0; i < 5; i++) expect(await verdict(registry, await sign(id, old))).toBe("BAD_CREDENTIAL: the client's keys cannot be fetched: down");
    expect(asked).toHaveLength(1);
    documents["https://down.example/jwks"] = [old.jwk];
    wait(11);
    expect(await verdict(registry, await sign(id, old))).toBe("ok private_key_jwt old");
    documents["https://down.example/jwks"] = new Error("down");
    wait(700);
    // The last set stands in for an hour.
    expect(await verdict(registry, await sign(id, old))).toBe("ok private_key_jwt old");
    wait(3_700);
    expect(await verdict(registry, await sign(id, old))).toMatch(/^BAD_CREDENTIAL/);
  });

  it("that nobody has the capacity to ask is no verdict on the client, and is asked by the next one", async () => {
    const busy = new RegistryError("overloaded", "too much is being fetched; try again", { retryAfter: 1 });
    const { registry, asked, documents } = elsewhere({ "https://busy.example/jwks": busy });
    const { id } = await client("https://busy.example/jwks");
    await expect(sign(id, old).then((request) => verdict(registry, request))).rejects.toBe(busy);
    documents["https://busy.example/jwks"] = [old.jwk];
    expect(await verdict(registry, await sign(id, old))).toBe("ok private_key_jwt old");
    expect(asked).toHaveLength(2);
  });

  it("that answers with more than a registration may have proves nobody", async () => {
    const { registry } = elsewhere({ "https://large.example/jwks": JSON.stringify({ keys: [old.jwk], padding: "x".repeat(clientKeyLimits.set) }) });
    const { id } = await client("https://large.example/jwks");
    expect(await verdict(registry, await sign(id, old))).toMatch(/^BAD_CREDENTIAL: .* more than 65536 bytes$/);
  });

  it.each([["no JSON", "<html>"], ["no set", '{"keys": 1}'], ["an empty set", '{"keys": []}']])("that answers with %s proves nobody", async (_name, body) => {
    const { registry } = elsewhere({ "https://odd.example/jwks": body });
    const { id } = await client("https://odd.example/jwks");
    expect(await verdict(registry, await sign(id, old))).toMatch(/^BAD_CREDENTIAL/);
  });

  it("is not fetched where nothing is", async () => {
    const { id } = await client("https://one.example/jwks");
    expect(await verdict({ ...world.registry, fetch: undefined }, await sign(id, old))).toMatch(/^BAD_CREDENTIAL: .* fetches nothing/);
  });

  it("is not fetched for a client that does not exist, or an assertion that could not hold", async () => {
    const { registry, asked } = elsewhere({ "https://one.example/jwks": [old.jwk] });
    const { id } = await client("https://one.example/jwks");
    await verdict(registry, await sign("0".repeat(26), old));
    await verdict(registry, asserted(await assertion(world, id, { key: old.privateKey, claims: { aud: "https://other.example" } })));
    expect(asked).toEqual([]);
  });

  it("may hold a self-signed certificate, and is fetched again for one that is new (MTLS-05)", async () => {
    const [one, other] = [await certificate(world), await certificate(world, { subject: "CN=other" })];
    const { registry, asked, documents, wait } = elsewhere({ "https://tls.example/jwks": [one.jwk] });
    const { id } = await client("https://tls.example/jwks", "self_signed_tls_client_auth");
    const show = (der: Uint8Array) => verdict(registry, { clientId: id, clientCertificate: der });
    expect(await show(one.der)).toMatch(/^ok self_signed/);
    expect(await show(other.der)).toMatch(/^BAD_CREDENTIAL/);
    documents["https://tls.example/jwks"] = [other.jwk];
    wait(31);
    expect(await show(other.der)).toMatch(/^ok self_signed/);
    expect(await show(one.der)).toMatch(/^BAD_CREDENTIAL/);
    expect(asked).toHaveLength(2);
  });
});

describe("what is kept", () => {
  it("weighs no more than the limit; what was not wanted for longest goes first", () => {
    const cache = createWeightedCache<string>(10);
    for (const name of ["a", "b", "c"]) cache.keep(name, name, 3);
    expect(cache.get("a")).toBe("a");
    cache.keep("d", "d", 3);
    expect(["a", "b", "c", "d"].map((name) => cache.get(name))).toEqual(["a", undefined, "c", "d"]);
    cache.keep("e", "e", 11);
    expect(["a", "c", "d", "e"].map((name) => cache.get(name))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is weighed again when it is known what it has become", () => {
    const cache = createWeightedCache<string>(10);
    cache.keep("a", "a", 8);
    cache.reweigh("a", "a", 1);
    cache.keep("b", "b", 8);
    expect(cache.get("a")).toBe("a");
    cache.reweigh("a", "another", 10);
    cache.reweigh("gone", "gone", 10);
    expect([cache.get("b"), cache.get("a")]).toEqual(["b", "a"]);
    cache.reweigh("a", "a", 9);
    expect([cache.get("b"), cache.get("a")]).toEqual([undefined, "a"]);
  });
});
