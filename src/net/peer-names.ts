import { subjectText } from "./subject-text.js";
import * as x509 from "./x509.js";

/** The names a certificate carries, perhaps none but its subject (RFC 4514), or why it may not be used as an identity. */
export type PeerNames =
  { kind: "names"; uris: readonly string[]; dnsNames: readonly string[]; subject: string } | { kind: "refused"; reason: string };

const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
/** Absolute, as RFC 5280 section 4.2.1.6 demands, in visible ASCII: no URI reads like a DNS name or a distinguished name. */
const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i;
/** What the service calls a certificate that has no other name. */
const RESERVED_SCHEME = /^sha256:/i;
/** SPIFFE-ID section 2: lower-case trust domain; path segments of a small alphabet; no port, user, query, fragment or percent sign. */
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)*$/;
/** SPIFFE-ID section 2.3. */
const SPIFFE_ID_BYTES = 2048;
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Reads the names from the DER: the one-string form that Node offers could be forged by a name with a comma in it (CVE-2021-44532).
 * A common name identifies nobody (RFC 9525 section 2), and with two URIs nobody knows which one was meant (X509-SVID section 2).
 */
export function readPeerNames(der: Uint8Array): PeerNames {
  let subject: string;
  let names: readonly x509.GeneralName[];
  try {
    const certificate = new x509.X509Certificate(new Uint8Array(der));
    subject = subjectText(der);
    const extensions = certificate.extensions.filter((extension) => extension.type === SUBJECT_ALTERNATIVE_NAME);
    if (extensions.length > 1) return refused("the certificate has two subject alternative name extensions");
    names = extensions.flatMap((extension) => new x509.SubjectAlternativeNameExtension(extension.rawData).names.items);
  } catch {
    return refused("the certificate cannot be read");
  }
  const uris = names.filter((name) => name.type === "url").map((name) => name.value);
  const dnsNames = names.filter((name) => name.type === "dns").map((name) => name.value.toLowerCase());
  if (uris.length > 1) return refused("the certificate has more than one URI");
  const [uri] = uris;
  if (uri !== undefined && !isUsableUri(uri)) return refused("the URI of the certificate is malformed");
  if (!dnsNames.every((name) => DNS_NAME.test(name))) return refused("a DNS name of the certificate is malformed or a wildcard");
  return { kind: "names", uris, dnsNames, subject };
}

function isUsableUri(uri: string): boolean {
  if (!ABSOLUTE_URI.test(uri) || RESERVED_SCHEME.test(uri) || uri.length > SPIFFE_ID_BYTES) return false;
  if (!/^spiffe:/i.test(uri)) return true;
  return SPIFFE_ID.test(uri) && !uri.split("/").some((segment) => segment === "." || segment === "..");
}

function refused(reason: string): PeerNames {
  return { kind: "refused", reason };
}
