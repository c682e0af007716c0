// URIs in client metadata: one table of rules for every field that holds one. A URI is judged as it was sent and stored as it was sent;
// nothing here normalises, and nothing is fetched.

import { nameOf, quoted } from "./quoted-text.js";
import { hostProblem, isPort, loopbackHosts, privateHostProblem } from "./uri-host.js";
import { splitUri, type UriParts } from "./uri-parts.js";
import { dangerousSchemes, imitatesScript, isWeb, reverseDomain } from "./uri-scheme.js";

/** What a field's URI is for; each row of the field table names one. */
export type UriKind = "redirect" | "page" | "https" | "request_object" | "logout" | "post_logout";

/** Which URIs are taken where the standards leave a choice: the realm's switches, all of them off when absent. */
export interface UriSwitches {
  /** Native clients have no https redirection URIs (requirements T-03). */
  readonly nativeWithoutHttps?: boolean;
  /** Every client may have http redirection URIs on the local machine (requirements T-04). */
  readonly localHttpForAll?: boolean;
  /** Confidential clients may have http logout URIs (requirements LOG-01). */
  readonly httpLogout?: boolean;
  /** Pages must be on the host of a redirection URI (requirements DCR-88). */
  readonly pagesOnRedirectHosts?: boolean;
}

/** What of the client and its realm decides which URIs it may have. */
export interface UriContext {
  readonly applicationType: "web" | "native";
  /** token_endpoint_auth_method is "none". */
  readonly publicClient: boolean;
  readonly switches?: UriSwitches | undefined;
}

/** The first rule that a URI breaks. The description is an ASCII sentence that says what to do. */
export interface UriProblem {
  readonly rule: string;
  readonly clause: string;
  readonly description: string;
}

/** The first rule for `kind` that `value` breaks. Never throws; linear in the length of `value`. */
export function checkUri(kind: UriKind, value: string, context: UriContext): UriProblem | undefined {
  const asks = kind === "redirect" && context.switches?.nativeWithoutHttps === true;
  return !asks && isPlain(value) ? undefined : checkByTable(kind, value, context);
}

