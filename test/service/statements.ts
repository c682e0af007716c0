// Software statements as directories sign them: real keys, real signatures.

import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from "jose";
import { plainMeaning } from "../../src/domain/software-statement.js";
import type { Registry } from "../../src/service/registry.js";
import type { StatementIssuer } from "../../src/service/software-statements/statement-issuer.js";
import { localKeys, readKeySet } from "../../src/service/ways-in/access-token/key-set.js";
import { createRegistry, fixedSeconds, type RegistryOptions } from "../connect/fixture.js";

export const directory = "https://directory.example";

export interface SigningKey {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function signingKey(alg: string, kid: string | undefined, more: object = {}, options = {}): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
  return { publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }), ...more } };
}

export const base64url = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

export const goodClaims = { iss: directory, iat: fixedSeconds, jti: "one", software_id: "software-1", client_name: "Signed", redirect_uris: ["https://signed.example/cb"] };

/** A signed statement; members that are undefined are left out. */
export async function sign(key: SigningKey, claims: object = {}, header: object = {}): Promise<string> {
  const protectedHeader = JSON.parse(JSON.stringify({ alg: "ES256", kid: "ec", ...header })) as { alg: string };
  const payload = new TextEncoder().encode(JSON.stringify({ ...goodClaims, ...claims }));
  return new CompactSign(payload).setProtectedHeader(protectedHeader).sign(key.privateKey, { crit: { x: true } });
}

/** An issuer with these keys. */
export function issuerOf(keys: readonly JWK[], more: Partial<StatementIssuer> = {}): StatementIssuer {
  const jwks = readKeySet(Buffer.from(JSON.stringify({ keys })));
  return {
    ...plainMeaning, issuer: directory, audiences: ["urn:us"], maxAge: 0, requiredClaims: [], certificateSubject: new Map(), once: false, algorithms: ["ES256", "RS256", "PS256"], key: localKeys(() => jwks), ...more,
  };
}

/** A registry that trusts these issuers. */
export function trusting(issuers: readonly StatementIssuer[], options: RegistryOptions = {}): Registry {
  return trustingNow(createRegistry(options), issuers);
}

/** The same registry, as it is when it trusts these. */
export function trustingNow(registry: Registry, statementIssuers: readonly StatementIssuer[]): Registry {
  return { ...registry, realms: new Map([...registry.realms].map(([name, realm]) => [name, { ...realm, statementIssuers }])) };
}
