// The certificate of a key (RFC 7517 section 4.7): it is one, and it is this key's.

import { X509Certificate } from "node:crypto";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** What is wrong with the first certificate of x5c, which must be a list of strings; undefined when it is the key's own. */
export function whyNotItsCertificate(key: JsonObject, x5c: readonly string[]): "no_certificate" | "another_key" | undefined {
  const publicKey = publicKeyOf(x5c[0] ?? "");
  if (publicKey === undefined) return "no_certificate";
  return Object.entries(publicKey).every(([name, value]) => key[name] === value || (name === "n" && withoutZeros(key[name]) === withoutZeros(value))) ? undefined : "another_key";
}

/** A modulus may have been written with zeros before it. */
const withoutZeros = (value: JsonValue | undefined) => (typeof value === "string" ? Buffer.from(value, "base64url").toString("hex").replace(/^(?:00)+/, "") : undefined);

/** Base64, and not base64url. */
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The members of the certificate's key; undefined for what is no certificate, and for a type of key that JWK does not know. */
function publicKeyOf(text: string): JsonObject | undefined {
  if (!base64.test(text)) return undefined;
  try {
    return new X509Certificate(Buffer.from(text, "base64")).publicKey.export({ format: "jwk" }) as JsonObject;
  } catch {
    return undefined;
  }
}
