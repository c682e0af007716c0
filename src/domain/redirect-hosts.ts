// The hosts that redirect URIs may be on. A host is compared in one form: as the URL standard reads it, without a period at the end.

import { isDnsName } from "./certificate-names.js";

const wildcard = "*.";

/**
 * A host, or "*." and a domain, in the form in which they are compared; undefined for what is neither. "*.example.com" stands for one or
 * more labels before example.com.
 */
export function readHostPattern(text: string): string | undefined {
  const isWildcard = text.startsWith(wildcard);
  const written = (isWildcard ? text.slice(wildcard.length) : text).replace(/\.$/, "").toLowerCase();
  // What the URL parser would take for something else than a host: a path, a port, an escape.
  if (!/^(?:[\p{L}\p{M}\p{N}.-]+|\[[0-9a-f:.]+\])$/u.test(written)) return undefined;
  const host = platformHost(written);
  if (host === undefined) return undefined;
  // "1.2" and "0x7f.1" are addresses to a URL parser: one that is meant is written out.
  if (isAddress(host)) return isWildcard || host !== written ? undefined : host;
  return isDnsName(host) ? `${isWildcard ? wildcard : ""}${host}` : undefined;
}

/** Whether one of the patterns, each as readHostPattern gives it, stands for the URI's host. A private-use scheme has no host. */
export function isOnHost(patterns: readonly string[], uri: string): boolean {
  if (!/^https?:/i.test(uri) || !URL.canParse(uri)) return false;
  const host = new URL(uri).hostname.replace(/\.$/, "");
  return patterns.some((pattern) => (pattern.startsWith(wildcard) ? host.endsWith(pattern.slice(1)) : host === pattern));
}

function platformHost(host: string): string | undefined {
  const url = `https://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

const isAddress = (host: string) => host.startsWith("[") || /^\d+(?:\.\d+){3}$/.test(host);
