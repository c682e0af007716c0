import type { ServerRequest } from "./request.js";

/** What a request is for: the host it names. Never used to build a URL or to choose a realm. */
export type Authority = string;

/** Only what may stand in a host and port: no user, path, query or control character reaches the URL parser. */
const HOST_AND_PORT = /^[A-Za-z0-9._:[\]-]{1,300}$/;
/** Origin-form (RFC 9112 section 3.2.1). `//x` and `/\x` are refused: a URL parser takes `x` for a host, and fails on some. */
const ORIGIN_FORM = /^\/(?![/\\])[\x21-\x7e]*$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i;

/** Hosts that parsed, so that the usual few are parsed once. Emptied when full: a peer that invents hosts gains nothing. */
const parsed = new Map<string, Authority>();
const PARSED_AT_MOST = 256;

/**
 * The host that the request names, or undefined when it names none, several, or one that is no host, or when its target is not a path.
 * Whoever builds a URL from such a request throws; connect-node does, outside any try.
 * A target in absolute-form is lawful (RFC 9112 section 3.2.2) and is rewritten to origin-form.
 */
export function checkAuthority(request: ServerRequest): Authority | undefined {
  const named = request.httpVersionMajor === 2 ? namedInHttp2(request) : namedInHttp1(request);
  if (named === undefined) return undefined;
  const target = request.url ?? "";
  if (ORIGIN_FORM.test(target)) return parseHost(named);
  if (target === "*" && request.method === "OPTIONS") return parseHost(named);
  const absolute = ABSOLUTE_FORM.exec(target);
  if (absolute === null) return undefined;
  const [, host = "", rest = ""] = absolute;
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  if (!ORIGIN_FORM.test(path)) return undefined;
  // Whoever comes next looks at Host, which a target in this form overrules: two that differ are refused.
  const authority = parseHost(host);
  if (authority === undefined || parseHost(named) !== authority) return undefined;
  request.url = path;
  return authority;
}

/** RFC 9113 section 8.3.1: `:authority` decides, and a `host` beside it must say the same. */
function namedInHttp2(request: ServerRequest): string | undefined {
  const pseudo = request.headers[":authority"];
  const { host } = request.headers;
  if (typeof pseudo !== "string") return host;
  return host === undefined || host === pseudo ? pseudo : undefined;
}

/** RFC 9112 section 3.2: exactly one Host; Node keeps the first of several silently. */
function namedInHttp1(request: ServerRequest): string | undefined {
  const { rawHeaders } = request;
  let host: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name === undefined || name.length !== 4 || name.toLowerCase() !== "host") continue;
    if (host !== undefined) return undefined;
    host = rawHeaders[at + 1];
  }
  return host;
}

function parseHost(text: string): Authority | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (!HOST_AND_PORT.test(text)) return undefined;
  const url = `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { host } = new URL(url);
  if (parsed.size >= PARSED_AT_MOST) parsed.clear();
  parsed.set(text, host);
  return host;
}
