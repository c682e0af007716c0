// Which of a client's credentials was made last, whatever they are called, and what the next one is called.

import type { CredentialKind, CredentialRecord, Seconds } from "./ports.js";

const number = /^[1-9]\d{0,8}$/;
const numberOf = (label: string) => (number.test(label) ? Number(label) : 0);

/** Above zero when `a` was made after `b`: by the second, then by the number that it is called by. */
function compareAge(a: CredentialRecord, b: CredentialRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  if (numberOf(a.label) !== numberOf(b.label)) return numberOf(a.label) - numberOf(b.label);
  return a.label === b.label ? 0 : a.label < b.label ? -1 : 1;
}

/** The credential of this kind that counts: the one made last, expired or not. */
export function latestCredential(credentials: readonly CredentialRecord[], kind: CredentialKind): CredentialRecord | undefined {
  let latest: CredentialRecord | undefined;
  for (const credential of credentials) {
    if (credential.kind === kind && (latest === undefined || compareAge(credential, latest) > 0)) latest = credential;
  }
  return latest;
}

/** Those of a kind, the newest last. */
export function credentialsInOrder(credentials: readonly CredentialRecord[], kind: CredentialKind): readonly CredentialRecord[] {
  return credentials.filter((credential) => credential.kind === kind).sort(compareAge);
}

/** Whether it has not expired. */
export const isLive = ({ expiresAt }: CredentialRecord, now: Seconds) => expiresAt === 0 || expiresAt > now;

/** The credential, at an end after so many seconds; one that ends before that ends then. */
export function endingWithin(credential: CredentialRecord, seconds: number, now: Seconds): CredentialRecord {
  const end = now + seconds;
  return credential.expiresAt !== 0 && credential.expiresAt <= end ? credential : { ...credential, expiresAt: end };
}

/** What the next credential of a kind is called when nobody says: one more than the highest number there is. */
export function nextLabel(credentials: readonly CredentialRecord[], kind: CredentialKind): string {
  return String(1 + credentials.reduce((highest, credential) => (credential.kind === kind ? Math.max(highest, numberOf(credential.label)) : highest), 0));
}

/** When the next one is made: no two of a kind in the same second, or their order would be lost. */
export function nextTime(credentials: readonly CredentialRecord[], kind: CredentialKind, now: Seconds): Seconds {
  const latest = latestCredential(credentials, kind);
  return latest === undefined ? now : Math.max(now, latest.createdAt + 1);
}

/**
 * The credentials without the registration access tokens that a newer one has ended: the first use of one ends all that were made before
 * it.
 */
export function withoutEndedTokens(credentials: readonly CredentialRecord[]): readonly CredentialRecord[] {
  let used: CredentialRecord | undefined;
  for (const credential of credentials) {
    if (credential.kind !== "registration_access_token" || credential.lastUsedAt === null) continue;
    if (used === undefined || compareAge(credential, used) > 0) used = credential;
  }
  if (used === undefined) return credentials;
  const newest = used;
  return credentials.filter((credential) => credential.kind !== "registration_access_token" || compareAge(credential, newest) >= 0);
}
