// Verdicts on what arrives at a token endpoint: every method, what holds and what does not. Whoever gives verdicts gives these, the service and a copy.

import { createSecretKey, sign } from "node:crypto";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { startWorld, type World } from "../doors/world.js";
import { bearer, nobody, perform } from "./calls.js";
import {
  alter, asserted, assertion, basic, certificate, issuer, makeKey, realm, register, tokenEndpoint,
  type AssertionOptions, type Key, type OwnCertificate, type RegisteredClient, type Request,
} from "./authentication.js";

/** Of the tests of one file; there from `prepareVerdicts` on. */
export let world: World;
export const clients = {} as Record<"basic" | "post" | "none" | "jwt" | "key" | "keyRs256" | "manyKeys" | "dn" | "dns" | "uri" | "ip" | "email" | "selfSigned" | "suspended" | "deleted" | "expired" | "expiredSecret" | "expiredJwt" | "twoSecrets", RegisteredClient>;
export const keys = {} as Record<"ec" | "rsa" | "ed" | "other" | "encryption" | "bare", Key>;
export const certificates = {} as Record<"named" | "other" | "old" | "own" | "renewed", OwnCertificate>;

export const jwks = (...all: readonly object[]) => ({ jwks: { keys: all as never[] } });

/** Starts a world, with the clients that the rows are about. */
export async function prepareVerdicts(): Promise<void> {
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
}

export const signed = (client: RegisteredClient, options: AssertionOptions) => assertion(world, client.id, options);
export const withSecret = ({ secret }: RegisteredClient) => createSecretKey(Buffer.from(secret));
export const ecAssertion = (claims: AssertionOptions["claims"] = {}, header: AssertionOptions["header"] = {}) => async (): Promise<Request> => asserted(await signed(clients.key, { key: keys.ec.privateKey, claims, header: { kid: "ec", ...header } }));
const onConnection = (client: keyof typeof clients, name: keyof typeof certificates, verified = true) => (): Request => ({ clientId: clients[client].id, clientCertificate: certificates[name].der, clientCertificateVerified: verified });
const at = (seconds: number) => world.now() + seconds;

/** A good assertion's claims as text. */
let count = 0;
const goodClaims = ({ exp = String(at(60)) } = {}) => `{"iss":"${clients.key.id}","sub":"${clients.key.id}","aud":"${issuer}","exp":${exp},"jti":"spelled-${++count}"}`;

/** An assertion with ES256 whose parts are written as they are given. */
function spelled(header: string, claims: string | Uint8Array): Request {
  const body = [header, claims].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return asserted(`${body}.${sign("sha256", Buffer.from(body), { key: keys.ec.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`);
}

/** What arrives, and the verdict of it in the form of `verdict`. */
export type Row = readonly [name: string, request: () => Request | Promise<Request>, verdict: string | RegExp];

export const groups: Readonly<Record<string, readonly Row[]>> = {
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
    ["base64 without its padding", () => ({ authorization: `Basic ${Buffer.from(`${clients.basic.id}:${encodeURIComponent(clients.basic.secret)}`).toString("base64").replace(/=+$/, "")}` }), "ok client_secret_basic 1"],
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
    ["an empty jti", ecAssertion({ jti: "" }), /^BAD_CREDENTIAL: .* jti/],
    ["a jti of 255 characters", ecAssertion({ jti: "j".repeat(255) }), "ok private_key_jwt ec"],
    ["a jti of 256 characters", ecAssertion({ jti: "j".repeat(256) }), /^BAD_CREDENTIAL: .* jti/],
    ["an nbf that is a text", ecAssertion({ nbf: "1719792000" }), /^BAD_CREDENTIAL: .* nbf/],
    ["an iat that is a text", ecAssertion({ iat: "1719792000" }), /^BAD_CREDENTIAL: .* iat/],
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
    ["a kid that is a number", ecAssertion({}, { kid: 5 }), /^BAD_CREDENTIAL: .* kid/],
    ["an unencoded payload that is said without crit (RFC 7797)", ecAssertion({}, { b64: true }), /^BAD_CREDENTIAL: .* critical/],
    ["an algorithm that is none of the method's", () => spelled('{"alg":"ES256K","kid":"ec"}', goodClaims()), /^BAD_CREDENTIAL: .* alg/],
    ["claims in another spelling", () => spelled('{ "alg": "ES256", "kid": "e\\u0063" }', goodClaims({ exp: `${at(60)}.0` })), "ok private_key_jwt ec"],
    ["a claim that comes twice (SSV-18)", () => spelled('{"alg":"ES256","kid":"ec"}', goodClaims().replace("{", `{"aud":"https://other.example",`)), /^BAD_CREDENTIAL: client_assertion is no/],
    ["claims of more members than are read", () => spelled('{"alg":"ES256","kid":"ec"}', goodClaims().replace("{", `{${Array.from({ length: 1000 }, (_, i) => `"${i}":1,`).join("")}`)), /^BAD_CREDENTIAL: client_assertion is no/],
    ["claims of more items than are read", () => spelled('{"alg":"ES256","kid":"ec"}', goodClaims().replace("{", `{"list":[1${",1".repeat(4096)}],`)), /^BAD_CREDENTIAL: client_assertion is no/],
    ["a header that comes twice", () => spelled('{"alg":"ES256","kid":"other","kid":"ec"}', goodClaims()), /^BAD_CREDENTIAL: client_assertion is no/],
    ["claims that are no UTF-8", () => spelled('{"alg":"ES256","kid":"ec"}', Buffer.concat([Buffer.from(goodClaims().slice(0, -1)), Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])])), /^BAD_CREDENTIAL: client_assertion is no/],
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
