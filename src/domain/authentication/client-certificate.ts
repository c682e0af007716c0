// A client's certificate (RFC 8705 section 2): whether it is the one that the client is registered with.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { canonicalDistinguishedName } from "../distinguished-name.js";
import type { Seconds } from "../ports.js";

/** What a certificate says. */
export interface ClientCertificate {
  /** RFC 4514. */
  readonly subject: string;
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emails: readonly string[];
  /** SHA-256, hexadecimal. */
  readonly fingerprint: string;
  readonly notBefore: Seconds;
  readonly notAfter: Seconds;
  /** The members of RFC 7518 section 6 and RFC 8037 that make the key. */
  readonly publicKey: Readonly<Record<string, string>>;
  readonly der: Uint8Array;
}

/** Reads a certificate; undefined for what is none. */
export type ReadCertificate = (der: Uint8Array) => ClientCertificate | undefined;

/** Whether it is within its dates. */
export const isValidAt = ({ notBefore, notAfter }: ClientCertificate, now: Seconds) => notBefore <= now && now <= notAfter;

/** For each of the five fields, whether a certificate has the name that is expected: the field's value in a form in which equal names are equal. */
const expectations: readonly {
  readonly expected: (metadata: ClientMetadata) => string | undefined;
  readonly names: (certificate: ClientCertificate) => readonly string[];
  readonly canonical: (name: string) => string | undefined;
}[] = [
  { expected: (metadata) => metadata.tlsClientAuthSubjectDn, names: ({ subject }) => [subject], canonical: canonicalDistinguishedName },
  { expected: (metadata) => metadata.tlsClientAuthSanDns, names: ({ dnsNames }) => dnsNames, canonical: (name) => name.toLowerCase() },
  { expected: (metadata) => metadata.tlsClientAuthSanUri, names: ({ uris }) => uris, canonical: (name) => name },
  { expected: (metadata) => metadata.tlsClientAuthSanIp, names: ({ ipAddresses }) => ipAddresses, canonical: canonicalAddress },
  // RFC 5280 section 7.5: the host without case, the local part exactly.
  { expected: (metadata) => metadata.tlsClientAuthSanEmail, names: ({ emails }) => emails, canonical: (name) => name.replace(/@[^@]*$/, (host) => host.toLowerCase()) },
];

/** Whether a certificate has the one name that the client is registered with (RFC 8705 section 2.1.2). */
export function hasExpectedName(metadata: ClientMetadata, certificate: ClientCertificate): boolean {
  return expectations.some(({ expected, names, canonical }) => {
    const wanted = expected(metadata);
    const name = wanted === undefined ? undefined : canonical(wanted);
    return name !== undefined && names(certificate).some((each) => canonical(each) === name);
  });
}

/** One text for an address in whichever of its spellings (RFC 5952); undefined for what is none. */
function canonicalAddress(address: string): string | undefined {
  if (!address.includes(":")) return address.split(".").map(Number).join(".");
  const url = `https://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** Whether one of the keys is the certificate's: by the certificate itself in x5c, or by the same public key (RFC 8705 section 2.2.2). */
export function isRegisteredCertificate(keys: readonly JsonValue[], certificate: ClientCertificate): boolean {
  return keys.some((key) => isObject(key) && (isSameCertificate(key, certificate) || isSameKey(key, certificate)));
}

function isSameCertificate({ x5c }: JsonObject, { der }: ClientCertificate): boolean {
  const first = Array.isArray(x5c) ? x5c[0] : undefined;
  // RFC 7517 section 4.7: base64, and not base64url. A certificate is public, so its comparison may tell what it likes.
  return typeof first === "string" && Buffer.from(first, "base64").equals(der);
}

function isSameKey(key: JsonObject, { publicKey }: ClientCertificate): boolean {
  const members = Object.entries(publicKey);
  return members.length > 1 && members.every(([name, value]) => key[name] === value);
}

const isObject = (value: JsonValue): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
