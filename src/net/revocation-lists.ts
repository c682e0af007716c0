import type { X509Certificate } from "node:crypto";
import { readDer, type DerElement } from "./der.js";

/** What an issuer has published. */
export interface RevocationList {
  /** The revoked serial numbers, as they stand in DER. */
  readonly serials: ReadonlySet<string>;
  /** Until when it speaks, in milliseconds since 1970; Infinity when it does not say. */
  readonly nextUpdateMs: number;
}

/** The lists by their issuers' names, as they stand in DER. */
export type RevocationLists = ReadonlyMap<string, RevocationList>;

const PEM_LIST = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g;

/** The lists of a text, each as a PEM text of its own: of several in one Node takes the first and says nothing. Throws when there is none. */
export function splitRevocationLists(pem: string): string[] {
  const lists = pem.match(PEM_LIST);
  // OpenSSL takes an empty text for no wish to look anything up.
  if (lists === null) throw new Error("there is no revocation list (X509 CRL) in the text");
  return lists;
}

/** Reads the lists of a text; of two by one issuer the newer counts. Throws for what is no list. */
export function readRevocationLists(pem: string): RevocationLists {
  const lists = new Map<string, RevocationList>();
  const dates = new Map<string, string>();
  for (const text of splitRevocationLists(pem)) {
    const { issuer, thisUpdate, nextUpdateMs, serials } = readList(Buffer.from(text.replace(/-----[^-]+-----/g, ""), "base64"));
    if (thisUpdate < (dates.get(issuer) ?? "")) continue;
    dates.set(issuer, thisUpdate);
    lists.set(issuer, { serials, nextUpdateMs });
  }
  return lists;
}

/** Why the lists do not vouch for a certificate, as OpenSSL would have it when it looks them up; undefined when they do. */
export function whyRevoked(lists: RevocationLists, certificate: X509Certificate): string | undefined {
  const { issuer, serial } = readIssuerAndSerial(certificate.raw);
  const revoked = lists.get(issuer);
  if (revoked === undefined) return "there is no revocation list of the certificate's issuer";
  return revoked.serials.has(serial) ? "the certificate is revoked" : undefined;
}

/** Until when the lists speak of a certificate, in milliseconds since 1970: from then on nobody knows whether it is revoked. */
export function spokenForUntilMs(lists: RevocationLists, certificate: X509Certificate): number {
  return lists.get(readIssuerAndSerial(certificate.raw).issuer)?.nextUpdateMs ?? -Infinity;
}

const INTEGER = 0x02;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const VERSION_OF_CERTIFICATE = 0xa0;

/** CertificateList (RFC 5280 section 5.1). @peculiar/x509 would read it too, but takes minutes for a hundred thousand entries. */
function readList(der: Buffer): { issuer: string; thisUpdate: string } & RevocationList {
  const fields = childrenOf(childrenOf(readDer(der)[0])[0]);
  let at = fields[0]?.tag === INTEGER ? 1 : 0;
  const [, issuer, thisUpdate] = fields.slice(at, (at += 3));
  const { tag } = fields[at] ?? {};
  const next = tag === UTC_TIME || tag === GENERALIZED_TIME ? fields[at++] : undefined;
  const revoked = fields[at]?.tag === SEQUENCE ? childrenOf(fields[at]) : [];
  return { issuer: textOf(issuer), thisUpdate: dateOf(thisUpdate), nextUpdateMs: next === undefined ? Infinity : momentOf(dateOf(next)), serials: new Set(revoked.map((entry) => textOf(childrenOf(entry)[0]))) };
}

/** RFC 5280 section 4.1. */
function readIssuerAndSerial(der: Buffer): { issuer: string; serial: string } {
  const fields = childrenOf(childrenOf(readDer(der)[0])[0]);
  const at = fields[0]?.tag === VERSION_OF_CERTIFICATE ? 1 : 0;
  return { serial: textOf(fields[at]), issuer: textOf(fields[at + 2]) };
}

/** RFC 5280 section 5.1.2.4: two digits of the year until 2049, four from then on. */
function dateOf(time: DerElement | undefined): string {
  const text = textOf(time);
  if (time?.tag === GENERALIZED_TIME) return text;
  return `${text < "50" ? "20" : "19"}${text}`;
}

/** YYYYMMDDHHMMSSZ, the one form of RFC 5280; what is none has passed. */
function momentOf(date: string): number {
  const moment = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  return Number.isNaN(moment) ? -Infinity : moment;
}

function childrenOf(element: DerElement | undefined): readonly DerElement[] {
  return readDer(demand(element).content);
}

function textOf(element: DerElement | undefined): string {
  return demand(element).content.toString("latin1");
}

function demand(element: DerElement | undefined): DerElement {
  if (element === undefined) throw new Error("an element is missing");
  return element;
}
