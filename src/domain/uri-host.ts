// What may stand in the place of a host and of a port.

import { quoted } from "./quoted-text.js";

/** RFC 8252 section 7.3 and, for the name, OpenID Connect Dynamic Client Registration section 2. No other spelling of the address. */
export const loopbackHosts: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const dottedQuad = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Why a text is no host that a web URI can have; undefined when it is one. */
export function hostProblem(host: string): string | undefined {
  if (host.startsWith("[")) {
    // No zone identifiers, no IPvFuture; the platform's parser knows the rest of RFC 4291 section 2.2.
    const isAddress = /^\[[0-9a-f:.]+\]$/.test(host) && platformHost(host) !== undefined;
    return isAddress ? undefined : `has the host ${quoted(host)}, which is not an IPv6 address`;
  }
  if (host.endsWith(".")) return `has the host ${quoted(host)}, which ends in a period; remove it`;
  const labels = host.split(".");
  // Readers differ on 127.1, 0x7f.0.0.1 and 2130706433: a name that ends in a number is a dotted quad or nothing (URL standard).
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1)!)) {
    return dottedQuad.test(host) ? undefined : `has the host ${quoted(host)}, which is not an IPv4 address of four decimal numbers`;
  }
  if (host.length > 253 || !labels.every((part) => label.test(part))) {
    return `has the host ${quoted(host)}, which is not a domain name; write other scripts in their xn-- form`;
  }
  // Punycode that browsers cannot decode, or would spell otherwise, names no host they would go to.
  if (host.includes("xn--") && platformHost(host) !== host) return `has the host ${quoted(host)}, whose xn-- form is not valid`;
  return undefined;
}

/** The host as the platform's URL parser reads it; undefined when it cannot. Asked only where the grammar alone does not decide. */
function platformHost(host: string): string | undefined {
  const url = `http://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** Apps use the place of the host as a path (requirements NAT-04): any name will do, but no address and nothing encoded. */
export function privateHostProblem(host: string): string | undefined {
  return /^[a-z0-9._~-]*$/.test(host) ? undefined : `has ${quoted(host)} after the two slashes; use letters, digits and -._~ alone`;
}

/** A number from 1 to 65535, without zeros before it. */
export const isPort = (port: string) => /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535;
