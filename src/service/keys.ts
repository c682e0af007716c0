// The server's keys: one secret in a file, everything else derived from it, each for one purpose.

import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { RandomBytes } from "../domain/ports.js";
import { createHmacSha256, type Hmac } from "./hmac.js";

/** Keys by purpose. */
export interface Keys {
  /** The version written beside what a key has made. */
  readonly version: number;
  /** HMAC-SHA-256 under the key of that purpose. */
  mac(purpose: KeyPurpose, ...parts: readonly (string | Uint8Array)[]): Uint8Array;
  /** AES-256-GCM under a key derived from the server's key and `secret`; `bound` must be the same to open it. */
  seal(secret: string, bound: string, plain: Uint8Array): Uint8Array;
  /** Opens what seal made; undefined when it was altered, or made under another key. */
  open(secret: string, bound: string, sealed: Uint8Array): Uint8Array | undefined;
}

export type KeyPurpose = "record" | "idempotency" | "page_token" | "statement_use" | "request_use" | "resume_token" | "assertion_id";

const nonceBytes = 12;
const tagBytes = 16;

/** Derives the keys from a 256-bit server key (RFC 5869). */
export function deriveKeys(serverKey: Uint8Array, version: number, randomBytes: RandomBytes): Keys {
  const derive = (info: string, salt = "") => Buffer.from(hkdfSync("sha256", serverKey, salt, `matricula/${version}/${info}`, 32));
  const byPurpose: Record<KeyPurpose, Hmac> = {
    record: createHmacSha256(derive("record")),
    idempotency: createHmacSha256(derive("idempotency")),
    page_token: createHmacSha256(derive("page_token")),
    statement_use: createHmacSha256(derive("statement_use")),
    request_use: createHmacSha256(derive("request_use")),
    resume_token: createHmacSha256(derive("resume_token")),
    assertion_id: createHmacSha256(derive("assertion_id")),
  };
  return {
    version,
    mac(purpose, ...parts) {
      return byPurpose[purpose](parts);
    },
    seal(secret, bound, plain) {
      const nonce = Buffer.from(randomBytes(nonceBytes));
      const cipher = createCipheriv("aes-256-gcm", derive("seal", secret), nonce).setAAD(Buffer.from(bound));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(secret, bound, sealed) {
      if (sealed.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", derive("seal", secret), sealed.subarray(0, nonceBytes));
      decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(sealed.length - tagBytes));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)), decipher.final()]);
      } catch {
        return undefined; // The tag does not match: GCM has no other way to say so.
      }
    },
  };
}