// A host of names in lower case, the last of letters alone; segments that begin with no period; no userinfo, port, percent, star or fragment.
const plain =
  /^https:\/\/(?![^/?]*xn--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{1,63}(?:\/[\w~!$&()+,;=:@-][\w.~!$&()+,;=:@-]*)*\/?(?:\?[\w.~!$&()+,;=:@/?-]*)?$/;

/**
 * Whether a URI has the form that nearly all have, which breaks no rule of any kind for any client. Asked first: by the table, the four
 * URIs of a common registration are two fifths of the time that it takes to decide.
 */
export function isPlain(value: string): boolean {
  // No host has more than 253 characters.
  return value.length <= 253 && plain.test(value);
}

/** Applies the rules for `kind` in the order of the table. */
export function checkByTable(kind: UriKind, value: string, context: UriContext): UriProblem | undefined {
  const uri = splitUri(value);
  for (const { rule, clause, broken } of rulesByKind[kind]) {
    const description = broken(uri, context);
    if (description !== undefined) return { rule, clause, description };
  }
  return undefined;
}

interface UriRule {
  readonly rule: string;
  readonly clause: string;
  /** Absent: every kind. */
  readonly kinds?: readonly UriKind[];
  /** The sentence when the rule is broken. */
  readonly broken: (uri: UriParts, context: UriContext) => string | undefined;
}

// The order is from what is dangerous or unreadable to what is merely not allowed: a later rule may rely on the earlier ones.
const rules: readonly UriRule[] = [
  {
    rule: "uri.scheme_dangerous",
    clause: "RFC 7591 section 5",
    broken: ({ scheme }) =>
      dangerousSchemes.has(scheme) || imitatesScript(scheme)
        ? `the scheme ${quoted(scheme)} is never accepted: a browser would run or open what the URI holds; use https`
        : undefined,
  },
  {
    rule: "uri.character",
    clause: "RFC 3986 section 2",
    broken: ({ text, path, query, fragment }) => {
      const found = forbiddenCharacter.exec(text)?.[0] ?? /[[\]]/.exec(path + query + (fragment ?? ""))?.[0];
      return found === undefined ? undefined : `has ${nameOf(found)}, which a URI cannot hold; percent-encode it where it is meant`;
    },
  },
  {
    rule: "uri.percent",
    clause: "RFC 3986 section 2.1",
    broken: ({ text }) => (/%(?![0-9A-Fa-f]{2})/.test(text) ? "has a % that two hexadecimal digits do not follow; write %25 for the sign itself" : undefined),
  },
  {
    // Harmless in the register, but it splits header lines and hides schemes wherever somebody decodes it.
    rule: "uri.encoded_control",
    clause: "RFC 3986 section 7.3",
    broken: ({ text }) => (/%(?:[01][0-9A-Fa-f]|7[Ff])/.test(text) ? "has a percent-encoded control character; remove it" : undefined),
  },
  {
    rule: "uri.absolute",
    clause: "RFC 3986 section 4.3",
    broken: ({ scheme, authority, path }) => {
      if (scheme === "") return "is not an absolute URI; start it with a scheme, such as https://";
      return authority === undefined && path === "" ? "has nothing after its scheme" : undefined;
    },
  },
  {
    rule: "uri.scheme",
    clause: "RFC 7591 section 2",
    kinds: ["page", "request_object", "logout"],
    broken: ({ scheme }) => (scheme === "https" || scheme === "http" ? undefined : `has the scheme ${quoted(scheme)}; use https`),
  },
  {
    rule: "uri.scheme",
    clause: "RFC 7591 section 2",
    kinds: ["https"],
    broken: ({ scheme }) => (scheme === "https" ? undefined : `has the scheme ${quoted(scheme)}; only https is accepted here`),
  },
  {
    rule: "uri.scheme",
    clause: "RFC 8252 section 8.4",
    kinds: ["redirect", "post_logout"],
    broken: ({ scheme }) =>
      isWeb(scheme) || scheme.includes(".")
        ? undefined
        : `has the scheme ${quoted(scheme)}; use https, or a private-use scheme made of a domain name in reverse order, such as com.example.app`,
  },
  {
    rule: "uri.private_scheme",
    clause: "RFC 8252 section 7.1",
    kinds: ["redirect", "post_logout"],
    broken: ({ scheme }) =>
      isWeb(scheme) || reverseDomain.test(scheme)
        ? undefined
        : `has the scheme ${quoted(scheme)}, which is not a domain name in reverse order, such as com.example.app`,
  },
  {
    rule: "uri.private_scheme_client",
    clause: "RFC 8252 section 7.1",
    kinds: ["redirect", "post_logout"],
    broken: ({ scheme }, context) =>
      isWeb(scheme) || runsOnDevice(context)
        ? undefined
        : 'has a private-use scheme, which is for native apps; register with application_type "native", or use https',
  },
  {
    rule: "uri.fragment",
    clause: "RFC 6749 section 3.1.2",
    kinds: ["redirect"],
    broken: ({ fragment }) => (fragment === undefined ? undefined : "has a fragment; remove the # and what follows it"),
  },
  {
    rule: "uri.fragment",
    clause: "RFC 3986 section 3.5",
    kinds: ["logout", "post_logout"],
    broken: ({ fragment }) => (fragment === undefined ? undefined : "has a fragment; remove the # and what follows it"),
  },
  {
    rule: "uri.fragment",
    clause: "RFC 3986 section 3.5",
    kinds: ["page", "https", "request_object"],
    broken: ({ fragment }) => (fragment?.includes("#") ? "has more than one #; percent-encode the others" : undefined),
  },
  {
    rule: "uri.authority",
    clause: "RFC 9110 section 4.2",
    broken: ({ scheme, host }) => (isWeb(scheme) && host === "" ? `has no host; write ${scheme}://host/path` : undefined),
  },
  {
    rule: "uri.userinfo",
    clause: "RFC 9110 section 4.2.4",
    broken: ({ userinfo }) => (userinfo === undefined ? undefined : "has a user name or password before the host; remove it and the @"),
  },
  {
    // Registers that read * as a pattern exist: one that merely compares would hand them the danger.
    rule: "uri.wildcard",
    clause: "RFC 9700 section 2.1",
    kinds: ["redirect", "post_logout"],
    broken: ({ text }) => (text.includes("*") ? "has a *; redirection URIs are compared character by character, so register each one in full" : undefined),
  },
  {
    rule: "uri.wildcard",
    clause: "RFC 3986 section 3.2.2",
    kinds: ["page", "https", "request_object", "logout"],
    broken: ({ host }) => (host.includes("*") ? "has a * in its host; name the host in full" : undefined),
  },
  {
    rule: "uri.host",
    clause: "RFC 3986 section 3.2.2",
    broken: ({ scheme, host }) => (isWeb(scheme) ? hostProblem(host) : privateHostProblem(host)),
  },
  {
    rule: "uri.port",
    clause: "RFC 3986 section 3.2.3",
    broken: ({ port }) => (port === undefined || isPort(port) ? undefined : `has the port ${quoted(port)}; a port is a number from 1 to 65535`),
  },
  {
    rule: "uri.dot_segment",
    clause: "RFC 3986 section 3.3",
    broken: ({ path }) =>
      dotSegment.test(path) ? "has a path segment . or .., plain or percent-encoded; write the path that is meant" : undefined,
  },
  {
    rule: "uri.http_loopback",
    clause: "RFC 9700 section 2.6",
    kinds: ["redirect"],
    broken: ({ scheme, host }) =>
      scheme !== "http" || loopbackHosts.has(host)
        ? undefined
        : "has the scheme http, which is accepted for the hosts 127.0.0.1, [::1] and localhost only; use https",
  },
  {
    rule: "uri.http_client",
    clause: "RFC 8252 section 7.3",
    kinds: ["redirect"],
    broken: ({ scheme }, context) =>
      scheme !== "http" || runsOnDevice(context) || context.switches?.localHttpForAll === true
        ? undefined
        : 'is an http URI on the local machine, which is for native apps and public clients; register with application_type "native" or ' +
          'token_endpoint_auth_method "none", or use https',
  },
  {
    rule: "uri.native_https",
    clause: "OpenID Connect Registration section 2",
    kinds: ["redirect"],
    broken: ({ scheme }, { applicationType, switches }) =>
      scheme === "https" && applicationType === "native" && switches?.nativeWithoutHttps === true
        ? "is an https URI, which native clients do not have here; use a private-use scheme, or http on the local machine"
        : undefined,
  },
  {
    rule: "uri.http_logout",
    clause: "OpenID Connect RP-Initiated Logout section 3.1",
    kinds: ["logout", "post_logout"],
    broken: ({ scheme }, { publicClient, switches }) => {
      if (scheme !== "http" || (!publicClient && switches?.httpLogout === true)) return undefined;
      return `has the scheme http, which is ${switches?.httpLogout === true ? "for clients that authenticate" : "not taken here"}; use https`;
    },
  },
];

const rulesFor = (kind: UriKind) => rules.filter(({ kinds }) => kinds === undefined || kinds.includes(kind));

const rulesByKind = {
  redirect: rulesFor("redirect"),
  page: rulesFor("page"),
  https: rulesFor("https"),
  request_object: rulesFor("request_object"),
  logout: rulesFor("logout"),
  post_logout: rulesFor("post_logout"),
} as const satisfies Record<UriKind, readonly UriRule[]>;

/** Whether the client can receive what only the user's own device delivers (requirements T-03, T-04). */
const runsOnDevice = ({ applicationType, publicClient }: UriContext) => applicationType === "native" || publicClient;

// RFC 3986 section 2 without the apostrophe, which it allows and which ends attributes in pages and words in shells.
const forbiddenCharacter = /[^A-Za-z0-9\-._~:/?#[\]@!$&()*+,;=%]/u;

// Also behind an encoded slash or backslash: whoever decodes before resolving would leave the path that was registered.
const dotSegment = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?:$|\/|%2f|%5c)/i;
