// Secrets and tokens: how they are made, recognised and compared. Only their digests are ever stored (RFC 6750 section 5.2).

import { timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import type { CredentialKind, CredentialRecord, RandomBytes, Seconds } from "./ports.js";
import { sha256 } from "./sha256.js";

export type TokenKind = CredentialKind | "initial_access_token";

/** What each kind of token starts with, so that people and secret scanners know it. */
export const tokenPrefixes = {
  client_secret: "mcs_",
  registration_access_token: "mrt_",
  initial_access_token: "mit_",
} as const satisfies Record<TokenKind, string>;

/** 256 random bits: nothing that a slow hash or a pepper would add to. */
const secretBytes = 32;
const checksumBytes = 4;
const prefixLength = 4;
/** 36 bytes are 48 characters of base64url, with no bit to spare: one token has one spelling. */
const bodyLength = 48;
/** A key for HMAC as long as its hash at least (RFC 7518 section 3.2): 48 bytes are 64 characters. */
const sealedSecretBytes = 44;

/** The scheme written beside every digest. */
export const digestScheme = "sha256";
/** The scheme of a secret that is needed back. */
export const sealedScheme = "sealed";

/** A new token: prefix, then 256 bits and a checksum in base64url. Its characters need no escaping in a form or a header. */
export function makeToken(kind: TokenKind, randomBytes: RandomBytes): string {
  return textOf(kind, randomBytes(secretBytes));
}

/** A new client secret that can be a key for HMAC: as others, and longer than the output of any hash that is used. */
export function makeSealedSecret(randomBytes: RandomBytes): string {
  return textOf("client_secret", randomBytes(sealedSecretBytes));
}

function textOf(kind: TokenKind, secret: Uint8Array): string {
  const body = Buffer.allocUnsafe(secret.length + checksumBytes);
  body.set(secret);
  body.writeUInt32BE(checksum(kind, secret), secret.length);
  return tokenPrefixes[kind] + body.toString("base64url");
}

/** The kind of a well-formed token; undefined for anything that this service cannot have made. */
export function tokenKind(token: string): TokenKind | undefined {
  if (token.length !== prefixLength + bodyLength) return undefined;
  const body = Buffer.from(token.slice(prefixLength), "base64url");
  if (body.length !== secretBytes + checksumBytes) return undefined;
  const prefix = token.slice(0, prefixLength);
  for (const kind of tokenKinds) {
    if (tokenPrefixes[kind] === prefix) return checksum(kind, body.subarray(0, secretBytes)) === body.readUInt32BE(secretBytes) ? kind : undefined;
  }
  return undefined;
}

const tokenKinds = Object.keys(tokenPrefixes) as TokenKind[];
const kindChecksums = Object.fromEntries(tokenKinds.map((kind) => [kind, crc32(tokenPrefixes[kind])])) as Record<TokenKind, number>;

/** CRC-32 over prefix and secret: it tells a typing error from a token, it proves nothing. */
function checksum(kind: TokenKind, secret: Uint8Array): number {
  return crc32(secret, kindChecksums[kind]);
}

/**
 * SHA-256 over kind, realm, client id and secret, so that a digest is worth nothing in another slot.
 * For an initial access token, which names no client, `clientId` is empty.
 */
export function digestOf(kind: TokenKind, realm: string, clientId: string, token: string): Uint8Array {
  return sha256(`${kind}\0${realm}\0${clientId}\0${token}`);
}

/** Compares in constant time. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * The unexpired credential of this kind that the token matches, by its digest for a credential's scheme. Compares with every one, so that
 * the time tells nothing.
 */
export function matchCredential(
  credentials: readonly CredentialRecord[],
  kind: CredentialKind,
  digestBy: (scheme: string) => Uint8Array,
  now: Seconds,
): CredentialRecord | undefined {
  let match: CredentialRecord | undefined;
  for (const credential of credentials) {
    if (credential.kind !== kind) continue;
    const live = credential.expiresAt === 0 || credential.expiresAt > now;
    if (sameDigest(credential.digest, digestBy(credential.scheme)) && live) match = credential;
  }
  return match;
}

/** The record of a new credential. */
export function credentialRecord(
  kind: CredentialKind,
  label: string,
  digest: Uint8Array,
  createdAt: Seconds,
  expiresAt: Seconds,
  scheme: string = digestScheme,
): CredentialRecord {
  return { kind, label, scheme, digest, createdAt, expiresAt, lastUsedAt: null };
}
