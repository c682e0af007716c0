// AuthenticateClient: every method, what holds and what does not, verdict by verdict.

import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { ClientUses } from "../../src/service/client-uses.js";
import { startWorld, type World } from "../doors/world.js";
import { bearer, nobody, perform } from "./calls.js";
import {
  alter, asserted, assertion, assertionType, basic, certificate, issuer, makeKey, realm, register, tokenEndpoint, verdict, verifier,
  type AssertionOptions, type Key, type OwnCertificate, type RegisteredClient, type Request,
} from "./authentication.js";

let world: World;
const clients = {} as Record<"basic" | "post" | "none" | "jwt" | "key" | "keyRs256" | "manyKeys" | "dn" | "dns" | "uri" | "ip" | "email" | "selfSigned" | "suspended" | "deleted" | "expired" | "expiredSecret" | "expiredJwt" | "twoSecrets", RegisteredClient>;
const keys = {} as Record<"ec" | "rsa" | "ed" | "other" | "encryption" | "bare", Key>;
const certificates = {} as Record<"named" | "other" | "old" | "own" | "renewed", OwnCertificate>;

const jwks = (...all: readonly object[]) => ({ jwks: { keys: all as never[] } });

beforeAll(async () => {
  world = await startWorld();
  for (const [name, type] of [["ec", "ec"], ["rsa", "rsa"], ["ed", "ed25519"], ["other", "ec"], ["encryption", "ec"], ["bare", "ec"]] as const) keys[name] = await makeKey(type, name);
  const names = [{ type: "dns", value: "Orders.Example" }, { type: "url", value: "spiffe://example/orders" }, { type: "ip", value: "2001:db8::1" }, { type: "ip", value: "192.0.2.7" }, { type: "email", value: "Orders@Example.org" }] as const;
  certificates.named = await certificate(world, { subject: "C=GB, O=Example  Ltd, CN=Orders", names: [...names] });
  certificates.other = await certificate(world, { subject: "CN=other", names: [{ type: "dns", value: "evil.example" }] });
  certificates.old = await certificate(world, { subject: "C=GB, O=Example  Ltd, CN=Orders", names: [...names], notAfter: new Date((world.now() - 60) * 1000) });
  const own = await certificate(world);
  certificates.own = own;
  certificates.renewed = await certificate(world, { subject: "CN=renewed" }, own.keys);

  clients.basic = await register(world, "client_secret_basic");
  clients.post = await register(world, "client_secret_post");
  clients.none = await register(world, "none");
  clients.jwt = await register(world, "client_secret_jwt");
  clients.key = await register(world, "private_key_jwt", jwks(keys.ec.jwk, keys.rsa.jwk, keys.ed.jwk, { ...keys.encryption.jwk, use: "enc" }));
  clients.keyRs256 = await register(world, "private_key_jwt", { ...jwks(keys.ec.jwk, keys.rsa.jwk), tokenEndpointAuthSigningAlg: "RS256" });
  const { kid: _kid, ...bare } = keys.bare.jwk;
  clients.manyKeys = await register(world, "private_key_jwt", jwks(keys.ec.jwk, keys.other.jwk, bare));
  clients.dn = await register(world, "tls_client_auth", { tlsClientAuthSubjectDn: "cn=orders,o=example ltd,c=gb" });
  clients.dns = await register(world, "tls_client_auth", { tlsClientAuthSanDns: "orders.example" });
  clients.uri = await register(world, "tls_client_auth", { tlsClientAuthSanUri: "spiffe://example/orders" });
  clients.ip = await register(world, "tls_client_auth", { tlsClientAuthSanIp: "2001:0db8:0:0:0:0:0:1" });
  clients.email = await register(world, "tls_client_auth", { tlsClientAuthSanEmail: "Orders@EXAMPLE.org" });
  clients.selfSigned = await register(world, "self_signed_tls_client_auth", jwks(certificates.own.jwk));
  for (const name of ["suspended", "deleted", "expired", "expiredSecret", "twoSecrets"] as const) clients[name] = await register(world, "client_secret_basic");
  clients.expiredJwt = await register(world, "client_secret_jwt");
  await alter(world, clients.suspended.id, { state: "suspended" });
  await alter(world, clients.expired.id, { expiresAt: world.now() });
  const ended = { expiresAt: world.now() };
  for (const { id } of [clients.expiredSecret, clients.expiredJwt]) await alter(world, id, {}, (before) => before.map((one) => (one.kind === "client_secret" ? { ...one, ...ended } : one)));
  const second = world.store.clients.findLive(realm, clients.basic.id)!.credentials.find(({ kind }) => kind === "client_secret")!;
  await alter(world, clients.twoSecrets.id, {}, (before) => [...before, { ...second, label: "2" }]);
  const gone = await perform(world.registry, RegistrationService.method.registerClient, { realm, metadata: { redirectUris: ["https://client.example/cb"] } }, nobody);
  clients.deleted = { id: gone.client!.clientId!, secret: gone.credentials!.clientSecret! };
  await perform(world.registry, RegistrationService.method.deleteClient, { realm, clientId: clients.deleted.id }, bearer(gone.credentials!.registrationAccessToken!));
});
afterAll(() => world.close());

