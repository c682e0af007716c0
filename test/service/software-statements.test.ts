// Software statements (RFC 7591 sections 2.3 and 3.1.1): what a trusted issuer signs goes before what a client says of itself, and what
// nobody trusted has signed says nothing.

import { createHmac, createPublicKey, sign as signRaw } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { exportSPKI, FlattenedSign, GeneralSign, UnsecuredJWT, CompactEncrypt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { decideRegistration } from "../../src/domain/registration.js";
import { metadataOf } from "../../src/service/client-record.js";
import type { Registry } from "../../src/service/registry.js";
import { remoteKeys } from "../../src/service/ways-in/access-token/key-set.js";
import { fixedSeconds } from "../connect/fixture.js";
import { bearer, nobody, perform } from "./calls.js";
import { base64url, directory, goodClaims, issuerOf, sign, signingKey, trusting, trustingNow, type SigningKey } from "./statements.js";

const { registerClient, updateClient, readClient } = RegistrationService.method;

const keys = {} as Record<"ec" | "rsa" | "pss" | "ed" | "foreign" | "encryption" | "small", SigningKey>;
beforeAll(async () => {
  keys.ec = await signingKey("ES256", "ec");
  keys.rsa = await signingKey("RS256", "rsa");
  keys.pss = await signingKey("PS256", "pss", { alg: "PS256" });
  keys.ed = await signingKey("Ed25519", "ed");
  keys.foreign = await signingKey("ES256", "ec");
  keys.encryption = await signingKey("ES256", "encryption", { use: "enc" });
});

const trusted = (more = {}) => issuerOf([keys.ec.jwk, keys.rsa.jwk, keys.pss.jwk, keys.encryption.jwk], more);
const plain = { redirectUris: ["https://plain.example/cb"], clientName: "Plain", softwareId: "mine" };

const register = (registry: Registry, softwareStatement: string | undefined, more: object = plain) =>
  perform(registry, registerClient, { metadata: { ...more, ...(softwareStatement === undefined ? {} : { softwareStatement }) } }, nobody);

/** The kind and the rules of a refusal, and that it has left nothing behind. */
async function refusal(registry: Registry, call: Promise<unknown>): Promise<[string, ...string[]]> {
  const before = registry.store.changes.after(0, 1000).length;
  const error = await call.then(() => Promise.reject(new Error("it was let in")), (thrown: { kind: string; violations: { rule: string }[]; message: string }) => thrown);
  if (!("violations" in error)) throw error;
  expect(registry.store.changes.after(0, 1000)).toHaveLength(before);
  expect(error.message).toMatch(/^[\x20-\x7e]+$/);
  return [error.kind, ...error.violations.map(({ rule }) => rule)];
}

describe("a statement that holds", () => {
  it("DCR-28, DCR-47, DCR-49, DCR-86, DCR-90: its claims go before what is sent, and every answer says so", async () => {
    const registry = trusting([trusted()]);
    const statement = await sign(keys.ec);
    const { client, decisions } = await register(registry, statement);
    expect(client!.metadata).toMatchObject({ clientName: "Signed", redirectUris: ["https://signed.example/cb"], softwareId: "software-1" });
    expect(decisions.map(({ field, asked, registered, rule }) => [field, asked, registered, rule])).toEqual([
      ["redirect_uris", '["https://plain.example/cb"]', '["https://signed.example/cb"]', "software_statement.claim"],
      ["client_name", '"Plain"', '"Signed"', "software_statement.claim"],
      ["software_id", '"mine"', '"software-1"', "software_statement.claim"],
    ]);
    // DCR-49: as it was sent, byte by byte.
    expect(client!.metadata!.softwareStatement).toBe(statement);
    const stored = registry.store.clients.find("default", client!.clientId!)!.client;
    expect(metadataOf(stored).softwareStatement).toBe(statement);
    expect([stored.softwareId, stored.softwareStatementIssuer]).toEqual(["software-1", directory]);
  });

  it("DCR-42, SSV-22: by each algorithm that the issuer's row has, with and without a kid, also by the two names of one", async () => {
    const registry = trusting([issuerOf([keys.ec.jwk, keys.rsa.jwk, keys.pss.jwk, keys.ed.jwk], { algorithms: ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"] })]);
    for (const [alg, key] of [["ES256", keys.ec], ["RS256", keys.rsa], ["PS256", keys.pss], ["EdDSA", keys.ed], ["Ed25519", keys.ed]] as const) {
      for (const kid of [key.jwk.kid, undefined]) await register(registry, await sign(key, {}, { alg, kid }));
    }
  });

  it.each<[string, object, object]>([
    ["typ JWT", {}, { typ: "JWT" }],
    ["typ application/jwt", {}, { typ: "application/jwt" }],
    ["no software_id (DCR-43)", { software_id: undefined }, {}],
    ["our audience among others", { aud: ["https://other.example", "urn:us"] }, {}],
    ["the registration endpoint as audience", { aud: "https://localhost/register" }, {}],
    ["expired within the leeway, with a fraction", { exp: fixedSeconds - 29.5 }, {}],
    ["issued ahead of our clock within the leeway (FAPI-08)", { iat: fixedSeconds + 30, nbf: fixedSeconds + 30 }, {}],
    ["no jti and no iat", { jti: undefined, iat: undefined }, {}],
  ])("with %s", async (_, claims, header) => {
    expect((await register(trusting([trusted()]), await sign(keys.ec, claims, header))).client!.metadata!.clientName).toBe("Signed");
  });

  it("T-16, DCR-52: known names alone are adopted, in other languages too; the service's own and the token's own are not metadata", async () => {
    const registry = trusting([trusted()]);
    const statement = await sign(keys.ec, {
      "client_name#fr": "Sign\u00e9", "redirect_uris#fr": ["https://evil.example/cb"], client_id: "chosen", client_secret: "chosen", client_id_issued_at: 5, sub: "x", unknown: { a: 1 },
      registration_access_token: "chosen", example_attribute: "declared", undeclared: "x",
    });
    const { client, credentials } = await register(registry, statement, { ...plain, clientNameLocalized: { de: "Mein" } });
    expect(client!.metadata).toMatchObject({ clientNameLocalized: { fr: "Sign\u00e9" }, customAttributes: { example_attribute: "declared" } });
    expect(JSON.stringify({ ...client, metadata: { ...client!.metadata, softwareStatement: "" } }) + JSON.stringify(credentials)).not.toMatch(/chosen|unknown|undeclared|evil|Mein/);
  });

  it("a name in another language that the client sends does not stand beside a signed one", async () => {
    const { client, decisions } = await register(trusting([trusted()]), await sign(keys.ec), { ...plain, clientNameLocalized: { fr: "Banque" } });
    expect(client!.metadata!.clientNameLocalized).toEqual({});
    expect(decisions.map(({ field }) => field)).toContain("client_name_localized");
  });

  it("is held to the policy: what it says may be adjusted (DCR-50)", async () => {
    const { client, decisions } = await register(trusting([trusted()]), await sign(keys.ec, { grant_types: ["authorization_code", "implicit"] }));
    expect(client!.metadata!.grantTypes).toEqual(["authorization_code"]);
    expect(decisions.map(({ rule }) => rule)).toContain("policy.rfc7591.grant_types.reduce");
  });

  it("DCR-47: a claim goes before the standard's default", async () => {
    const { client } = await register(trusting([trusted()]), await sign(keys.ec, { token_endpoint_auth_method: "none", application_type: "native" }));
    expect(client!.metadata).toMatchObject({ tokenEndpointAuthMethod: "none", applicationType: "native" });
    expect(client!.clientSecretExpiresAt).toBeUndefined();
  });

  it("has the names of its issuer, and roles that give scopes", async () => {
    const names = { claimNames: new Map([["software_client_name", "client_name"], ["org_version", "software_version"]]), rolesClaim: "roles", roleScopes: new Map([["DATA", "openid accounts"], ["PAY", "openid payments"], ["OLD", "old"]]) };
    const claims = {
      client_name: undefined, software_client_name: "Bank", "software_client_name#pt": "Banco", org_version: 1.5,
      roles: [{ role: "DATA", status: "Active" }, "PAY", { role: "OLD", status: "Inactive" }, { role: "NONE" }, 5],
    };
    const { client } = await register(trusting([trusted(names)]), await sign(keys.ec, claims));
    expect(client!.metadata).toMatchObject({ clientName: "Bank", clientNameLocalized: { pt: "Banco" }, softwareVersion: "1.5", scope: "openid accounts payments" });
  });
});

describe("SSV-01 to SSV-19, DCR-41: a statement that does not hold registers nobody", () => {
  it("SSV-18: signed by another key of the same name", async () => {
    const registry = trusting([trusted()]);
    expect(await refusal(registry, register(registry, await sign(keys.foreign)))).toEqual(["invalid_software_statement", "software_statement.signature"]);
  });

  it.each<[string, object, string]>([
    ["an unknown kid", { kid: "none such" }, "signature"],
    ["a kid that is a path", { kid: "../../../../dev/null" }, "signature"],
    ["a kid that is a query", { kid: "' OR 1=1 --" }, "signature"],
    ["a kid that is no text", { kid: 5 }, "header.kid"],
    ["crit, understood by nobody (SSV-05)", { crit: ["x"], x: 1 }, "header.crit"],
    ["typ of an access token (SSV-16)", { typ: "at+jwt" }, "header.typ"],
    ["typ of a DPoP proof", { typ: "dpop+jwt" }, "header.typ"],
    ["typ of a logout token", { typ: "logout+jwt" }, "header.typ"],
    ["typ of a request object", { typ: "oauth-authz-req+jwt" }, "header.typ"],
    ["cty", { cty: "JWT" }, "header.cty"],
    ["jku", { jku: "https://evil.example/keys" }, "header.jku"],
    ["x5u", { x5u: "https://evil.example/chain" }, "header.x5u"],
    ["x5c", { x5c: ["AAAA"] }, "header.x5c"],
  ])("with the header %s", async (_, header, rule) => {
    const registry = trusting([trusted()]);
    expect(await refusal(registry, register(registry, await sign(keys.ec, {}, header)))).toEqual(["invalid_software_statement", `software_statement.${rule}`]);
  });

  it("SSV-07: with its own key in its header, which nobody asks", async () => {
    const registry = trusting([trusted()]);
    const statement = await sign(keys.foreign, {}, { jwk: keys.foreign.jwk, kid: undefined });
    expect(await refusal(registry, register(registry, statement))).toEqual(["invalid_software_statement", "software_statement.header.jwk"]);
  });

  it("SSV-03, SSV-04: unsigned, in every spelling of none, and with a public key as a secret", async () => {
    const registry = trusting([trusted()]);
    const made = [new UnsecuredJWT(goodClaims).encode()];
    for (const alg of ["none", "None", "nOnE", ""]) {
      made.push(`${base64url({ alg })}.${base64url(goodClaims)}.`, `${base64url({ alg })}.${base64url(goodClaims)}.${base64url("x")}`);
    }
    const spki = await exportSPKI(keys.rsa.publicKey);
    for (const secret of [spki, spki.trim(), createPublicKey(spki).export({ type: "spki", format: "der" }), JSON.stringify(keys.rsa.jwk)]) {
      const input = `${base64url({ alg: "HS256", kid: "rsa" })}.${base64url(goodClaims)}`;
      made.push(`${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`);
    }
    for (const statement of made) expect((await refusal(registry, register(registry, statement)))[0], statement).toBe("invalid_software_statement");
  });

  it("SSV-04: with an algorithm that the row does not have, or that its key is not for", async () => {
    const registry = trusting([trusted({ algorithms: ["PS256"] })]);
    expect(await refusal(registry, register(registry, await sign(keys.ec)))).toEqual(["invalid_software_statement", "software_statement.header.alg"]);
    const other = trusting([trusted()]);
    // The key is for PS256 alone; OpenSSL would take it for RS256.
    const input = `${base64url({ alg: "RS256", kid: "pss" })}.${base64url(goodClaims)}`;
    const forged = `${input}.${base64urlOf(signRaw("sha256", Buffer.from(input), (await import("node:crypto")).KeyObject.from(keys.pss.privateKey)))}`;
    expect(await refusal(other, register(other, forged))).toEqual(["invalid_software_statement", "software_statement.signature"]);
  });

  it("SSV-08: by a key for encryption", async () => {
    const registry = trusting([trusted()]);
    expect(await refusal(registry, register(registry, await sign(keys.encryption, {}, { kid: "encryption" })))).toEqual(["invalid_software_statement", "software_statement.signature"]);
  });

  it("SSV-09: by a short RSA key, or with an ECDSA signature in DER", async () => {
    const { generateKeyPairSync, KeyObject } = await import("node:crypto");
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const registry = trusting([issuerOf([{ ...(small.publicKey.export({ format: "jwk" }) as object), kid: "small" } as never, keys.ec.jwk])]);
    const input = `${base64url({ alg: "RS256", kid: "small" })}.${base64url(goodClaims)}`;
    const der = `${base64url({ alg: "ES256", kid: "ec" })}.${base64url(goodClaims)}`;
    const statements = [
      `${input}.${base64urlOf(signRaw("sha256", Buffer.from(input), small.privateKey))}`,
      `${der}.${base64urlOf(signRaw("sha256", Buffer.from(der), KeyObject.from(keys.ec.privateKey)))}`,
    ];
    for (const statement of statements) expect(await refusal(registry, register(registry, statement))).toEqual(["invalid_software_statement", "software_statement.signature"]);
  });

  it("SSV-19: with a payload that is not encoded", async () => {
    const registry = trusting([trusted()]);
    const flattened = await new FlattenedSign(new TextEncoder().encode(JSON.stringify(goodClaims))).setProtectedHeader({ alg: "ES256", kid: "ec", b64: false, crit: ["b64"] }).sign(keys.ec.privateKey);
    for (const header of [flattened.protected!, base64url({ alg: "ES256", kid: "ec", b64: false })]) {
      expect((await refusal(registry, register(registry, `${header}.${base64url(goodClaims)}.${flattened.signature}`)))[0]).toBe("invalid_software_statement");
    }
  });

  it("SSV-01, DCR-48: in another form than three parts of base64url", async () => {
    const registry = trusting([trusted()]);
    const good = await sign(keys.ec);
    const json = JSON.stringify(await new GeneralSign(new TextEncoder().encode(JSON.stringify(goodClaims))).addSignature(keys.ec.privateKey).setProtectedHeader({ alg: "ES256" }).sign());
    const encrypted = await new CompactEncrypt(new TextEncoder().encode(good)).setProtectedHeader({ alg: "RSA-OAEP", enc: "A256GCM", cty: "JWT" }).encrypt((await signingKey("RSA-OAEP", "e")).publicKey);
    const malformed = [json, encrypted, `${good}=`, ` ${good}`, good.replace(".", "\u2024"), `${good}.${good}`, good.split(".").slice(0, 2).join("."), "..", ".", "a.b.c", "statement"];
    for (const statement of malformed) expect((await refusal(registry, register(registry, statement)))[0], statement).toBe("invalid_software_statement");
  });

  it("SSV-02, SSV-17: with claims or a header that no two readers read alike", async () => {
    const registry = trusting([trusted()]);
    const signed = async (header: string, payload: string) => {
      const input = `${Buffer.from(header).toString("base64url")}.${Buffer.from(payload).toString("base64url")}`;
      const { KeyObject } = await import("node:crypto");
      return `${input}.${base64urlOf(signRaw("sha256", Buffer.from(input), { key: KeyObject.from(keys.ec.privateKey), dsaEncoding: "ieee-p1363" }))}`;
    };
    const header = '{"alg":"ES256","kid":"ec"}';
    const claims = JSON.stringify(goodClaims);
    // What is signed by this hand holds.
    await register(registry, await signed(header, claims));
    const rest = claims.slice(1);
    const twice: [string, string][] = [
      [header, `{"client_name":"First",${rest}`], [header, `{"iss":"https://evil.example",${rest}`], [header, `{"client_nam\\u0065":"First",${rest}`],
      ['{"alg":"none","alg":"ES256","kid":"ec"}', claims], ['{"alg":"ES256","kid":"ec","crit":[]}', claims], [header, `[${claims}]`], [header, '"text"'], [header, `${claims}x`], [header, `{"__proto__":{"client_name":"x"},${rest}`],
      [header, `{"a":${"[".repeat(20)}${"]".repeat(20)},${rest}`], [header, `{"client_name":"\\ud800",${rest}`],
    ];
    for (const [head, payload] of twice) expect((await refusal(registry, register(registry, await signed(head, payload))))[0], payload).toBe("invalid_software_statement");
  });

  it("that is huge, before anything of it is read", async () => {
    const registry = trusting([trusted()]);
    const statement = await sign(keys.ec, { padding: "x".repeat(17_000) });
    expect(await refusal(registry, register(registry, statement))).toEqual(["invalid_software_statement", "software_statement.length"]);
  });

  it("that holds another, which nobody would have checked", async () => {
    const registry = trusting([trusted()]);
    expect(await refusal(registry, register(registry, await sign(keys.ec, { software_statement: await sign(keys.ec) })))).toEqual(["invalid_software_statement", "software_statement.nested"]);
  });

  it.each<[string, object, string[]]>([
    ["expired (SSV-12)", { exp: fixedSeconds - 30 }, ["exp"]],
    ["exp as text", { exp: String(fixedSeconds + 60) }, ["exp"]],
    ["not valid yet (SSV-13)", { nbf: fixedSeconds + 31 }, ["nbf"]],
    ["from the future (SSV-14, FAPI-08)", { iat: fixedSeconds + 31 }, ["iat"]],
    ["for another audience (SSV-11)", { aud: "https://other.example" }, ["aud"]],
    ["for no audience", { aud: [] }, ["aud"]],
    ["with a jti that is no text", { jti: 5 }, ["jti"]],
    ["with several of these", { jti: 5, aud: "x", exp: 1 }, ["aud", "exp", "jti"]],
    ["without iss", { iss: undefined }, ["iss"]],
    ["with an iss that is no text", { iss: [directory] }, ["iss"]],
  ])("%s (SSV-10 to SSV-14)", async (_, claims, rules) => {
    const registry = trusting([trusted()]);
    expect(await refusal(registry, register(registry, await sign(keys.ec, claims)))).toEqual(["invalid_software_statement", ...rules.map((rule) => `software_statement.${rule}`)]);
  });

  it.each<[string, object, object, string]>([
    ["older than the row says (SSV-14, BRZ-02)", { maxAge: 300 }, { iat: fixedSeconds - 331 }, "iat"],
    ["without iat where it has an age", { maxAge: 300 }, { iat: undefined }, "iat"],
    ["without a claim that the row requires", { requiredClaims: ["org_id"] }, {}, "required"],
    ["without jti where each is taken once", { once: true }, { jti: undefined }, "jti"],
  ])("%s", async (_, row, claims, rule) => {
    const registry = trusting([trusted(row)]);
    expect(await refusal(registry, register(registry, await sign(keys.ec, claims)))).toEqual(["invalid_software_statement", `software_statement.${rule}`]);
  });

  it("SSV-10: a known issuer's name on another issuer's signature; an unknown issuer is not approved", async () => {
    const other = issuerOf([keys.foreign.jwk], { issuer: "https://other.example" });
    const registry = trusting([trusted(), other]);
    expect((await register(registry, await sign(keys.foreign, { iss: "https://other.example" }))).client).toBeDefined();
    expect(await refusal(registry, register(registry, await sign(keys.foreign)))).toEqual(["invalid_software_statement", "software_statement.signature"]);
    for (const iss of ["https://unknown.example", `${directory}/`, directory.slice(0, -1), directory.toUpperCase()]) {
      expect(await refusal(registry, register(registry, await sign(keys.ec, { iss })))).toEqual(["unapproved_software_statement", "software_statement.issuer"]);
    }
    const nobodyTrusted = trusting([]);
    expect(await refusal(nobodyTrusted, register(nobodyTrusted, await sign(keys.ec)))).toEqual(["unapproved_software_statement", "software_statement.issuer"]);
  });

  it("SSV-20: values that break a rule break it as if they had been sent; values of a wrong type are the statement's fault", async () => {
    const registry = trusting([trusted()]);
    expect(await refusal(registry, register(registry, await sign(keys.ec, { redirect_uris: ["javascript:alert(1)"] })))).toMatchObject({ 0: "invalid_redirect_uri" });
    expect(await refusal(registry, register(registry, await sign(keys.ec, { logo_uri: "javascript:alert(1)" })))).toMatchObject({ 0: "invalid_client_metadata" });
    expect(await refusal(registry, register(registry, await sign(keys.ec, { redirect_uris: "https://signed.example/cb" })))).toEqual(["invalid_software_statement", "software_statement.claim"]);
  });
});

const base64urlOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

describe("claims that bind", () => {
  const binding = () => trusting([trusted({ bindingFields: new Set(["redirect_uris", "scope", "client_uri", "jwks_uri"]) })]);
  const claims = { redirect_uris: ["https://a.example/cb", "https://b.example/cb"], scope: "openid accounts", client_uri: "https://a.example/" };

  it("BRZ-04, UKOB-04, BRZ-05: of a list and of scope a part may be sent, and is registered; what is left out is all of it", async () => {
    const registry = binding();
    const statement = await sign(keys.ec, claims);
    const part = await register(registry, statement, { redirectUris: ["https://b.example/cb"], scope: "accounts" });
    expect(part.client!.metadata).toMatchObject({ redirectUris: ["https://b.example/cb"], scope: "accounts", clientUri: "https://a.example/" });
    const whole = await register(registry, statement, {});
    expect(whole.client!.metadata).toMatchObject({ redirectUris: claims.redirect_uris, scope: "openid accounts" });
  });

  it.each<[string, object, string]>([
    ["another redirect URI", { redirectUris: ["https://b.example/cb", "https://c.example/cb"] }, "invalid_redirect_uri"],
    ["another scope", { scope: "openid payments" }, "invalid_client_metadata"],
    ["another page", { clientUri: "https://b.example/" }, "invalid_client_metadata"],
    ["what the statement does not have (BRZ-03)", { jwksUri: "https://a.example/keys" }, "invalid_client_metadata"],
  ])("%s is refused", async (_, sent, kind) => {
    const registry = binding();
    expect(await refusal(registry, register(registry, await sign(keys.ec, claims), sent))).toEqual([kind, "software_statement.binding"]);
  });
});

describe("T-17: on an update", () => {
  const update = (registry: Registry, { clientId, token }: { clientId: string; token: string }, metadata: object) =>
    perform(registry, updateClient, { clientId, metadata }, bearer(token));

  async function registeredWith(registry: Registry, statement: string | undefined) {
    const { client, credentials } = await register(registry, statement);
    return { clientId: client!.clientId!, token: credentials!.registrationAccessToken! };
  }

  it("omitted or equal: it is kept with its values, which plain members do not change, although it has expired since", async () => {
    let now = fixedSeconds;
    const registry: Registry = { ...trusting([trusted()]), clock: { seconds: () => now, milliseconds: () => now * 1000 } };
    const statement = await sign(keys.ec, { exp: fixedSeconds + 60 });
    const mine = await registeredWith(registry, statement);
    now += 3600;
    for (const sent of [{ ...plain, clientName: "Mine" }, { ...plain, clientName: "Mine", softwareStatement: statement }, { redirectUris: ["https://evil.example/cb"] }]) {
      const { client } = await update(registry, mine, sent);
      expect(client!.metadata).toMatchObject({ clientName: "Signed", redirectUris: ["https://signed.example/cb"], softwareId: "software-1", softwareStatement: statement });
    }
    expect((await perform(registry, readClient, { clientId: mine.clientId }, bearer(mine.token))).client!.metadata!.softwareStatement).toBe(statement);
  });

  it("a new one is proven anew, and its values stand", async () => {
    const registry = trusting([trusted()]);
    const mine = await registeredWith(registry, await sign(keys.ec));
    const next = await sign(keys.ec, { client_name: "Signed again", jti: "two" });
    expect((await update(registry, mine, { softwareStatement: next })).client!.metadata).toMatchObject({ clientName: "Signed again", softwareStatement: next });
    expect(await refusal(registry, update(registry, mine, { softwareStatement: await sign(keys.foreign) }))).toEqual(["invalid_software_statement", "software_statement.signature"]);
    // One that it had before is not the one that it has.
    expect((await update(registry, mine, {})).client!.metadata!.softwareStatement).toBe(next);
  });

  it("with its issuer trusted no more, nothing of what it said may be changed, until another says it", async () => {
    const names = { claimNames: new Map([["callbacks", "redirect_uris"]]), bindingFields: new Set(["redirect_uris"]) };
    const registry = trusting([trusted(names)]);
    const mine = await registeredWith(registry, await sign(keys.ec, { redirect_uris: undefined, callbacks: plain.redirectUris }));
    const later: Registry = trustingNow(registry, [trusted({ issuer: "https://other.example" })]);
    expect(await refusal(later, update(later, mine, { redirectUris: ["https://evil.example/cb"] }))).toEqual(["unapproved_software_statement", "software_statement.issuer"]);
    const next = await sign(keys.ec, { iss: "https://other.example", redirect_uris: ["https://next.example/cb"] });
    expect((await update(later, mine, { softwareStatement: next })).client!.metadata!.redirectUris).toEqual(["https://next.example/cb"]);
  });

  it("a client without one may get one", async () => {
    const registry = trusting([trusted()]);
    const mine = await registeredWith(registry, undefined);
    expect((await update(registry, mine, { softwareStatement: await sign(keys.ec) })).client!.metadata!.clientName).toBe("Signed");
  });
});

it("SSV-15: a statement that is taken once registers one client, also of many at once, and updates none", async () => {
  const registry = trusting([trusted({ once: true })]);
  const statement = await sign(keys.ec);
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => register(registry, statement)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await refusal(registry, register(registry, statement))).toEqual(["unapproved_software_statement", "software_statement.once"]);
  const { client, credentials } = await register(registry, await sign(keys.ec, { jti: "two" }), {});
  const mine = { clientId: client!.clientId! };
  // Its own, sent back, is no new use.
  await perform(registry, updateClient, { ...mine, metadata: { softwareStatement: client!.metadata!.softwareStatement! } }, bearer(credentials!.registrationAccessToken!));
  expect(await refusal(registry, perform(registry, updateClient, { ...mine, metadata: { softwareStatement: statement } }, bearer(credentials!.registrationAccessToken!)))).toEqual(["unapproved_software_statement", "software_statement.once"]);
});

it("SSV-06, SSV-21: keys at a URL are fetched once, and once more for a kid that is new; while they cannot be had nobody is registered, and it is not the statement's fault", async () => {
  let set = [keys.rsa.jwk];
  let asked = 0;
  let down = true;
  const fetch = async () => {
    asked += 1;
    if (down) throw new Error("no route");
    return { status: 200, body: Buffer.from(JSON.stringify({ keys: set })) };
  };
  let now = fixedSeconds;
  const clock = { seconds: () => now, milliseconds: () => now * 1000 };
  const registry = trusting([{ ...trusted(), key: remoteKeys({ uri: "https://directory.example/keys", fetch, clock }) }]);
  const statement = await sign(keys.ec);
  expect(await refusal(registry, register(registry, statement))).toEqual(["overloaded"]);
  down = false;
  now += 60;
  expect(await refusal(registry, register(registry, statement))).toEqual(["invalid_software_statement", "software_statement.signature"]);
  set = [keys.ec.jwk];
  now += 60;
  expect((await register(registry, statement)).client).toBeDefined();
  expect(asked).toBe(3);
  for (const kid of ["x", "y", "z"]) await refusal(registry, register(registry, await sign(keys.foreign, {}, { kid })));
  expect(asked).toBe(3);
});

it("V12: whatever is sent as a statement, no claim of one that does not hold reaches a record", async () => {
  const registry = trusting([trusted()]);
  const good = await sign(keys.ec, { client_name: "MARK" });
  const forged = await sign(keys.foreign, { client_name: "MARK" });
  const [header, payload, signature] = good.split(".") as [string, string, string];
  const part = fc.oneof(fc.constantFrom(header, payload, signature, forged.split(".")[2]!, ""), fc.base64String().map((text) => text.replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_")));
  const claims = fc.record({ iss: fc.constantFrom(directory, "x"), client_name: fc.constant("MARK"), exp: fc.integer() }, { requiredKeys: ["client_name"] }).map(base64url);
  const head = fc.record({ alg: fc.constantFrom("ES256", "none", "HS256", "RS256"), kid: fc.constantFrom("ec", "rsa", "../x"), jwk: fc.constant(keys.foreign.jwk) }, { requiredKeys: ["alg"] }).map(base64url);
  const flipped = fc.tuple(fc.nat(good.length - 1), fc.constantFrom(..."ABCxyz019-_")).map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1));
  const made = fc.oneof(fc.tuple(fc.oneof(head, part), fc.oneof(claims, part), part).map((parts) => parts.join(".")), flipped, fc.constant(forged), fc.string());
  await fc.assert(
    fc.asyncProperty(made, async (statement) => {
      const same = statement.split(".").slice(0, 2).join(".") === `${header}.${payload}`;
      const outcome = await register(registry, statement).catch(() => undefined);
      // Bits of the last letter of a signature mean nothing: what is signed is the same.
      if (outcome === undefined || (same && outcome.client!.metadata!.softwareStatement === statement)) return;
      expect(JSON.stringify(outcome.client!.metadata)).not.toContain("MARK");
      expect(outcome.client!.metadata!.softwareStatement).toBeUndefined();
    }),
    { numRuns: 400 },
  );
  // The last line of defence: what is decided without proof is refused.
  const { policy } = registry.realms.get("default")!.waysIn.get("open")!;
  expect(() => decideRegistration(create(ClientMetadataSchema, { ...plain, softwareStatement: good }), { policy, customAttributes: new Map() })).toThrow("was not verified");
});
