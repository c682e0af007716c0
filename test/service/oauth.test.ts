// Access tokens of others: what is believed of them, and what is asked of whom. The issuers are played by a fake of the outgoing port.

import { createHmac, KeyObject, sign } from "node:crypto";
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type CryptoKey, type JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { makeToken, tokenPrefixes } from "../../src/domain/credentials.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { PeerEvidence } from "../../src/service/caller.js";
import type { OutgoingAnswer, OutgoingRequest } from "../../src/service/fetch.js";
import { createIntrospection, introspectionLimits } from "../../src/service/ways-in/access-token/introspection.js";
import { keySetTimes, localKeys, readKeySet, remoteKeys } from "../../src/service/ways-in/access-token/key-set.js";
import type { TokenIssuer } from "../../src/service/ways-in/access-token/token-issuer.js";
import { createOauthWayIn } from "../../src/service/ways-in/oauth.js";
import type { Occasion, Shown } from "../../src/service/ways-in/way-in.js";

const start = 1_719_792_000;
const login = "https://login.example";
const other = "https://other.example";
const here = "https://register.example";

interface Key {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

async function makeKey(alg: string, kid: string | undefined, more: JWK = {} as JWK, options = {}): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
  return { publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }), ...more } };
}

const keys = {} as Record<"rsa" | "pss" | "ec" | "ed" | "next" | "foreign" | "encryption" | "unnamed1" | "unnamed2", Key>;
beforeAll(async () => {
  keys.rsa = await makeKey("RS256", "rsa");
  keys.pss = await makeKey("PS256", "pss");
  keys.ec = await makeKey("ES256", "ec");
  keys.ed = await makeKey("EdDSA", "ed");
  keys.next = await makeKey("ES256", "next");
  keys.foreign = await makeKey("ES256", "foreign");
  keys.encryption = await makeKey("ES256", "encryption", { use: "enc" } as JWK);
  keys.unnamed1 = await makeKey("ES384", undefined);
  keys.unnamed2 = await makeKey("ES384", undefined);
});

const goodClaims = { iss: login, aud: here, sub: "alice", client_id: "app", jti: "one", iat: start, exp: start + 300, scope: "clients:write openid" };
const goodHeader = { typ: "at+jwt", alg: "ES256", kid: "ec" };

const base64url = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** A signed token; a member that is undefined is left out. */
async function token({ claims = {}, header = {}, key = keys.ec }: { claims?: object; header?: object; key?: Key } = {}): Promise<string> {
  const protectedHeader = JSON.parse(JSON.stringify({ ...goodHeader, ...header })) as { alg: string };
  const payload = new TextEncoder().encode(JSON.stringify({ ...goodClaims, ...claims }));
  return new CompactSign(payload).setProtectedHeader(protectedHeader).sign(key.privateKey, { crit: { x: true, "https://example/x": true } });
}

interface Stage {
  /** What was asked of whom. */
  readonly asked: OutgoingRequest[];
  /** In seconds after the start. */
  setClock(seconds: number): void;
  /** What a URL answers from now on. */
  answer(url: string, answer: (request: OutgoingRequest) => OutgoingAnswer | Promise<OutgoingAnswer>): void;
  readonly unreachable: string[];
  /** The principal, or the kind of the refusal. */
  show(token: string, options?: { manages?: boolean; realm?: string; certificate?: PeerEvidence }): Promise<{ id: string; credentialId: string } | string>;
  error(token: string): Promise<RegistryError>;
  readonly clock: { seconds(): number; milliseconds(): number };
  readonly send: (request: OutgoingRequest) => Promise<OutgoingAnswer>;
}

const json = (value: unknown, status = 200): OutgoingAnswer => ({ status, body: Buffer.from(JSON.stringify(value)) });
const terms = { audiences: [here, "urn:register"], algorithms: ["RS256", "ES256", "ES384", "EdDSA", "Ed25519"], scopes: ["clients:write"], manageScopes: ["clients:write"], claims: [] };

