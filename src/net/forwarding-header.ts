// The headers in which proxies pass a client's certificate on: what is in them, as DER. Read strictly, since a proxy that writes
// anything else is not the one that was configured.

import { createHash } from "node:crypto";

/** Their names, as Node gives them. */
export const FORWARDING_HEADERS = ["client-cert", "x-ssl-client-cert", "x-forwarded-client-cert"] as const;
export type ForwardingHeader = (typeof FORWARDING_HEADERS)[number];

/** The certificate's DER; undefined for what is not of the header's form. */
export function readForwardingHeader(header: ForwardingHeader, value: string): Buffer | undefined {
  return READERS[header](value);
}

const READERS: Readonly<Record<ForwardingHeader, (value: string) => Buffer | undefined>> = {
  "client-cert": readByteSequence,
  "x-ssl-client-cert": readEscapedPem,
  "x-forwarded-client-cert": readElement,
};

/** RFC 9440 section 2.1: one byte sequence (RFC 8941 section 3.3.5), with no parameters as none are defined. */
function readByteSequence(value: string): Buffer | undefined {
  const base64 = /^:([^:]*):$/.exec(value)?.[1];
  return base64 === undefined ? undefined : readBase64(base64);
}

/** Canonical base64 (RFC 4648 section 4): padded, and no bit set that says nothing. */
function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? bytes : undefined;
}

/** Unreserved characters (RFC 3986 section 2.3) and percent-encoded octets. A plus sign could be meant as a space. */
const PERCENT_ENCODED = /^(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+$/;
/** RFC 7468 section 3: one certificate and nothing around it. */
const PEM = /^-----BEGIN CERTIFICATE-----\r?\n((?:[A-Za-z0-9+/=]{1,64}\r?\n)+)-----END CERTIFICATE-----(?:\r?\n)?$/;

/** PEM, percent-encoded as nginx's $ssl_client_escaped_cert and Envoy's Cert have it. */
function readEscapedPem(value: string): Buffer | undefined {
  if (!PERCENT_ENCODED.test(value)) return undefined;
  const pem = value.replace(/%([0-9A-Fa-f]{2})/g, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16)));
  const lines = PEM.exec(pem)?.[1];
  return lines === undefined ? undefined : readBase64(lines.replace(/[\r\n]/g, ""));
}

/** A key of an element and its value, which is in quotes when it holds a comma, a semicolon or an equals sign. */
const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(;|$)/y;

/** Envoy's x-forwarded-client-cert: one element, which is the client's own; with more, another proxy's word is among them. */
function readElement(value: string): Buffer | undefined {
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  for (let separator = ";"; separator !== ""; ) {
    const match = PAIR.exec(value);
    if (match === null) return undefined;
    const key = match[1]!.toLowerCase();
    // Names may stand several times, as certificates have several.
    if (pairs.has(key) && (key === "cert" || key === "hash")) return undefined;
    pairs.set(key, match[2]?.replace(/\\(.)/g, "$1") ?? match[3]!);
    separator = match[4]!;
  }
  const der = readEscapedPem(pairs.get("cert") ?? "");
  const hash = pairs.get("hash");
  const belongs = der !== undefined && (hash === undefined || hash.toLowerCase() === createHash("sha256").update(der).digest("hex"));
  return belongs ? der : undefined;
}
