// AuthenticateClient: every method, what holds and what does not, verdict by verdict.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { ClientUses } from "../../src/service/client-uses.js";
import { nobody, perform } from "./calls.js";
import { asserted, assertionType, issuer, realm, register, verdict, verifier, type Request } from "./authentication.js";
import { certificates, clients, ecAssertion, groups, jwks, keys, prepareVerdicts, signed, withSecret, world } from "./verdict-rows.js";

beforeAll(prepareVerdicts);
afterAll(() => world.close());

for (const [group, rows] of Object.entries(groups)) {
  describe(group, () => {
    it.each(rows)("%s", async (_name, request, expected) => {
      const seen = await verdict(world.registry, await request());
      if (typeof expected === "string") expect(seen).toBe(expected);
      else expect(seen).toMatch(expected);
    });
  });
}

it("there are at least 60 verdicts, of all methods", () => {
  expect(Object.values(groups).flat().length).toBeGreaterThanOrEqual(60);
  expect(Object.keys(groups)).toEqual(expect.arrayContaining(["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"]));
});

describe("an assertion is worth one verdict", () => {
  const twice = async (request: Request) => [await verdict(world.registry, request), await verdict(world.registry, request)];

  it("ASR-03: the second time its jti is known", async () => {
    expect(await twice(await ecAssertion()())).toEqual(["ok private_key_jwt ec", "BAD_CREDENTIAL: the assertion's jti was used before"]);
  });

  it("of two that arrive together one holds", async () => {
    const request = await ecAssertion()();
    const all = await Promise.all([verdict(world.registry, request), verdict(world.registry, request), verdict(world.registry, request)]);
    expect(all.filter((one) => one.startsWith("ok"))).toHaveLength(1);
  });

  it("the same jti of another client is another", async () => {
    const jti = { jti: "shared" };
    expect(await verdict(world.registry, await ecAssertion(jti)())).toBe("ok private_key_jwt ec");
    expect(await verdict(world.registry, asserted(await signed(clients.jwt, { key: withSecret(clients.jwt), alg: "HS256", claims: jti })))).toBe("ok client_secret_jwt 1");
  });

  it("one that was refused has used nothing up", async () => {
    const jti = { jti: "kept" };
    expect(await verdict(world.registry, asserted(await signed(clients.key, { key: keys.other.privateKey, claims: jti, header: { kid: "ec" } })))).toMatch(/^BAD_CREDENTIAL/);
    expect(await verdict(world.registry, await ecAssertion(jti)())).toBe("ok private_key_jwt ec");
  });
});

describe("a client that authenticates is in use", () => {
  const lastUse = (id: string) => {
    const { client, credentials } = world.store.clients.findLive(realm, id)!;
    return [client.lastUsedAt, ...credentials.filter(({ kind }) => kind === "client_secret").map(({ lastUsedAt }) => lastUsedAt)];
  };

  it("and so is the secret that it showed; a refusal is no use, and a key's name no secret's label", async () => {
    const [used, refused] = [await register(world, "client_secret_post"), await register(world, "client_secret_post")];
    const { kid: _, ...bare } = keys.ec.jwk;
    const keyed = await register(world, "private_key_jwt", jwks({ ...bare, kid: "1" }));
    expect(await verdict(world.registry, { clientId: used.id, clientSecret: used.secret })).toMatch(/^ok/);
    expect(await verdict(world.registry, { clientId: refused.id, clientSecret: used.secret })).toMatch(/^BAD_CREDENTIAL/);
    expect(await verdict(world.registry, asserted(await signed(keyed, { key: keys.ec.privateKey, header: { kid: "1" } })))).toBe("ok private_key_jwt 1");
    await world.registry.uses.flush();
    expect([used, refused, keyed].map(({ id }) => lastUse(id))).toEqual([[world.now(), world.now()], [null, null], [world.now()]]);
  });

  it("it lives on by its policy's lifetime, and expires without", async () => {
    const metadata = { redirectUris: ["https://a.example.com/cb"], clientName: "App", tokenEndpointAuthMethod: "client_secret_post" };
    const made = async () => (await perform(world.registry, RegistrationService.method.registerClient, { realm: "guarded", metadata }, nobody)).credentials!.clientSecret!;
    const ids = () => world.store.changes.after(0, 1000).filter(({ realm: of, kind }) => of === "guarded" && kind === "registered").slice(-2).map(({ subject }) => subject);
    const secrets = [await made(), await made()];
    const [busy, idle] = ids().map((clientId, i) => ({ realm: "guarded", clientId, clientSecret: secrets[i]! })) as [Request, Request];
    try {
      world.setClock(900);
      expect(await verdict(world.registry, busy)).toMatch(/^ok/);
      await world.registry.uses.flush();
      world.setClock(1000);
      expect(await verdict(world.registry, busy)).toMatch(/^ok/);
      expect(await verdict(world.registry, idle)).toBe("EXPIRED: the client's registration has expired");
      await world.registry.uses.flush();
      world.setClock(2000);
      expect(await verdict(world.registry, busy)).toMatch(/^EXPIRED/);
    } finally {
      world.setClock(0);
    }
  });

  it("what has expired is not brought back by a report of its use, and one that was used in time is", async () => {
    const metadata = { redirectUris: ["https://a.example.com/cb"], clientName: "App", tokenEndpointAuthMethod: "client_secret_post" };
    const { client, credentials } = await perform(world.registry, RegistrationService.method.registerClient, { realm: "guarded", metadata }, nobody);
    const shown = { realm: "guarded", clientId: client!.clientId!, clientSecret: credentials!.clientSecret! };
    const report = async (usedAt: number) => {
      await perform(world.registry, ClientDirectoryService.method.reportClientUse, { realm: "guarded", uses: [{ clientId: shown.clientId, usedAt }] }, verifier);
      await world.registry.uses.flush();
    };
    const start = world.now();
    try {
      world.setClock(1100);
      await report(world.now());
      expect(await verdict(world.registry, shown)).toMatch(/^EXPIRED/);
      await report(start + 900);
      expect(await verdict(world.registry, shown)).toMatch(/^ok/);
    } finally {
      world.setClock(0);
    }
  });

  it("also where no more uses can be gathered: then this one is let go", async () => {
    const registry = { ...world.registry, uses: new ClientUses(world.store, 0) };
    expect(await verdict(registry, { clientId: clients.post.id, clientSecret: clients.post.secret })).toMatch(/^ok/);
  });
});

