import { X509Certificate } from "node:crypto";
import { spokenForUntilMs, whyRevoked, type RevocationLists } from "./revocation-lists.js";
import * as x509 from "./x509.js";

/** The authorities that client certificates are believed from. */
export type Authorities = readonly Link[];

interface Link {
  readonly certificate: X509Certificate;
  readonly details: x509.X509Certificate;
}

/** A certificate that one of the authorities vouches for, and when all of the chain holds; or why not. */
export type ChainVerdict =
  { readonly kind: "trusted"; readonly notBeforeMs: number; readonly notAfterMs: number } | { readonly kind: "refused"; readonly reason: string };

const CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
const NAME_CONSTRAINTS = "2.5.29.30";
/** Extensions that are looked at here or by readPeerNames, or that mean nothing to us: usage, names, constraints, policies. */
const KNOWN_CRITICAL: ReadonlySet<string> = new Set(["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.37"]);
const STRONG_HASHES: ReadonlySet<string> = new Set(["SHA-256", "SHA-384", "SHA-512"]);
const STRONG_CURVES: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);
/** More authorities one above the other than anybody has. */
const MOST_AUTHORITIES = 8;

/** Reads a file of authorities (PEM). One that OpenSSL could read and this cannot vouches for nobody. */
export function readAuthorities(pem: string): Authorities {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [linkOf(new X509Certificate(block))];
    } catch {
      return [];
    }
  });
}

function linkOf(certificate: X509Certificate): Link {
  return { certificate, details: new x509.X509Certificate(new Uint8Array(certificate.raw)) };
}

/**
 * Verifies a client's certificate that came without a handshake, at a moment: signatures up to a self-signed authority (RFC 5280
 * section 6.1), dates, usage. What OpenSSL would weigh and this does not, such as name constraints, is refused.
 */
export function verifyClientCertificate(certificate: X509Certificate, authorities: Authorities, nowMs: number, revocations?: RevocationLists): ChainVerdict {
  try {
    return verify(linkOf(certificate), authorities, nowMs, revocations);
  } catch {
    return refused("cannot be read");
  }
}

function verify(leaf: Link, authorities: Authorities, nowMs: number, revocations: RevocationLists | undefined): ChainVerdict {
  const { certificate } = leaf;
  if (certificate.ca) return refused("is an authority's");
  const usage = keyUsage(leaf);
  if (!mayAuthenticateClients(leaf) || (usage !== undefined && (usage & (x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyAgreement)) === 0)) {
    return refused("is not for clients");
  }
  if (!isJudged(leaf)) return refused("has an extension that is not known here, or a weak signature or key");
  if (!isTimely(leaf, nowMs)) return refused("is not valid at this time");
  const chain = chainAbove(leaf, [], authorities, nowMs);
  if (chain === undefined) return refused("is of no authority that is believed here");
  const links = [leaf, ...chain];
  // What is at the top vouches for itself, here as well.
  if (revocations !== undefined && links.slice(0, -1).some((link) => whyRevoked(revocations, link.certificate) !== undefined)) return refused("is revoked, or there is no revocation list of its issuer");
  const spokenFor = revocations === undefined ? [] : links.slice(0, -1).map((link) => spokenForUntilMs(revocations, link.certificate));
  if (spokenFor.some((untilMs) => untilMs < nowMs)) return refused("has an issuer whose revocation list is out of date");
  return { kind: "trusted", notBeforeMs: Math.max(...links.map(notBefore)), notAfterMs: Math.min(...links.map(notAfter), ...spokenFor) };
}

/** The issuers of a certificate up to a self-signed one, all valid at the moment; authorities that renewed their key have several. */
function chainAbove(link: Link, below: readonly Link[], authorities: Authorities, nowMs: number): readonly Link[] | undefined {
  for (const issuer of authorities) {
    if (!hasIssued(issuer, link, below.length) || !isTimely(issuer, nowMs)) continue;
    if (issuer.certificate.checkIssued(issuer.certificate)) return [issuer];
    if (below.length === MOST_AUTHORITIES) continue;
    const rest = chainAbove(issuer, [...below, issuer], authorities, nowMs);
    if (rest !== undefined) return [issuer, ...rest];
  }
  return undefined;
}

/** Whether an authority may issue, and has issued, a certificate that has so many authorities below itself. */
function hasIssued(issuer: Link, link: Link, authoritiesBelow: number): boolean {
  // Names and key identifiers match, and its key may sign certificates.
  if (!issuer.certificate.ca || !link.certificate.checkIssued(issuer.certificate)) return false;
  const longest = issuer.details.getExtension(x509.BasicConstraintsExtension)?.pathLength ?? Infinity;
  if (authoritiesBelow > longest || !mayAuthenticateClients(issuer) || !isJudged(issuer)) return false;
  if (issuer.details.extensions.some(({ type }) => type === NAME_CONSTRAINTS)) return false;
  return link.certificate.verify(issuer.certificate.publicKey);
}

/** An extended key usage on an authority holds for what it issues, as OpenSSL has it. */
const mayAuthenticateClients = ({ certificate }: Link) => (certificate.keyUsage as string[] | undefined)?.includes(CLIENT_AUTHENTICATION) ?? true;

const keyUsage = ({ details }: Link) => details.getExtension(x509.KeyUsagesExtension)?.usages;

/** Whether all that could speak against a certificate is known here. An authority's own signature is not looked at: it is configured. */
function isJudged({ certificate, details }: Link): boolean {
  const { extensions } = details;
  if (extensions.some(({ critical, type }) => critical && !KNOWN_CRITICAL.has(type)) || new Set(extensions.map(({ type }) => type)).size < extensions.length) return false;
  const { asymmetricKeyType: type, asymmetricKeyDetails: key } = certificate.publicKey;
  const strongKey =
    type === "ed25519" || type === "ed448" || (type === "ec" && STRONG_CURVES.has(key?.namedCurve ?? "")) || ((type === "rsa" || type === "rsa-pss") && (key?.modulusLength ?? 0) >= 2048);
  if (!strongKey) return false;
  if (certificate.checkIssued(certificate)) return true;
  const { name, hash } = details.signatureAlgorithm as { name: string; hash?: { name: string } };
  return hash === undefined ? /^Ed(?:25519|448)$|^EdDSA$/i.test(name) : STRONG_HASHES.has(hash.name);
}

const notBefore = ({ certificate }: Link) => Date.parse(certificate.validFrom);
const notAfter = ({ certificate }: Link) => Date.parse(certificate.validTo);
const isTimely = (link: Link, nowMs: number) => notBefore(link) <= nowMs && nowMs <= notAfter(link);

function refused(reason: string): ChainVerdict {
  return { kind: "refused", reason: `the forwarded certificate ${reason}` };
}
