// client_secret_jwt and private_key_jwt (OpenID Connect Core section 9, RFC 7523).

import { createSecretKey } from "node:crypto";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { rememberedUntil, whyRefused, type Assertion } from "../../domain/authentication/assertion.js";
import { badCredential, proof, refusal, type Verdict } from "../../domain/authentication/verdict.js";
import { authMethodOf } from "../../domain/auth-methods.js";
import { RegistryError } from "../../domain/errors.js";
import type { ClientWithCredentials } from "../../domain/ports.js";
import type { Call } from "../call.js";
import { openSecret } from "../client-secret.js";
import type { Registry } from "../registry.js";
import { verifySignature } from "../ways-in/access-token/signed-token.js";
import { hasExpired } from "./by-secret.js";
import { clientKeys, reasonOf } from "./client-keys.js";

/** What an assertion is worth that a client of this record sends to `endpoint`. One that holds has been used up. */
export async function judgeAssertion(registry: Registry, { realm, now }: Call, found: ClientWithCredentials, metadata: ClientMetadata, assertion: Assertion, endpoint: string): Promise<Verdict> {
  const { client } = found;
  const method = authMethodOf(metadata);
  if (method?.algorithms === undefined) return badCredential(`the client is registered with ${metadata.tokenEndpointAuthMethod}, and sends an assertion`);
  const registered = metadata.tokenEndpointAuthSigningAlg;
  const algorithms = registered === undefined ? method.algorithms : method.algorithms.filter((algorithm) => algorithm === registered);
  const audiences = [realm.issuer, realm.tokenEndpoint, endpoint].filter((name): name is string => name !== undefined && name !== "");
  const why = whyRefused(assertion, { clientId: client.clientId, audiences, algorithms, now });
  if (why !== undefined) return badCredential(why);
  const verdict = method.secret === undefined ? await byKey(registry, found, metadata, assertion, algorithms) : await bySecret(registry, found, metadata, assertion, algorithms, now);
  return verdict.authenticated ? useOnce(registry, client.realm, client.clientId, assertion, now, verdict) : verdict;
}

async function byKey(registry: Registry, { client }: ClientWithCredentials, metadata: ClientMetadata, { token, header }: Assertion, algorithms: readonly string[]): Promise<Verdict> {
  const keys = clientKeys(registry, client, metadata);
  if (keys === undefined) return badCredential("the client's keys are elsewhere, and this service fetches nothing");
  try {
    await verifySignature(token, { key: keys.key, algorithms });
  } catch (error) {
    // jose's words for all that can be wrong with a signature or a key; a TypeError is a key that does not fit.
    return badCredential(error instanceof RegistryError ? `the client's keys cannot be fetched${reasonOf(error)}` : "the assertion is not signed with a key of the client");
  }
  return proof(metadata.tokenEndpointAuthMethod!, typeof header["kid"] === "string" ? header["kid"] : "");
}

async function bySecret(registry: Registry, { client, credentials }: ClientWithCredentials, metadata: ClientMetadata, { token }: Assertion, algorithms: readonly string[], now: number): Promise<Verdict> {
  let expired = false;
  for (const credential of credentials) {
    const secret = credential.kind === "client_secret" ? openSecret(registry.keys, client, credential) : undefined;
    if (secret === undefined) continue;
    const key = createSecretKey(Buffer.from(secret));
    const signed = await verifySignature(token, { key: () => key, algorithms }).then(() => true, () => false);
    if (signed && !hasExpired(credential, now)) return proof(metadata.tokenEndpointAuthMethod!, credential.label);
    expired ||= signed;
  }
  return expired ? refusal("expired", "the secret has expired") : badCredential("the assertion is not signed with a secret of the client");
}

/** The last thing: whoever could not prove itself uses nothing up. */
async function useOnce({ store, keys }: Registry, realm: string, clientId: string, assertion: Assertion, at: number, verdict: Verdict): Promise<Verdict> {
  const key = keys.mac("assertion_id", realm, clientId, assertion.claims["jti"] as string);
  const result = await store.commit([{ kind: "use_once", key, at, expiresAt: rememberedUntil(assertion) }]);
  return result.committed ? verdict : badCredential("the assertion's jti was used before");
}
