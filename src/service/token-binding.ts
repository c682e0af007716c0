// What a registration access token is bound to. The certificate's fingerprint, or its identity, goes into the token's digest: nothing of
// it is stored, and a token without its certificate is a wrong token like any other.

import { digestOf, digestScheme } from "../domain/credentials.js";
import type { AcceptedCertificate } from "./caller.js";

/** What must be shown beside a token: the very certificate that registered, or one of the same identity. */
export type TokenBinding = "certificate" | "identity";

/** The part of a certificate that a token is bound to, by the scheme of its digest. */
const boundParts: Readonly<Record<string, (certificate: AcceptedCertificate) => string>> = {
  "sha256+certificate": ({ fingerprint }) => fingerprint,
  // A subject alone may be anybody's who has no other name; each kind of name is one of its own.
  "sha256+identity": ({ uris, dnsNames, subject }) =>
    uris[0] !== undefined ? `uri ${uris[0]}` : dnsNames[0] !== undefined ? `dns ${dnsNames[0].toLowerCase()}` : `subject ${subject}`,
};

/** The scheme of a new token's digest. Who shows no certificate has nothing to bind to. */
export function schemeFor(binding: TokenBinding | undefined, certificate: AcceptedCertificate | undefined): string {
  return binding === undefined || certificate === undefined ? digestScheme : `${digestScheme}+${binding}`;
}

/** The digest of a registration access token by a scheme, with what is shown beside it. */
export function registrationTokenDigest(scheme: string, realm: string, clientId: string, token: string, certificate: AcceptedCertificate | undefined): Uint8Array {
  if (scheme === digestScheme) return digestOf("registration_access_token", realm, clientId, token);
  // Without a certificate there is nothing that the digest of a bound token could be made of: the empty name is nobody's.
  const part = certificate === undefined ? "" : (boundParts[scheme]?.(certificate) ?? "");
  return digestOf("registration_access_token", realm, clientId, `${token}\0${scheme}\0${part}`);
}