function stage(issuersOf: (stage: Pick<Stage, "clock" | "send">) => Record<string, readonly TokenIssuer[]>): Stage {
  let now = start;
  const asked: OutgoingRequest[] = [];
  const unreachable: string[] = [];
  const answers = new Map<string, (request: OutgoingRequest) => OutgoingAnswer | Promise<OutgoingAnswer>>();
  const clock = { seconds: () => Math.floor(now), milliseconds: () => now * 1000 };
  const send = async (request: OutgoingRequest) => {
    asked.push(request);
    const answer = answers.get(request.url);
    if (answer === undefined) throw new Error("nobody is there");
    return answer(request);
  };
  const issuers = issuersOf({ clock, send });
  const way = createOauthWayIn({ issuers: (realm) => issuers[realm] ?? [], onUnreachable: (issuer) => unreachable.push(issuer) });
  const identify = async (bearer: string, { manages = false, realm = "default", certificate = { kind: "none" } as PeerEvidence } = {}) => {
    const shown: Shown = { certificate, authorization: { scheme: "bearer", credentials: bearer } };
    expect(way.recognizes(shown)).toBe(true);
    return (await way.identify(shown, { registry: { limits: { beginGuess: () => ({ end() {} }) } }, realm: { name: realm }, now: clock.seconds(), manages } as unknown as Occasion)).principal;
  };
  return {
    asked, unreachable, clock, send,
    setClock: (seconds) => void (now = start + seconds),
    answer: (url, answer) => void answers.set(url, answer),
    async show(bearer, options) {
      try {
        const { kind, id, credentialId } = await identify(bearer, options);
        expect(kind).toBe("access_token");
        return { id, credentialId };
      } catch (error) {
        if (error instanceof RegistryError) return error.kind;
        throw error;
      }
    },
    error: (bearer) => identify(bearer).then(() => Promise.reject(new Error("it was let in")), (error: RegistryError) => error),
  };
}

/** An issuer with its keys at hand. */
function signing(set: readonly JWK[] = Object.values(keys).filter(({ jwk }) => jwk.kid !== "next" && jwk.kid !== "foreign").map(({ jwk }) => jwk), more: Partial<TokenIssuer> = {}): TokenIssuer {
  const jwks = readKeySet(Buffer.from(JSON.stringify({ keys: set })));
  return { ...terms, issuer: login, key: localKeys(() => jwks), ...more };
}

const alice = { id: `${login}|alice`, credentialId: "one" };