describe("whatever else arrives", () => {
  /** Parts of good requests, and near misses of them. */
  const text = () => fc.oneof(
    fc.constantFrom(clients.basic.id, clients.key.id, clients.dns.id, clients.selfSigned.id, clients.jwt.id, clients.suspended.id, "0".repeat(26), "", "\0", `${clients.basic.id}\0`),
    fc.constantFrom("mcs_", "mcs_".padEnd(52, "A"), "secret", assertionType, "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "...", "Basic ", "Basic Og==", "Bearer x"),
    fc.string({ unit: "binary", maxLength: 40 }).filter((each) => each.isWellFormed()),
  );
  const header = () => fc.tuple(text(), text()).map(([id, secret]) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`);
  const part = () => fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
  const claims = () => fc.dictionary(fc.constantFrom("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "__proto__"), fc.oneof(text(), fc.integer(), fc.double(), fc.constant(issuer), fc.jsonValue()));
  const jwt = () => fc.oneof(
    fc.tuple(part(), part(), part()).map((parts) => parts.join(".")),
    fc.tuple(fc.constantFrom("ES256", "HS256", "none", "RS256"), claims(), fc.base64String()).map(([alg, payload, signature]) =>
      [{ alg, kid: "ec" }, { iss: clients.key.id, sub: clients.key.id, aud: issuer, exp: world.now() + 60, jti: "x", ...payload }].map((value) => Buffer.from(JSON.stringify(value)).toString("base64url")).join(".") + `.${signature.replace(/[+/=]/g, "_")}`),
  );
  const der = () => fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.tuple(fc.nat(certificates.other.der.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => certificates.other.der.map((byte, i) => (i === at ? byte ^ change : byte))));

  it("proves nobody, and is an answer all the same (V16)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          { authorization: fc.oneof(text(), header()), clientId: text(), clientSecret: text(), clientAssertionType: fc.oneof({ weight: 4, arbitrary: fc.constant(assertionType) }, text()), clientAssertion: fc.oneof(text(), jwt()), clientCertificate: der(), clientCertificateVerified: fc.boolean(), endpoint: text() },
          { requiredKeys: [] },
        ),
        async (request) => {
          expect(await verdict(world.registry, request)).toMatch(/^(?:UNKNOWN|BAD_CREDENTIAL|SUSPENDED): [\x20-\x7e]+$/);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(world.faults).toEqual([]);
  }, 120_000);

  it("one changed character of a secret, and of an assertion, is enough", async () => {
    const { clientAssertion } = await ecAssertion()();
    const change = (whole: string, at: number) => whole.slice(0, at) + (whole[at] === "A" ? "B" : "A") + whole.slice(at + 1);
    await fc.assert(
      fc.asyncProperty(fc.nat(clients.post.secret.length - 1), fc.nat(clientAssertion!.length - 3), async (inSecret, inAssertion) => {
        expect(await verdict(world.registry, { clientId: clients.post.id, clientSecret: change(clients.post.secret, inSecret) })).toMatch(/^BAD_CREDENTIAL/);
        expect(await verdict(world.registry, asserted(change(clientAssertion!, inAssertion)))).toMatch(/^(?:BAD_CREDENTIAL|UNKNOWN)/);
      }),
      { numRuns: 300 },
    );
    expect(await verdict(world.registry, asserted(clientAssertion!))).toBe("ok private_key_jwt ec");
  }, 60_000);
});
