import { X509Certificate } from "node:crypto";
import { readRevocationLists, whyRevoked, type RevocationLists } from "./revocation-lists.js";
import type { TlsFiles } from "./tls.js";

/** What is believed of client certificates from a reload on. */
export interface PeerTrust {
  /** Authorities that vouch for themselves: where every chain must end. */
  readonly roots: readonly X509Certificate[];
  /** The others of the file: links of a chain that a client may leave out. */
  readonly intermediates: readonly X509Certificate[];
  readonly revocations: RevocationLists | undefined;
}

const PEM_CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** Throws when the files hold what cannot be read. */
export function readPeerTrust({ clientCa, crl }: Pick<TlsFiles, "clientCa" | "crl">): PeerTrust {
  const authorities = (clientCa.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
  return {
    roots: authorities.filter((authority) => isIssuedBy(authority, authority)),
    intermediates: authorities.filter((authority) => !isIssuedBy(authority, authority)),
    revocations: crl === undefined ? undefined : readRevocationLists(crl),
  };
}

/** Of what a client sends beside its own certificate: enough for any lawful chain, and a bound on the work. */
const MOST_INTERMEDIATES = 8;

/**
 * Why a certificate that OpenSSL has verified, by what was believed then, is not believed any more; undefined when it still is. Only
 * what a reload can change is looked at: the authorities and the revocation lists.
 */
export function whyDistrusted({ roots, intermediates, revocations }: PeerTrust, certificate: X509Certificate, sent: readonly X509Certificate[]): string | undefined {
  const revoked = (each: X509Certificate): string | undefined => revocations && whyRevoked(revocations, each);
  const reason = revoked(certificate);
  if (reason !== undefined) return reason;
  const links = [...sent.slice(0, MOST_INTERMEDIATES), ...intermediates].filter((link) => link.ca && revoked(link) === undefined);
  // Grows while it is walked: every link is looked at once, however they point at each other.
  const reached = new Set([certificate]);
  for (const each of reached) {
    if (roots.some((root) => isIssuedBy(each, root))) return undefined;
    for (const link of links) if (!reached.has(link) && isIssuedBy(each, link)) reached.add(link);
  }
  return "the certificate's authority is not believed any more";
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key of a kind that OpenSSL does not know.
    return false;
  }
}
