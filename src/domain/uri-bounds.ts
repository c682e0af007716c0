// Which URIs a policy admits, by their hosts and schemes. Beside them every URI keeps to the rules of uri.ts, which know no exception.

import { isOnHost, readHostPattern } from "./redirect-hosts.js";

/** Patterns as readHostPattern and readSchemePattern give them; a list that is empty admits every host, or every scheme. */
export interface UriBounds {
  readonly hosts: readonly string[];
  readonly schemes: readonly string[];
}

const wildcard = ".*";
// RFC 3986 section 3.1, and for the pattern at least one period before what stands for anything: "com.*" would be half of all names.
const scheme = /^[a-z][a-z0-9+.-]*$/;
const schemePattern = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+\.\*$/;

/** A scheme, or a name in reverse order and ".*" for one or more further labels, in lower case; undefined for what is neither. */
export function readSchemePattern(text: string): string | undefined {
  const written = text.toLowerCase();
  return scheme.test(written) || schemePattern.test(written) ? written : undefined;
}

/** The bounds that a policy's row sets, each pattern well formed; undefined when it sets none. */
export function readBounds(row: UriBounds): UriBounds | undefined {
  if (row.hosts.length === 0 && row.schemes.length === 0) return undefined;
  const known = (pattern: string | undefined) => pattern !== undefined;
  return { hosts: row.hosts.map(readHostPattern).filter(known), schemes: row.schemes.map(readSchemePattern).filter(known) };
}

/** Whether a URI is within the bounds. One without a host, of a private-use scheme, is where its scheme is named and nowhere else. */
export function isWithin({ hosts, schemes }: UriBounds, uri: string): boolean {
  const name = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  const named = schemes.some((pattern) => (pattern.endsWith(wildcard) ? name.startsWith(pattern.slice(0, -1)) && name.length >= pattern.length : name === pattern));
  if (schemes.length > 0 && !named) return false;
  return hosts.length === 0 || (named && name !== "http" && name !== "https") || isOnHost(hosts, uri);
}

/** What is admitted, as the end of a sentence. */
export function boundsText({ hosts, schemes }: UriBounds): string {
  const parts = [hosts.length > 0 ? `on one of the hosts ${hosts.join(", ")}` : "", schemes.length > 0 ? `of one of the schemes ${schemes.join(", ")}` : ""];
  return parts.filter((part) => part !== "").join(" and ");
}
