// The client certificate that a credential is bound to, named by one text: a SPIFFE ID, a DNS name, or "sha256:" and a fingerprint.

import { isDnsName } from "./certificate-names.js";
import type { CertificateNames } from "./certificate-match.js";

/** SPIFFE-ID sections 2.1 to 2.3: trust domain and path, neither escaped nor empty, no segment . or .. */
const spiffeId = /^(?=.{1,2048}$)spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/;
const fingerprintPrefix = "sha256:";

/** The name in the form in which it is compared; undefined for what is none of the three. */
export function readBoundCertificate(text: string): string | undefined {
  if (text.startsWith(fingerprintPrefix)) {
    const digits = text.slice(fingerprintPrefix.length).replaceAll(":", "").toLowerCase();
    return /^[0-9a-f]{64}$/.test(digits) ? fingerprintPrefix + digits : undefined;
  }
  if (spiffeId.test(text)) return text;
  return isDnsName(text) ? text.toLowerCase() : undefined;
}

/** Whether a certificate is the one named, by a name as readBoundCertificate gives it. */
export function isBoundCertificate(boundTo: string, { uris, dnsNames, fingerprint }: CertificateNames): boolean {
  if (boundTo.startsWith(fingerprintPrefix)) return boundTo === fingerprintPrefix + fingerprint;
  return boundTo.startsWith("spiffe:") ? uris.includes(boundTo) : dnsNames.some((name) => name.toLowerCase() === boundTo);
}
