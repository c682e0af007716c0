// Which rows of a configuration a certificate is named by: compiled once, asked once for each certificate.

import { canonicalDistinguishedName } from "./distinguished-name.js";

/** What a certificate is known by. */
export interface CertificateNames {
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  /** RFC 4514. */
  readonly subject: string;
  /** SHA-256, hexadecimal, in lower case. */
  readonly fingerprint: string;
}

/** What a row names certificates by: exactly one of the four is there, and well formed. */
export interface CertificateIdentity {
  /** A SPIFFE ID; "/*" at its end stands for one or more further path segments. */
  readonly spiffeId?: string;
  /** A DNS name in lower case; "*." at its beginning stands for exactly one label. */
  readonly dnsName?: string;
  /** As canonicalDistinguishedName gives it. */
  readonly subject?: string;
  /** SHA-256, hexadecimal, in lower case. */
  readonly fingerprint?: string;
}

/** A row: an identity, and what it grants. */
export interface CertificateRow<Grant> extends CertificateIdentity {
  readonly grant: Grant;
}

/** What the rows say of one certificate. */
export interface CertificateMatch<Grant> {
  /** Of each row that names it, in the order of the rows: a more specific row takes nothing away. */
  readonly grants: readonly Grant[];
  /** Its name among principals: its URI, else its first DNS name, else what a row knows it by. Undefined for a certificate that is nobody. */
  readonly name: string | undefined;
}

/** Tells what the rows say of a certificate; the answer is kept with the object, which must not change. */
export type CertificateMatcher<Grant> = (certificate: CertificateNames) => CertificateMatch<Grant>;

/** SPIFFE-ID sections 2.1 to 2.3, with a path: neither escaped nor empty, no segment . or .. */
const spiffeId = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/;
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Compiles rows. Every kind of name is found by key, a pattern by the part of a name that it fixes: no row is walked. */
export function compileCertificateRows<Grant>(rows: readonly CertificateRow<Grant>[]): CertificateMatcher<Grant> {
  const found = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const key = keyOf(row);
    found.set(key, [...(found.get(key) ?? []), i]);
  });
  const known = new WeakMap<CertificateNames, CertificateMatch<Grant>>();
  return (certificate) => {
    let match = known.get(certificate);
    if (match === undefined) {
      match = matchOf(certificate, found, rows);
      known.set(certificate, match);
    }
    return match;
  };
}

function keyOf({ spiffeId, dnsName, subject, fingerprint }: CertificateIdentity): string {
  if (spiffeId !== undefined) return spiffeId.endsWith("/*") ? `under=${spiffeId.slice(0, -1)}` : `uri=${spiffeId}`;
  if (dnsName !== undefined) return dnsName.startsWith("*.") ? `in=${dnsName.slice(2)}` : `dns=${dnsName}`;
  return subject !== undefined ? `subject=${subject}` : `fingerprint=${fingerprint!}`;
}

function matchOf<Grant>(
  { uris, dnsNames, subject, fingerprint }: CertificateNames,
  found: ReadonlyMap<string, readonly number[]>,
  rows: readonly CertificateRow<Grant>[],
): CertificateMatch<Grant> {
  const distinguishedName = canonicalDistinguishedName(subject);
  // No row has the empty name.
  const subjectKey = `subject=${distinguishedName ?? ""}`;
  const fingerprintKey = `fingerprint=${fingerprint}`;
  const keys = [...uris.flatMap(keysOfUri), ...dnsNames.flatMap((each) => keysOfDnsName(each.toLowerCase())), subjectKey, fingerprintKey];
  const indices = new Set(keys.flatMap((key) => found.get(key) ?? []));
  // SPIFFE ID first, then DNS; never the common name. The text of a subject has no scheme, and no URI taken has the scheme sha256.
  const name = uris[0] ?? dnsNames[0] ?? (found.has(subjectKey) ? distinguishedName : found.has(fingerprintKey) ? `sha256:${fingerprint}` : undefined);
  return { grants: [...indices].sort((a, b) => a - b).map((i) => rows[i]!.grant), name };
}

/** The whole of a URI, and of a SPIFFE ID each beginning that ends with a slash of its path and has something after it. */
function keysOfUri(uri: string): string[] {
  const keys = [`uri=${uri}`];
  if (!spiffeId.test(uri)) return keys;
  for (let slash = uri.indexOf("/", "spiffe://".length); slash >= 0; slash = uri.indexOf("/", slash + 1)) keys.push(`under=${uri.slice(0, slash + 1)}`);
  return keys;
}

/** The whole of a DNS name, and what is left without its first label. */
function keysOfDnsName(name: string): string[] {
  const dot = name.indexOf(".");
  return dot > 0 && label.test(name.slice(0, dot)) ? [`dns=${name}`, `in=${name.slice(dot + 1)}`] : [`dns=${name}`];
}
