import { digestOf, digestScheme, matchCredential } from "../../domain/credentials.js";
import type { ClientWithCredentials, CredentialRecord, Seconds } from "../../domain/ports.js";
import { digestsOnly } from "../client-secret.js";
import type { Registry } from "../registry.js";

/** The client's secret that this is, expired or not; undefined when it is none. An unknown client costs the same. */
export function matchSecret({ keys }: Registry, realm: string, clientId: string, secret: string, found: ClientWithCredentials | undefined): CredentialRecord | undefined {
  const digest = digestOf("client_secret", realm, clientId, secret);
  // A deleted client has no credentials, nor has a public one.
  const stored = found?.credentials.some(({ kind }) => kind === "client_secret") === true ? digestsOnly(keys, { realm, clientId }, found.credentials) : decoys;
  return matchCredential(stored, "client_secret", () => digest, beforeAnyExpiry);
}

/** Whether a credential has expired. */
export const hasExpired = ({ expiresAt }: CredentialRecord, now: Seconds) => expiresAt !== 0 && expiresAt <= now;

const beforeAnyExpiry = 0;

/** Something to compare with when there is nothing. */
const decoys: readonly CredentialRecord[] = [
  { kind: "client_secret", label: "", scheme: digestScheme, digest: new Uint8Array(32), createdAt: 0, expiresAt: 1, lastUsedAt: null },
];
