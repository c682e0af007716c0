// A client's secrets: how one is issued, and what is known of it afterwards. All of it is a digest, but for a secret that is needed back.

import { needsSealedSecret } from "../domain/auth-methods.js";
import { nextLabel, nextTime } from "../domain/credential-order.js";
import { credentialRecord, digestOf, digestScheme, makeSealedSecret, makeToken, sealedScheme } from "../domain/credentials.js";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { CredentialRecord, Seconds } from "../domain/ports.js";
import type { Keys } from "./keys.js";
import type { Registry } from "./registry.js";

/** Whose secret it is. */
export interface SecretOwner {
  readonly realm: string;
  readonly clientId: string;
}

/** What is decided about a secret before it is made. */
export interface SecretTerms {
  /** The client's credentials before it. */
  readonly before: readonly CredentialRecord[];
  /** The number after theirs when absent. */
  readonly label?: string | undefined;
  readonly now: Seconds;
  /** Seconds; 0 means for ever. */
  readonly lifetime: number;
}

/** A new secret for a client with this metadata, and what is stored of it. */
export function issueSecret(
  { keys, randomBytes }: Pick<Registry, "keys" | "randomBytes">,
  owner: SecretOwner,
  metadata: ClientMetadata,
  { before, label, now, lifetime }: SecretTerms,
): { readonly secret: string; readonly credential: CredentialRecord } {
  const sealed = needsSealedSecret(metadata);
  const secret = sealed ? makeSealedSecret(randomBytes) : makeToken("client_secret", randomBytes);
  const kept = sealed ? keys.seal(purpose, boundTo(owner), Buffer.from(secret)) : digestOf("client_secret", owner.realm, owner.clientId, secret);
  const name = label ?? nextLabel(before, "client_secret");
  const createdAt = nextTime(before, "client_secret", now);
  const credential = credentialRecord("client_secret", name, kept, createdAt, lifetime === 0 ? 0 : now + lifetime, sealed ? sealedScheme : digestScheme);
  return { secret, credential };
}

/** A sealed secret itself; undefined for one that is kept otherwise, and for one that was sealed under another key or for another client. */
export function openSecret(keys: Keys, owner: SecretOwner, { scheme, digest }: CredentialRecord): string | undefined {
  if (scheme !== sealedScheme) return undefined;
  const opened = keys.open(purpose, boundTo(owner), digest);
  return opened === undefined ? undefined : Buffer.from(opened).toString();
}

/** The credentials with a digest in the place of every sealed secret: what can be compared, and shown to a verifier. One that does not open equals none. */
export function digestsOnly(keys: Keys, owner: SecretOwner, credentials: readonly CredentialRecord[]): readonly CredentialRecord[] {
  if (credentials.every(({ scheme }) => scheme !== sealedScheme)) return credentials;
  return credentials.map((credential) => {
    if (credential.scheme !== sealedScheme) return credential;
    const secret = openSecret(keys, owner, credential);
    return { ...credential, scheme: digestScheme, digest: secret === undefined ? nothing : digestOf("client_secret", owner.realm, owner.clientId, secret) };
  });
}

/** What keeps these apart from whatever else is sealed. */
const purpose = "client_secret";
const boundTo = ({ realm, clientId }: SecretOwner) => `${realm}\0${clientId}`;
const nothing = new Uint8Array(0);