describe("a signed token (RFC 9068)", () => {
  it("is its subject's, with the token as credential", async () => {
    const { show, asked } = stage(() => ({ default: [signing()] }));
    expect(await show(await token())).toEqual(alice);
    expect(await show(await token({ claims: { sub: "app", jti: "two" } }))).toEqual({ id: `${login}|app`, credentialId: "two" });
    expect(asked).toEqual([]);
  });

  it.each<[string, { claims?: object; header?: object }]>([
    ["typ written in full", { header: { typ: "application/at+jwt" } }],
    ["typ in capitals", { header: { typ: "AT+JWT" } }],
    ["several audiences, one of them ours", { claims: { aud: ["https://api.example", "urn:register"] } }],
    ["expired within the leeway", { claims: { exp: start - 29 } }],
    ["issued in the future within the leeway", { claims: { iat: start + 30, nbf: start + 30 } }],
    ["times with fractions", { claims: { exp: start + 0.5, iat: start - 0.5 } }],
    ["token_type Bearer", { claims: { token_type: "bearer" } }],
  ])("is taken: %s", async (_, made) => {
    expect(await stage(() => ({ default: [signing()] })).show(await token(made))).toMatchObject({ id: alice.id });
  });

  it.each(["rsa", "ec", "ed"] as const)("is taken with the key %s, with and without its name", async (name) => {
    const alg = { rsa: "RS256", ec: "ES256", ed: "EdDSA" }[name];
    const { show } = stage(() => ({ default: [signing()] }));
    expect(await show(await token({ header: { alg, kid: name }, key: keys[name] }))).toEqual(alice);
    expect(await show(await token({ header: { alg, kid: undefined }, key: keys[name] }))).toEqual(alice);
  });

  it("that names no key is held against each key that fits", async () => {
    const { show } = stage(() => ({ default: [signing()] }));
    for (const key of [keys.unnamed1, keys.unnamed2]) expect(await show(await token({ header: { alg: "ES384", kid: undefined }, key }))).toEqual(alice);
    const stranger = await makeKey("ES384", undefined);
    expect(await show(await token({ header: { alg: "ES384", kid: undefined }, key: stranger }))).toBe("invalid_token");
  });

  it.each<[string, { claims?: object; header?: object; key?: () => Key }]>([
    ["typ of another JWT", { header: { typ: "JWT" } }],
    ["typ of an ID token that has none", { header: { typ: undefined } }],
    ["typ that is no text", { header: { typ: ["at+jwt"] } }],
    ["typ that only begins so", { header: { typ: "at+jwt+x" } }],
    ["an algorithm that is not on the list", { header: { alg: "PS256", kid: "pss" }, key: () => keys.pss }],
    ["the key of another", { key: () => keys.foreign }],
    ["a key for another purpose", { header: { kid: "encryption" }, key: () => keys.encryption }],
    ["a key that nobody knows", { header: { kid: "foreign" }, key: () => keys.foreign }],
    ["kid that is no text", { header: { kid: 7 } }],
    ["crit with what nobody knows", { header: { crit: ["x"], x: 1 } }],
    ["crit with a claim's name", { header: { crit: ["https://example/x"], "https://example/x": true } }],
    ["a key of its own in the header", { header: { kid: undefined, jwk: { kty: "EC" }, jku: "https://evil.example/jwks" }, key: () => keys.foreign }],
    ["iss of nobody", { claims: { iss: "https://evil.example" } }],
    ["iss with a slash more", { claims: { iss: `${login}/` } }],
    ["no iss", { claims: { iss: undefined } }],
    ["iss in a list", { claims: { iss: [login] } }],
    ["no aud", { claims: { aud: undefined } }],
    ["aud of another", { claims: { aud: "https://api.example" } }],
    ["aud of others", { claims: { aud: ["https://api.example", login] } }],
    ["aud that only begins so", { claims: { aud: `${here}/` } }],
    ["aud in a list in a list", { claims: { aud: [[here]] } }],
    ["an empty list of aud", { claims: { aud: [] } }],
    ["no exp", { claims: { exp: undefined } }],
    ["expired", { claims: { exp: start - 30 } }],
    ["exp in text", { claims: { exp: String(start + 300) } }],
    ["no iat", { claims: { iat: undefined } }],
    ["issued in the future", { claims: { iat: start + 31 } }],
    ["not valid yet", { claims: { nbf: start + 31 } }],
    ["nbf in text", { claims: { nbf: "0" } }],
    ["no sub", { claims: { sub: undefined } }],
    ["an empty sub", { claims: { sub: "" } }],
    ["sub that is a number", { claims: { sub: 1 } }],
    ["sub with a line break", { claims: { sub: "a\nb" } }],
    ["sub that is far too long", { claims: { sub: "a".repeat(256) } }],
    ["no client_id", { claims: { client_id: undefined } }],
    ["no jti", { claims: { jti: undefined } }],
    ["bound to a key (RFC 9449)", { claims: { cnf: { jkt: "x" } } }],
    ["token_type DPoP", { claims: { token_type: "DPoP" } }],
  ])("is refused: %s", async (_, { key, ...made }) => {
    const { error, asked } = stage(() => ({ default: [signing()] }));
    const refusal = await error(await token({ ...made, key: key?.() ?? keys.ec }));
    // The same words, whatever is wrong.
    expect([refusal.kind, refusal.message]).toEqual(["invalid_token", "the token is not valid here"]);
    expect(asked).toEqual([]);
  });

  it("is refused without a signature, whatever it is called (SSV-03)", async () => {
    const { show } = stage(() => ({ default: [signing()] }));
    for (const alg of ["none", "None", "nOnE", "NONE", ""]) {
      for (const end of ["", (await token()).split(".")[2]!]) expect(await show(`${base64url({ ...goodHeader, alg })}.${base64url(goodClaims)}.${end}`), alg).toBe("invalid_token");
    }
  });

  it("is refused with a public key as secret (SSV-04)", async () => {
    const { show } = stage(() => ({ default: [signing()] }));
    const secrets = [await exportSPKI(keys.rsa.publicKey), JSON.stringify(keys.rsa.jwk), keys.rsa.jwk.n!];
    for (const secret of secrets) {
      const signed = `${base64url({ ...goodHeader, alg: "HS256", kid: "rsa" })}.${base64url(goodClaims)}`;
      expect(await show(`${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`)).toBe("invalid_token");
    }
  });

  it("is refused with a secret that stands among the keys", async () => {
    const secret = Buffer.alloc(32, 7);
    const { show } = stage(() => ({ default: [signing([{ kty: "oct", k: secret.toString("base64url"), kid: "shared", alg: "HS256" }])] }));
    const signed = `${base64url({ ...goodHeader, alg: "HS256", kid: "shared" })}.${base64url(goodClaims)}`;
    expect(await show(`${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`)).toBe("invalid_token");
  });

  it("is refused with a key that is too short, or for another algorithm (SSV-09)", async () => {
    const short = { kty: "RSA", kid: "short", e: "AQAB", n: Buffer.alloc(128, 0xcd).toString("base64url") };
    const { show } = stage(() => ({ default: [signing([short, { ...keys.rsa.jwk, alg: "PS256" }])] }));
    const header = base64url({ ...goodHeader, alg: "RS256", kid: "short" });
    expect(await show(`${header}.${base64url(goodClaims)}.${base64url("x".repeat(128))}`)).toBe("invalid_token");
    expect(await show(await token({ header: { alg: "RS256", kid: "rsa" }, key: keys.rsa }))).toBe("invalid_token");
  });

  it("is refused when anything in it is changed (SSV-18)", async () => {
    const { show } = stage(() => ({ default: [signing()] }));
    const [header, , signature] = (await token()).split(".") as [string, string, string];
    expect(await show(`${header}.${base64url({ ...goodClaims, sub: "mallory" })}.${signature}`)).toBe("invalid_token");
    expect(await show(`${base64url({ ...goodHeader, x: 1 })}.${base64url(goodClaims)}.${signature}`)).toBe("invalid_token");
  });

  it.each<[string, string]>([
    ["an array", `[{"iss":"${login}"}]`],
    ["a JWT in a JWT", "eyJhbGciOiJub25lIn0.e30."],
    ["no JSON", "iss"],
    ["a claim twice (SSV-17)", JSON.stringify(goodClaims).replace("{", '{"sub":"mallory",')],
  ])("is refused with a payload that is %s", async (_, payload) => {
    const { show } = stage(() => ({ default: [signing()] }));
    const signed = await new CompactSign(Buffer.from(payload)).setProtectedHeader(goodHeader).sign(keys.ec.privateKey);
    expect(await show(signed)).toBe("invalid_token");
  });

  it("is refused with an unencoded payload (SSV-19)", async () => {
    const { show } = stage(() => ({ default: [signing()] }));
    const header = { ...goodHeader, b64: false, crit: ["b64"] };
    const signed = `${base64url(header)}.${base64url(goodClaims)}`;
    const signature = sign("sha256", Buffer.from(signed), { key: KeyObject.from(keys.ec.privateKey), dsaEncoding: "ieee-p1363" }).toString("base64url");
    expect(await show(`${signed}.${signature}`)).toBe("invalid_token");
  });

  it.each(["a.b.c", "..", `${base64url(goodHeader)}..`, "x".repeat(50), "-", `${base64url({ alg: "dir", enc: "A256GCM" })}.a.b.c.d`])("is refused where none can be: %s", async (text) => {
    expect(await stage(() => ({ default: [signing()] })).show(text)).toBe("invalid_token");
  });

  it("is refused when it is too long, before anything is read", async () => {
    const introspect = () => Promise.reject(new Error("asked"));
    const { show } = stage(() => ({ default: [signing([keys.ec.jwk], { introspect })] }));
    expect(await show(await token({ claims: { padding: "a".repeat(9_000) } }))).toBe("invalid_token");
    expect(await show("a".repeat(8_193))).toBe("invalid_token");
  });

  it("opens the realm of its issuer alone", async () => {
    const { show } = stage(() => ({ default: [signing()], another: [signing([keys.foreign.jwk], { issuer: other })] }));
    const ours = await token();
    expect(await show(ours)).toEqual(alice);
    for (const realm of ["another", "without"]) expect(await show(ours, { realm })).toBe("invalid_token");
    // The key of one issuer says nothing of the other.
    expect(await show(await token({ claims: { iss: other } }), { realm: "another" })).toBe("invalid_token");
    expect(await show(await token({ claims: { iss: other }, header: { kid: "foreign" }, key: keys.foreign }), { realm: "another" })).toEqual({ ...alice, id: `${other}|alice` });
  });

  it("that is bound to a certificate is worth something with that alone (RFC 8705)", async () => {
    const fingerprint = "ab".repeat(32);
    const confirmation = { "x5t#S256": Buffer.from(fingerprint, "hex").toString("base64url") };
    const bound = await token({ claims: { cnf: confirmation } });
    const certificate = (of: string) => ({ kind: "accepted", uris: [], dnsNames: [], subject: "", fingerprint: of }) as unknown as PeerEvidence;
    const { show } = stage(() => ({ default: [signing()] }));
    expect(await show(bound)).toBe("invalid_token");
    expect(await show(bound, { certificate: certificate("cd".repeat(32)) })).toBe("invalid_token");
    expect(await show(bound, { certificate: certificate(fingerprint) })).toEqual(alice);
    expect(await show(await token({ claims: { cnf: { ...confirmation, jkt: "x" } } }), { certificate: certificate(fingerprint) })).toBe("invalid_token");
    expect(await show(await token({ claims: { cnf: {} } }), { certificate: certificate(fingerprint) })).toBe("invalid_token");
  });
});

