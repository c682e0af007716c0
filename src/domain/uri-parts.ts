// A URI taken apart as it was sent: nothing here judges it, and nothing normalises what is stored.

/** The parts of RFC 3986 appendix B, taken from any text. Scheme and host are in lower case, for comparison only. */
export interface UriParts {
  readonly text: string;
  readonly scheme: string;
  readonly authority: string | undefined;
  readonly userinfo: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string | undefined;
}

// Each class excludes what ends it, so that no text makes it backtrack. [^] and not ".": a line break is a character like any other.
const appendixB = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/;

/** Takes any text apart; never throws. */
export function splitUri(text: string): UriParts {
  // Every part is optional and the classes cover every character: the expression matches any text.
  const [, scheme = "", authority, path = "", query = "", fragment] = appendixB.exec(text)!;
  const at = authority?.lastIndexOf("@") ?? -1;
  const userinfo = at < 0 ? undefined : authority!.slice(0, at);
  const hostPort = authority?.slice(at + 1) ?? "";
  // The colons of an IP literal are not the port's.
  const colon = hostPort.indexOf(":", hostPort.startsWith("[") ? hostPort.indexOf("]") + 1 : 0);
  const host = (colon < 0 ? hostPort : hostPort.slice(0, colon)).toLowerCase();
  const port = colon < 0 ? undefined : hostPort.slice(colon + 1);
  return { text, scheme: scheme.toLowerCase(), authority, userinfo, host, port, path, query, fragment };
}

/** Scheme, host and port of a URI that has passed its rules, in one form for comparison; the port is the scheme's where none is written. */
export function originOf(uri: string): { readonly scheme: string; readonly host: string; readonly port: string } {
  const { scheme, host, port = { https: "443", http: "80" }[scheme] ?? "" } = splitUri(uri);
  return { scheme, host, port };
}