const signed = (client: RegisteredClient, options: AssertionOptions) => assertion(world, client.id, options);
const withSecret = ({ secret }: RegisteredClient) => createSecretKey(Buffer.from(secret));
const ecAssertion = (claims: AssertionOptions["claims"] = {}, header: AssertionOptions["header"] = {}) => async (): Promise<Request> => asserted(await signed(clients.key, { key: keys.ec.privateKey, claims, header: { kid: "ec", ...header } }));
const onConnection = (client: keyof typeof clients, name: keyof typeof certificates, verified = true) => (): Request => ({ clientId: clients[client].id, clientCertificate: certificates[name].der, clientCertificateVerified: verified });
const at = (seconds: number) => world.now() + seconds;

type Row = readonly [name: string, request: () => Request | Promise<Request>, verdict: string | RegExp];

const groups: Readonly<Record<string, readonly Row[]>> = {
  "what arrives": [
    ["nothing at all names nobody (BAS-04)", () => ({}), /^UNKNOWN/],
    ["an empty client_id names nobody", () => ({ clientId: "", clientSecret: clients.post.secret }), /^UNKNOWN/],
    ["a header and a secret in the body (BAS-04)", () => ({ authorization: basic(clients.basic.id, clients.basic.secret), clientSecret: clients.basic.secret }), /^BAD_CREDENTIAL: more than one/],
    ["a header and an assertion (BAS-04)", async () => ({ authorization: basic(clients.basic.id, clients.basic.secret), ...(await ecAssertion()()) }), /^BAD_CREDENTIAL: more than one/],
    ["a secret and an assertion (BAS-04)", async () => ({ clientId: clients.key.id, clientSecret: "x", ...(await ecAssertion()()) }), /^BAD_CREDENTIAL: more than one/],
    ["an unknown client's secret (V16)", () => ({ clientId: "0".repeat(26), clientSecret: clients.post.secret }), /^UNKNOWN/],
    ["an unknown client's assertion", async () => asserted(await assertion(world, "0".repeat(26), { key: keys.ec.privateKey })), /^UNKNOWN/],
    ["an unknown client's id alone", () => ({ clientId: "0".repeat(26) }), /^UNKNOWN/],
    ["a deleted client's secret", () => ({ authorization: basic(clients.deleted.id, clients.deleted.secret) }), /^DELETED/],
    ["a deleted client's id alone", () => ({ clientId: clients.deleted.id }), /^DELETED/],
    ["a suspended client's secret", () => ({ authorization: basic(clients.suspended.id, clients.suspended.secret) }), /^SUSPENDED/],
    ["a suspended client's wrong secret", () => ({ authorization: basic(clients.suspended.id, clients.basic.secret) }), /^SUSPENDED/],
    ["a secret of a client whose registration has expired", () => ({ authorization: basic(clients.expired.id, clients.expired.secret) }), /^EXPIRED: the client's registration/],
    ["another secret of a client whose registration has expired: its policy is not asked, which would take time (V16)", () => ({ authorization: basic(clients.expired.id, clients.basic.secret) }), /^BAD_CREDENTIAL/],
    ["a client of another realm", () => ({ realm: "default", authorization: basic(clients.basic.id, clients.basic.secret) }), /^UNKNOWN/],
  ],
  client_secret_basic: [
    ["the secret (BAS-03)", () => ({ authorization: basic(clients.basic.id, clients.basic.secret) }), "ok client_secret_basic 1"],
    ["the secret, and the same client_id in the body", () => ({ authorization: basic(clients.basic.id, clients.basic.secret), clientId: clients.basic.id }), "ok client_secret_basic 1"],
    ["the scheme in any case (RFC 9110 section 11.1)", () => ({ authorization: basic(clients.basic.id, clients.basic.secret).replace("Basic", "bASIC") }), "ok client_secret_basic 1"],
    ["both parts percent-encoded throughout (BAS-03)", () => ({ authorization: `Basic ${Buffer.from([clients.basic.id, clients.basic.secret].map((part) => [...part].map((char) => `%${char.charCodeAt(0).toString(16)}`).join("")).join(":")).toString("base64")}` }), "ok client_secret_basic 1"],
    ["another client_id in the body", () => ({ authorization: basic(clients.basic.id, clients.basic.secret), clientId: clients.post.id }), /^BAD_CREDENTIAL: .* two clients/],
    ["another client's secret", () => ({ authorization: basic(clients.basic.id, clients.suspended.secret) }), /^BAD_CREDENTIAL: the secret is not/],
    ["the secret and one character more", () => ({ authorization: basic(clients.basic.id, `${clients.basic.secret}A`) }), /^BAD_CREDENTIAL/],
    ["an empty secret", () => ({ authorization: basic(clients.basic.id, "") }), /^BAD_CREDENTIAL/],
    ["no colon (BAS-02)", () => ({ authorization: `Basic ${Buffer.from(clients.basic.id).toString("base64")}` }), /^BAD_CREDENTIAL: the Authorization header/],
    ["what is no base64", () => ({ authorization: "Basic ***" }), /^BAD_CREDENTIAL: the Authorization header/],
    ["a broken percent-encoding", () => ({ authorization: `Basic ${Buffer.from(`${clients.basic.id}:%zz`).toString("base64")}` }), /^BAD_CREDENTIAL: the Authorization header/],
    ["another scheme", () => ({ authorization: `Bearer ${clients.basic.secret}` }), /^BAD_CREDENTIAL: the Authorization header/],
    ["no name before the colon", () => ({ authorization: basic("", clients.basic.secret) }), /^UNKNOWN/],
    ["a client registered with client_secret_post", () => ({ authorization: basic(clients.post.id, clients.post.secret) }), /^BAD_CREDENTIAL: the client is registered with client_secret_post/],
    ["the secret of client_secret_jwt in a header", () => ({ authorization: basic(clients.jwt.id, clients.jwt.secret) }), /^BAD_CREDENTIAL: the client is registered with client_secret_jwt/],
    ["an expired secret (T-20)", () => ({ authorization: basic(clients.expiredSecret.id, clients.expiredSecret.secret) }), /^EXPIRED: the secret/],
    ["a wrong secret where the right one has expired", () => ({ authorization: basic(clients.expiredSecret.id, clients.basic.secret) }), /^BAD_CREDENTIAL/],
    ["one of two secrets is known by its label", () => ({ authorization: basic(clients.twoSecrets.id, clients.twoSecrets.secret) }), "ok client_secret_basic 1"],
    ["a digest of another client's secret is worth nothing in one's own record (BRR-13)", () => ({ authorization: basic(clients.twoSecrets.id, clients.basic.secret) }), /^BAD_CREDENTIAL/],
    ["the id alone", () => ({ clientId: clients.basic.id }), /^BAD_CREDENTIAL: .* shows nothing/],
    ["a certificate instead", () => ({ clientId: clients.basic.id, clientCertificate: certificates.named.der, clientCertificateVerified: true }), /^BAD_CREDENTIAL/],
    ["a certificate beside it (RFC 8705 section 3)", () => ({ authorization: basic(clients.basic.id, clients.basic.secret), clientCertificate: certificates.named.der, clientCertificateVerified: true }), "ok client_secret_basic 1"],
  ],
  client_secret_post: [
    ["the secret", () => ({ clientId: clients.post.id, clientSecret: clients.post.secret }), "ok client_secret_post 1"],
    ["a wrong one", () => ({ clientId: clients.post.id, clientSecret: clients.basic.secret }), /^BAD_CREDENTIAL/],
    ["an empty one", () => ({ clientId: clients.post.id, clientSecret: "" }), /^BAD_CREDENTIAL/],
    ["a client registered with client_secret_basic", () => ({ clientId: clients.basic.id, clientSecret: clients.basic.secret }), /^BAD_CREDENTIAL: the client is registered with client_secret_basic/],
    ["a secret without a client", () => ({ clientSecret: clients.post.secret }), /^UNKNOWN/],
  ],
  none: [
    ["the id alone", () => ({ clientId: clients.none.id }), "ok none"],
    ["the id with a certificate on the connection", onConnection("none", "other"), "ok none"],
    ["a secret of its own invention", () => ({ clientId: clients.none.id, clientSecret: "secret" }), /^BAD_CREDENTIAL/],
    ["an empty secret", () => ({ clientId: clients.none.id, clientSecret: "" }), /^BAD_CREDENTIAL/],
    ["an empty secret in a header", () => ({ authorization: basic(clients.none.id, "") }), /^BAD_CREDENTIAL/],
    ["an assertion", async () => asserted(await signed(clients.none, { key: keys.ec.privateKey })), /^BAD_CREDENTIAL: the client is registered with none/],
  ],
  private_key_jwt: [
    ["the issuer as audience (ASR-02, ASR-04)", ecAssertion(), "ok private_key_jwt ec"],
    ["the token endpoint as audience (ASR-02)", ecAssertion({ aud: tokenEndpoint }), "ok private_key_jwt ec"],
    ["the endpoint that was called as audience", async () => ({ ...(await ecAssertion({ aud: "https://as.example/par" })()), endpoint: "https://as.example/par" }), "ok private_key_jwt ec"],
    ["a list of audiences that are all here", ecAssertion({ aud: [issuer, tokenEndpoint] }), "ok private_key_jwt ec"],
    ["client_id beside it", async () => ({ ...(await ecAssertion()()), clientId: clients.key.id }), "ok private_key_jwt ec"],
    ["an RSA key with PS256", async () => asserted(await signed(clients.key, { key: keys.rsa.privateKey, alg: "PS256", header: { kid: "rsa" } })), "ok private_key_jwt rsa"],
    ["an Ed25519 key", async () => asserted(await signed(clients.key, { key: keys.ed.privateKey, alg: "EdDSA", header: { kid: "ed" } })), "ok private_key_jwt ed"],
    ["the type of RFC 9864's successor, client-authentication+jwt", ecAssertion({}, { typ: "client-authentication+jwt" }), "ok private_key_jwt ec"],
    ["a clock that is a little ahead", ecAssertion({ iat: 20 + 1_719_792_000, nbf: 20 + 1_719_792_000 }), "ok private_key_jwt ec"],
    ["no iat (ASR-02)", ecAssertion({ iat: undefined }), "ok private_key_jwt ec"],
    ["no kid, with three keys that could be it (SSV-06)", async () => asserted(await signed(clients.manyKeys, { key: keys.bare.privateKey })), "ok private_key_jwt"],
    ["another client_id beside it", async () => ({ ...(await ecAssertion()()), clientId: clients.post.id }), /^BAD_CREDENTIAL: .* two clients/],
    ["another client_assertion_type", async () => ({ ...(await ecAssertion()()), clientAssertionType: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" }), /^BAD_CREDENTIAL: client_assertion_type/],
    ["no client_assertion_type", async () => ({ clientAssertion: (await ecAssertion()()).clientAssertion! }), /^BAD_CREDENTIAL: client_assertion_type/],
    ["a type without an assertion", () => ({ clientId: clients.key.id, ...asserted("") }), /^BAD_CREDENTIAL: client_assertion is no/],
    ["what is no JWT", () => asserted("a.b"), /^BAD_CREDENTIAL: client_assertion is no/],
    ["another audience (ASR-03)", ecAssertion({ aud: "https://other.example" }), /^BAD_CREDENTIAL: .* aud/],
    ["another audience beside the right one (ASR-04)", ecAssertion({ aud: [issuer, "https://other.example"] }), /^BAD_CREDENTIAL: .* aud/],
    ["an audience that is only called elsewhere", ecAssertion({ aud: "https://as.example/par" }), /^BAD_CREDENTIAL: .* aud/],
    ["an empty list of audiences", ecAssertion({ aud: [] }), /^BAD_CREDENTIAL: .* aud/],
    ["no audience", ecAssertion({ aud: undefined }), /^BAD_CREDENTIAL: .* aud/],
    ["another issuer (ASR-02)", ecAssertion({ iss: "https://other.example" }), /^BAD_CREDENTIAL: .* iss/],
    ["an assertion about another client (ASR-02)", async () => asserted(await signed(clients.key, { key: keys.ec.privateKey, claims: { sub: clients.keyRs256.id } })), /^BAD_CREDENTIAL/],
    ["no exp (ASR-02)", ecAssertion({ exp: undefined }), /^BAD_CREDENTIAL: .* exp/],
    ["an exp that is a text (SSV-12)", ecAssertion({ exp: "1719795600" }), /^BAD_CREDENTIAL: .* exp/],
    ["an expired one (ASR-03)", async () => ecAssertion({ exp: at(-31) })(), /^BAD_CREDENTIAL: .* expired/],
    ["one that lives for a day (ASR-03)", async () => ecAssertion({ exp: at(86_400) })(), /^BAD_CREDENTIAL: .* lives longer/],
    ["one of tomorrow (ASR-03)", async () => ecAssertion({ nbf: at(31) })(), /^BAD_CREDENTIAL: .* nbf/],
    ["one that is made in the future (SSV-14)", async () => ecAssertion({ iat: at(31) })(), /^BAD_CREDENTIAL: .* iat/],
    ["one that was made yesterday (SSV-14)", async () => ecAssertion({ iat: at(-86_400) })(), /^BAD_CREDENTIAL: .* older/],
    ["no jti (ASR-02)", ecAssertion({ jti: undefined }), /^BAD_CREDENTIAL: .* jti/],
    ["a jti that is a number", ecAssertion({ jti: 1 }), /^BAD_CREDENTIAL: .* jti/],
    ["another kind of JWT (SSV-16)", ecAssertion({}, { typ: "at+jwt" }), /^BAD_CREDENTIAL: .* typ/],
    ["critical headers (SSV-05)", ecAssertion({}, { crit: ["b64"], b64: true }), /^BAD_CREDENTIAL: .* critical/],
    ["a kid that is not there (SSV-06)", ecAssertion({}, { kid: "unknown" }), /^BAD_CREDENTIAL: .* not signed/],
    ["a key for encryption (SSV-08)", async () => asserted(await signed(clients.key, { key: keys.encryption.privateKey, header: { kid: "encryption" } })), /^BAD_CREDENTIAL: .* not signed/],
    ["the kid of one key and the signature of another", async () => asserted(await signed(clients.key, { key: keys.other.privateKey, header: { kid: "ec" } })), /^BAD_CREDENTIAL: .* not signed/],
    ["a key that it brings itself (SSV-07)", async () => asserted(await signed(clients.key, { key: keys.other.privateKey, header: { jwk: keys.other.jwk, jku: "https://evil.example/jwks" } })), /^BAD_CREDENTIAL: .* not signed/],
    ["HMAC under the public key (SSV-04)", async () => asserted(await signed(clients.key, { key: createSecretKey(Buffer.from(JSON.stringify(keys.rsa.jwk))), alg: "HS256", header: { kid: "rsa" } })), /^BAD_CREDENTIAL: .* alg/],
    ["no signature (SSV-03)", async () => { const [header, claims] = (await ecAssertion()()).clientAssertion!.split("."); return asserted(`${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header!, "base64url").toString()), alg: "none" })).toString("base64url")}.${claims}.`); }, /^BAD_CREDENTIAL: client_assertion is no/],
    ["alg none and some signature (SSV-03)", async () => { const [, claims, signature] = (await ecAssertion()()).clientAssertion!.split("."); return asserted(`${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.${signature}`); }, /^BAD_CREDENTIAL: .* alg/],
    ["claims that were changed (SSV-18)", async () => { const [header, claims, signature] = (await ecAssertion()()).clientAssertion!.split("."); return asserted(`${header}.${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims!, "base64url").toString()), exp: at(300) })).toString("base64url")}.${signature}`); }, /^BAD_CREDENTIAL: .* not signed/],
    ["the registered algorithm (ASR-05)", async () => asserted(await signed(clients.keyRs256, { key: keys.rsa.privateKey, alg: "RS256", header: { kid: "rsa" } })), "ok private_key_jwt rsa"],
    ["another algorithm than the registered one (ORG-29)", async () => asserted(await signed(clients.keyRs256, { key: keys.rsa.privateKey, alg: "RS512", header: { kid: "rsa" } })), /^BAD_CREDENTIAL: .* alg/],
    ["a secret of its own invention", () => ({ clientId: clients.key.id, clientSecret: "secret" }), /^BAD_CREDENTIAL/],
    ["the id alone", () => ({ clientId: clients.key.id }), /^BAD_CREDENTIAL: .* shows nothing/],
  ],
  client_secret_jwt: [
    ["HS256 under the secret (ASR-01)", async () => asserted(await signed(clients.jwt, { key: withSecret(clients.jwt), alg: "HS256" })), "ok client_secret_jwt 1"],
    ["HS512 under the secret (SSV-09)", async () => asserted(await signed(clients.jwt, { key: withSecret(clients.jwt), alg: "HS512" })), "ok client_secret_jwt 1"],
    ["another client's secret", async () => asserted(await signed(clients.jwt, { key: withSecret(clients.basic), alg: "HS256" })), /^BAD_CREDENTIAL: .* not signed/],
    ["an asymmetric signature (ASR-05)", async () => asserted(await signed(clients.jwt, { key: keys.ec.privateKey })), /^BAD_CREDENTIAL: .* alg/],
    ["an expired secret (T-20)", async () => asserted(await signed(clients.expiredJwt, { key: withSecret(clients.expiredJwt), alg: "HS256" })), /^EXPIRED/],
    ["the secret itself", () => ({ clientId: clients.jwt.id, clientSecret: clients.jwt.secret }), /^BAD_CREDENTIAL: the client is registered with client_secret_jwt/],
  ],
  tls_client_auth: [
    ["the subject in another spelling (MTLS-02)", onConnection("dn", "named"), /^ok tls_client_auth sha256:[0-9a-f]{64}$/],
    ["the DNS name in another case (MTLS-04)", onConnection("dns", "named"), /^ok tls_client_auth sha256:/],
    ["the URI (MTLS-04)", onConnection("uri", "named"), /^ok tls_client_auth sha256:/],
    ["the address in another spelling (MTLS-03)", onConnection("ip", "named"), /^ok tls_client_auth sha256:/],
    ["the mail address, its host in another case (MTLS-04)", onConnection("email", "named"), /^ok tls_client_auth sha256:/],
    ...(["dn", "dns", "uri", "ip", "email"] as const).map((client): Row => [`another certificate for ${client}`, onConnection(client, "other"), /^BAD_CREDENTIAL: .* name/]),
    ["a chain that nobody has verified (MTLS-10)", onConnection("dns", "named", false), /^BAD_CREDENTIAL: .* not verified/],
    ["an expired certificate", onConnection("dns", "old"), /^BAD_CREDENTIAL: .* not valid now/],
    ["what is no certificate", () => ({ clientId: clients.dns.id, clientCertificate: new Uint8Array([0x30, 0]), clientCertificateVerified: true }), /^BAD_CREDENTIAL: .* cannot be read/],
    ["a certificate with something behind it", () => ({ clientId: clients.dns.id, clientCertificate: Buffer.concat([certificates.named.der, Buffer.from([0])]), clientCertificateVerified: true }), /^BAD_CREDENTIAL: .* cannot be read/],
    ["no certificate", () => ({ clientId: clients.dns.id }), /^BAD_CREDENTIAL: there is no client certificate/],
    ["a secret", () => ({ clientId: clients.dns.id, clientSecret: "secret" }), /^BAD_CREDENTIAL/],
  ],
  self_signed_tls_client_auth: [
    ["the registered certificate, verified by nobody (MTLS-05)", onConnection("selfSigned", "own", false), /^ok self_signed_tls_client_auth sha256:/],
    ["another certificate of the same key (MTLS-06)", onConnection("selfSigned", "renewed", false), /^ok self_signed_tls_client_auth sha256:/],
    ["another key", onConnection("selfSigned", "other", true), /^BAD_CREDENTIAL: .* none of those/],
    ["no certificate", () => ({ clientId: clients.selfSigned.id }), /^BAD_CREDENTIAL: there is no client certificate/],
  ],
};

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