describe("what a token opens", () => {
  const scoped = (scope: unknown, more: Partial<TokenIssuer> = {}) => async (manages: boolean) => {
    const { show } = stage(() => ({ default: [signing(undefined, more)] }));
    const shown = await show(await token({ claims: { scope } }), { manages });
    return typeof shown === "string" ? shown : "in";
  };

  it.each<[unknown, string]>([
    ["clients:write", "in"], ["openid clients:write", "in"], ["clients:write:all", "permission_denied"], ["CLIENTS:WRITE", "permission_denied"],
    ["", "permission_denied"], [undefined, "permission_denied"], [["clients:write"], "permission_denied"], ["clients:write,openid", "permission_denied"],
  ])("by its scope %j: %s", async (scope, expected) => expect(await scoped(scope)(false)).toBe(expected));

  it("needs all scopes, and other ones for managing where they are configured", async () => {
    const more = { scopes: ["a", "b"], manageScopes: ["m"] };
    expect([await scoped("a b", more)(false), await scoped("a", more)(false), await scoped("m", more)(false)]).toEqual(["in", "permission_denied", "permission_denied"]);
    expect([await scoped("m", more)(true), await scoped("a b", more)(true)]).toEqual(["in", "permission_denied"]);
  });

  it("names the scope that is needed, as RFC 6750 section 3.1 has it", async () => {
    const { error } = stage(() => ({ default: [signing(undefined, { scopes: ["a", "b"] })] }));
    expect((await error(await token())).message).toBe("this needs a token with the scope a b");
  });

  it("is asked for nothing but the audience where no scope is configured", async () => {
    expect(await scoped(undefined, { scopes: [], manageScopes: [] })(false)).toBe("in");
  });

  it.each<[string, object, string]>([
    ["a value", { tenant: "north" }, "in"],
    ["another value", { tenant: "west" }, "permission_denied"],
    ["no value", {}, "permission_denied"],
    ["a list with a value", { tenant: ["west", "south"] }, "in"],
    ["a list without", { tenant: ["west", "east"] }, "permission_denied"],
    ["values in one text", { tenant: "north south" }, "permission_denied"],
    ["an object", { tenant: { north: true } }, "permission_denied"],
    ["a list in a list", { tenant: [["north"]] }, "permission_denied"],
  ])("by a condition on a claim: %s", async (_, claims, expected) => {
    const { show } = stage(() => ({ default: [signing(undefined, { claims: [{ claim: "tenant", values: ["north", "south"] }] })] }));
    const shown = await show(await token({ claims }));
    expect(typeof shown === "string" ? shown : "in").toBe(expected);
  });

  it("needs all conditions; numbers and booleans are compared as text", async () => {
    const { show } = stage(() => ({ default: [signing(undefined, { claims: [{ claim: "verified", values: ["true"] }, { claim: "level", values: ["2", "3"] }] })] }));
    expect(await show(await token({ claims: { verified: true, level: 3 } }))).toEqual(alice);
    expect(await show(await token({ claims: { verified: true, level: 1 } }))).toBe("permission_denied");
    expect(await show(await token({ claims: { level: 3 } }))).toBe("permission_denied");
  });

  it("is not told apart before the token itself holds", async () => {
    const { show } = stage(() => ({ default: [signing()] }));
    expect(await show(await token({ claims: { scope: "", exp: start - 60 } }))).toBe("invalid_token");
  });
});

