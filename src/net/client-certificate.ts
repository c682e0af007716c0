import { X509Certificate } from "node:crypto";
import { subjectText } from "./subject-text.js";
import * as x509 from "./x509.js";

/** What a certificate says. */
export interface ClientCertificate {
  /** RFC 4514. */
  subject: string;
  dnsNames: readonly string[];
  uris: readonly string[];
  ipAddresses: readonly string[];
  emails: readonly string[];
  /** SHA-256, hexadecimal. */
  fingerprint: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  notBefore: number;
  notAfter: number;
  /** The members of a JWK that make the key; none for a type that JWK does not know. */
  publicKey: Readonly<Record<string, string>>;
  der: Uint8Array;
}

const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

/**
 * Reads a certificate that somebody else has received. Names come from the DER: the one-string form that Node offers could be forged by a
 * name with a comma in it (CVE-2021-44532). Undefined for what is no certificate, and for one with two extensions of names.
 */
export function readClientCertificate(der: Uint8Array): ClientCertificate | undefined {
  try {
    const node = new X509Certificate(der);
    // What stands behind the certificate would be part of no comparison.
    if (!node.raw.equals(der)) return undefined;
    const parsed = new x509.X509Certificate(new Uint8Array(der));
    const extensions = parsed.extensions.filter((extension) => extension.type === SUBJECT_ALTERNATIVE_NAME);
    if (extensions.length > 1) return undefined;
    const names = extensions.flatMap((extension) => new x509.SubjectAlternativeNameExtension(extension.rawData).names.items);
    const named = (type: x509.GeneralNameType) => names.filter((name) => name.type === type).map((name) => name.value);
    return {
      subject: subjectText(der),
      dnsNames: named("dns"), uris: named("url"), ipAddresses: named("ip"), emails: named("email"),
      fingerprint: node.fingerprint256.replaceAll(":", "").toLowerCase(),
      notBefore: Math.ceil(Date.parse(node.validFrom) / 1000),
      notAfter: Math.floor(Date.parse(node.validTo) / 1000),
      publicKey: publicKeyOf(node),
      der,
    };
  } catch {
    return undefined;
  }
}

/** A key of a type that JWK does not know equals none. */
function publicKeyOf(certificate: X509Certificate): Record<string, string> {
  try {
    return certificate.publicKey.export({ format: "jwk" }) as Record<string, string>;
  } catch {
    return {};
  }
}
