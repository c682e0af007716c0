/**
 * What keeps `url` from being an issuer or a base URL, as a sentence; undefined when nothing does.
 * An issuer has no query and no fragment (RFC 8414 section 2), and paths are appended to a base.
 */
export function checkBaseUrl(url: string): string | undefined {
  if (url.includes("?")) return "must not have a query";
  return checkHttpsUrl(url) ?? (/^https:/.test(url) ? undefined : "must be an https URL");
}

/** What keeps `url` from being an authorization server's endpoint. Plain http is taken for a server under development on this machine. */
export function checkHttpsUrl(url: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(url) || /[\\<>"{}|^`]/.test(url)) return "must be a URL in printable ASCII without spaces";
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) return "must be an absolute https URL";
  if (url.includes("#")) return "must not have a fragment";
  const { protocol, hostname, username, password, pathname } = new URL(url);
  if (username !== "" || password !== "" || /^https?:\/\/[^/?]*@/.test(url)) return "must not name a user or a password";
  if (protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return "must be an https URL";
  if (!new RegExp(`^https?://[^/?]+${escape(pathname === "/" ? "" : pathname)}/?(\\?|$)`).test(url)) return "must not have the path segments . and ..";
  return undefined;
}

/** Paths are appended to a base URL. */
export const withoutTrailingSlash = (url: string) => url.replace(/\/+$/, "");

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