describe("what is no token of others", () => {
  const { recognizes } = createOauthWayIn({ issuers: () => [] });
  const shown = (scheme: string, credentials: string): Shown => ({ certificate: { kind: "none" }, authorization: { scheme, credentials } });

  it("a token of ours, whole or damaged", () => {
    const made = makeToken("initial_access_token", (size) => new Uint8Array(size));
    for (const text of [made, made.slice(0, -1), `${made}x`, ...Object.values(tokenPrefixes)]) expect(recognizes(shown("bearer", text)), text).toBe(false);
    expect(recognizes(shown("bearer", "mcx_abc"))).toBe(true);
  });

  it("another scheme, what is no token, and nothing", () => {
    expect([recognizes(shown("basic", "abc")), recognizes(shown("dpop", "abc")), recognizes(shown("bearer", "a b")), recognizes(shown("bearer", ""))]).toEqual([false, false, false, false]);
    expect(recognizes({ certificate: { kind: "none" }, authorization: undefined })).toBe(false);
  });
});

describe("keys at a URL", () => {
  const uri = `${login}/jwks`;
  const set = (...names: readonly (keyof typeof keys)[]) => () => json({ keys: names.map((name) => keys[name].jwk) });
  const opened = () => stage(({ clock, send }) => ({ default: [{ ...terms, issuer: login, key: remoteKeys({ uri, fetch: send, clock }) }] }));
  const byNext = () => token({ header: { kid: "next" }, key: keys.next, claims: { exp: start + 100_000 } });
  const byEc = () => token({ claims: { exp: start + 100_000 } });

  it("are fetched when first wanted, once however many want them, and kept", async () => {
    const { answer, show, asked } = opened();
    answer(uri, set("ec"));
    const text = await byEc();
    expect(await Promise.all([1, 2, 3].map(() => show(text)))).toEqual([alice, alice, alice]);
    expect(await show(text)).toEqual(alice);
    expect(asked).toMatchObject([{ url: uri, headers: { accept: expect.stringContaining("application/jwk-set+json") } }]);
  });

  it("are fetched once more for a key that is not there, and then not for a while (SSV-06)", async () => {
    const { answer, show, asked, setClock } = opened();
    answer(uri, set("ec"));
    expect(await show(await byEc())).toEqual(alice);
    const rotated = await byNext();
    setClock(keySetTimes.cooldown / 1000);
    expect([await show(rotated), await show(rotated)]).toEqual(["invalid_token", "invalid_token"]);
    expect(asked).toHaveLength(2);
    answer(uri, set("ec", "next"));
    expect(await show(rotated)).toBe("invalid_token");
    setClock((2 * keySetTimes.cooldown) / 1000);
    expect(await show(rotated)).toEqual(alice);
    expect(asked).toHaveLength(3);
  });

  it("that were taken back are forgotten when the set is old", async () => {
    const { answer, show, setClock } = opened();
    answer(uri, set("ec", "next"));
    expect(await show(await byEc())).toEqual(alice);
    answer(uri, set("next"));
    setClock(keySetTimes.age / 1000 - 1);
    expect(await show(await byEc())).toEqual(alice);
    setClock(keySetTimes.age / 1000);
    expect(await show(await byEc())).toBe("invalid_token");
    expect(await show(await byNext())).toEqual(alice);
  });

  it("stand in for a while when they cannot be fetched again (SSV-21), and then no longer", async () => {
    const { answer, show, setClock, asked, unreachable } = opened();
    answer(uri, set("ec"));
    const text = await byEc();
    expect(await show(text)).toEqual(alice);
    answer(uri, () => json({}, 503));
    setClock(keySetTimes.age / 1000);
    expect([await show(text), await show(text)]).toEqual([alice, alice]);
    // Not once a token.
    expect(asked).toHaveLength(2);
    expect(await show(await byNext())).toBe("overloaded");
    setClock((keySetTimes.age + keySetTimes.stale) / 1000);
    expect(await show(text)).toBe("overloaded");
    answer(uri, set("ec"));
    setClock((keySetTimes.age + keySetTimes.stale + keySetTimes.cooldown) / 1000);
    expect(await show(text)).toEqual(alice);
    expect(unreachable).toEqual([login, login]);
  });

  it.each<[string, (() => OutgoingAnswer) | undefined]>([
    ["nobody is there", undefined],
    ["status 404", () => json({ keys: [] }, 404)],
    ["no JSON", () => ({ status: 200, body: Buffer.from("<html>") })],
    ["no set", () => json({ key: [] })],
    ["keys that are none", () => json({ keys: ["x"] })],
  ])("that cannot be had let nobody in, and it is not the token's fault: %s", async (_, broken) => {
    const { answer, error, show, setClock, asked, unreachable } = opened();
    if (broken !== undefined) answer(uri, broken);
    const text = await byEc();
    const refusal = await error(text);
    expect([refusal.kind, refusal.retryAfter, unreachable]).toEqual(["overloaded", 5, [login]]);
    expect(refusal.message).not.toContain(login);
    expect(await show(text)).toBe("overloaded");
    // Who hammers at the door does not hammer at the issuer's.
    expect(asked).toHaveLength(1);
    answer(uri, set("ec"));
    setClock(keySetTimes.retry / 1000);
    expect(await show(text)).toEqual(alice);
  });

  it("are no worse for one among them that cannot be used (SSV-08)", async () => {
    const { answer, show } = opened();
    answer(uri, () => json({ keys: [{ kty: "XYZ", kid: "odd" }, { kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "broken" }, keys.ec.jwk], more: 1 }));
    expect(await show(await byEc())).toEqual(alice);
    expect(await show(await token({ header: { kid: "broken" } }))).toBe("invalid_token");
  });
});

describe("keys in a file", () => {
  it("are those that it holds now", async () => {
    let set = readKeySet(Buffer.from(JSON.stringify({ keys: [keys.ec.jwk] })));
    const { show } = stage(() => ({ default: [{ ...terms, issuer: login, key: localKeys(() => set) }] }));
    const [first, second] = [await token(), await token({ header: { kid: "next" }, key: keys.next })];
    expect([await show(first), await show(second)]).toEqual([alice, "invalid_token"]);
    set = readKeySet(Buffer.from(JSON.stringify({ keys: [keys.next.jwk] })));
    expect([await show(first), await show(second)]).toEqual(["invalid_token", alice]);
  });

  it.each(["", "{}", '{"keys":{}}', '{"keys":[1]}', "[]"])("must be a JWK Set: %j", (text) => expect(() => readKeySet(Buffer.from(text))).toThrow());
});

describe("an opaque token (RFC 7662)", () => {
  const endpoint = `${login}/introspect`;
  const asking = ({ clock, send }: Pick<Stage, "clock" | "send">, more: Partial<TokenIssuer> = {}, at = endpoint): TokenIssuer => ({
    ...terms, issuer: login, ...more,
    introspect: createIntrospection({ endpoint: at, clientId: "matri cula:ü", clientSecret: () => "s3cret+/=", fetch: send, clock }),
  });
  const opened = () => stage((ports) => ({ default: [asking(ports)] }));
  const active = { active: true, aud: here, sub: "alice", client_id: "app", scope: "clients:write", exp: start + 300 };

  it("is asked about as the RFC has it, with the credentials encoded (RFC 6749 section 2.3.1)", async () => {
    const { answer, show, asked } = opened();
    answer(endpoint, () => json(active));
    expect(await show("opaque+/~token==")).toEqual({ id: alice.id, credentialId: expect.stringMatching(/^sha256:[0-9a-f]{32}$/) });
    expect(asked).toEqual([
      {
        url: endpoint, method: "POST", body: "token=opaque%2B%2F%7Etoken%3D%3D&token_type_hint=access_token",
        headers: {
          accept: "application/json", "content-type": "application/x-www-form-urlencoded",
          authorization: `Basic ${Buffer.from("matri+cula%3A%C3%BC:s3cret%2B%2F%3D").toString("base64")}`,
        },
      },
    ]);
  });

  it.each<[string, object, string]>([
    ["iss that is right", { iss: login }, "alice"],
    ["no sub", { sub: undefined }, "app"],
    ["several audiences", { aud: ["x", here] }, "alice"],
    ["no exp", { exp: undefined }, "alice"],
    ["members that nobody knows", { username: "a", ext: { deep: [1] } }, "alice"],
  ])("is taken: %s", async (_, more, subject) => {
    const { answer, show } = opened();
    answer(endpoint, () => json({ ...active, ...more }));
    expect(await show("opaque")).toMatchObject({ id: `${login}|${subject}` });
  });

  it("has its jti as credential where the issuer names one that can be written down", async () => {
    const { answer, show } = opened();
    answer(endpoint, ({ body }) => json({ ...active, jti: body!.includes("first") ? "grant-7" : body!.includes("second") ? "a\nb" : "third" }));
    expect(await show("first")).toMatchObject({ credentialId: "grant-7" });
    expect(await show("second")).toMatchObject({ credentialId: expect.stringMatching(/^sha256:/) });
    // The token itself, which nothing may keep.
    expect(await show("third")).toMatchObject({ credentialId: expect.stringMatching(/^sha256:/) });
  });

  it.each<[string, object, string]>([
    ["not active", { active: false }, "invalid_token"],
    ["iss of another", { iss: other }, "invalid_token"],
    ["no aud", { aud: undefined }, "invalid_token"],
    ["aud of another", { aud: "https://api.example" }, "invalid_token"],
    ["expired", { exp: start - 30 }, "invalid_token"],
    ["exp in text", { exp: "never" }, "invalid_token"],
    ["not valid yet", { nbf: start + 31 }, "invalid_token"],
    ["neither sub nor client_id", { sub: undefined, client_id: undefined }, "invalid_token"],
    ["a sub that is none", { sub: 7 }, "invalid_token"],
    ["bound to a key", { token_type: "DPoP" }, "invalid_token"],
    ["another scope", { scope: "openid" }, "permission_denied"],
    ["no scope", { scope: undefined }, "permission_denied"],
  ])("is refused: %s", async (_, more, kind) => {
    const { answer, show } = opened();
    answer(endpoint, () => json({ ...active, ...more }));
    expect(await show("opaque")).toBe(kind);
  });

  it.each<[string, (() => OutgoingAnswer) | undefined]>([
    ["nobody is there", undefined],
    ["our credentials are wrong", () => json({ error: "invalid_client" }, 401)],
    ["a fault", () => json({ active: true }, 500)],
    ["no JSON", () => ({ status: 200, body: Buffer.from("active=true") })],
    ["no word on it", () => json({})],
    ["a word that is none", () => json({ ...active, active: "true" })],
  ])("lets nobody in while its issuer does not answer, and that is not the token's fault: %s", async (_, broken) => {
    const { answer, error, show, unreachable } = opened();
    if (broken !== undefined) answer(endpoint, broken);
    const refusal = await error("opaque");
    expect([refusal.kind, refusal.retryAfter, unreachable]).toEqual(["overloaded", 5, [login]]);
    expect(`${refusal.message} ${String(refusal.cause)}`).not.toMatch(/opaque|s3cret/);
    // A failure is not kept.
    answer(endpoint, () => json(active));
    expect(await show("opaque")).toMatchObject({ id: alice.id });
  });

  it("is believed for less than two seconds after the last question", async () => {
    const { answer, show, asked, setClock } = opened();
    answer(endpoint, () => json(active));
    expect(await show("opaque")).toMatchObject({ id: alice.id });
    answer(endpoint, () => json({ active: false }));
    setClock(0.999);
    expect(await show("opaque")).toMatchObject({ id: alice.id });
    setClock(1);
    expect([await show("opaque"), asked.length]).toEqual(["invalid_token", 2]);
    // And it stays refused without a question for a while.
    answer(endpoint, () => json(active));
    setClock(5.9);
    expect([await show("opaque"), asked.length]).toEqual(["invalid_token", 2]);
    setClock(6);
    expect(await show("opaque")).toMatchObject({ id: alice.id });
    // A clock that is set back makes nothing last.
    answer(endpoint, () => json({ active: false }));
    setClock(-3_600);
    expect(await show("opaque")).toBe("invalid_token");
  });

  it("that expires ends while its answer is still kept, and what it opens is decided each time", async () => {
    const { answer, show, asked, setClock } = stage((ports) => ({ default: [asking(ports, { manageScopes: ["manage"] })] }));
    answer(endpoint, () => json({ ...active, exp: start - 29.5 }));
    expect(await show("opaque")).toMatchObject({ id: alice.id });
    expect(await show("opaque", { manages: true })).toBe("permission_denied");
    setClock(0.9);
    expect(await show("opaque")).toMatchObject({ id: alice.id });
    expect(asked).toHaveLength(1);
  });

  it("is one question for all who show it at once, and not for those who come a second later", async () => {
    const { answer, show, asked, setClock } = opened();
    const waiting: ((answer: OutgoingAnswer) => void)[] = [];
    answer(endpoint, () => new Promise((resolve) => waiting.push(resolve)));
    const first = [1, 2, 3].map(() => show("opaque"));
    setClock(1);
    const late = show("opaque");
    expect(asked).toHaveLength(2);
    waiting[0]!(json(active));
    waiting[1]!(json({ active: false }));
    expect(await Promise.all(first)).toMatchObject([{ id: alice.id }, { id: alice.id }, { id: alice.id }]);
    expect(await late).toBe("invalid_token");
    // The older answer does not replace the newer one.
    expect(await show("opaque")).toBe("invalid_token");
  });

  it("is not asked about while too many others are", async () => {
    const { answer, show, error, asked } = opened();
    const waiting: ((answer: OutgoingAnswer) => void)[] = [];
    answer(endpoint, () => new Promise((resolve) => waiting.push(resolve)));
    const open = Array.from({ length: introspectionLimits.underWay }, (_, i) => show(`token${i}`));
    const refusal = await error("one-more");
    expect([refusal.kind, refusal.retryAfter, asked.length]).toEqual(["overloaded", 1, introspectionLimits.underWay]);
    for (const resolve of waiting) resolve(json(active));
    expect(await Promise.all(open)).toHaveLength(introspectionLimits.underWay);
    answer(endpoint, () => json(active));
    expect(await show("one-more")).toMatchObject({ id: alice.id });
  });

  it("does not push answers out of mind without end", async () => {
    const { answer, show, asked } = opened();
    answer(endpoint, () => json({ active: false }));
    for (let i = 0; i <= introspectionLimits.answers; i++) await show(`token${i}`);
    await show("token1");
    expect(asked).toHaveLength(introspectionLimits.answers + 1);
    await show("token0");
    expect(asked).toHaveLength(introspectionLimits.answers + 2);
  });

  it("is asked about in the order of the issuers until one knows it", async () => {
    const second = `${other}/introspect`;
    const { answer, show, asked } = stage((ports) => ({ default: [signing([keys.ec.jwk], { issuer: "https://signing.example" }), asking(ports), asking(ports, { issuer: other }, second)] }));
    answer(endpoint, () => json({ active: false }));
    answer(second, ({ body }) => json({ ...active, active: body!.includes("known") }));
    expect(await show("known")).toMatchObject({ id: `${other}|alice` });
    expect(asked.map(({ url }) => url)).toEqual([endpoint, second]);
    expect(await show("stranger")).toBe("invalid_token");
    // One that is away hides neither what the other knows, nor that it might have known.
    answer(endpoint, () => Promise.reject(new Error("away")));
    expect(await show("known-too")).toMatchObject({ id: `${other}|alice` });
    expect(await show("nobodys")).toBe("overloaded");
  });

  it("may look signed: it goes to the issuer that it names, and to no other", async () => {
    const second = `${other}/introspect`;
    const { answer, show, asked } = stage((ports) => ({ default: [asking(ports), asking(ports, { issuer: other }, second), signing([keys.ec.jwk], { issuer: "https://signing.example" })] }));
    answer(endpoint, () => json(active));
    answer(second, () => json({ ...active, iss: other }));
    expect(await show(await token({ claims: { iss: other } }))).toMatchObject({ id: `${other}|alice` });
    expect(asked.map(({ url }) => url)).toEqual([second]);
    expect(await show(await token({ claims: { iss: "https://evil.example" } }))).toBe("invalid_token");
    expect(await show(await token({ claims: { iss: "https://signing.example" }, header: { typ: "JWT" } }))).toBe("invalid_token");
    expect(asked).toHaveLength(1);
  });

  it("whose issuer has keys too is verified by them when it is signed, and never asked about after", async () => {
    const { answer, show, asked } = stage((ports) => ({ default: [asking(ports, signing([keys.ec.jwk]))] }));
    answer(endpoint, () => json(active));
    expect(await show(await token())).toEqual(alice);
    expect(await show(await token({ key: keys.foreign }))).toBe("invalid_token");
    expect(asked).toEqual([]);
    expect(await show("opaque")).toMatchObject({ id: alice.id });
  });
});
