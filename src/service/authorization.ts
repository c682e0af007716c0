/** An Authorization header (RFC 9110 section 11.6.2): the scheme in lower case, and what follows it. */
export interface Authorization {
  readonly scheme: string;
  readonly credentials: string;
}

const form = /^([A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*)(?: +(.*?))? *$/;

/** Takes a header apart; undefined for what is none. */
export function readAuthorization(header: string): Authorization | undefined {
  const match = form.exec(header);
  return match === null ? undefined : { scheme: match[1]!.toLowerCase(), credentials: match[2] ?? "" };
}

// RFC 6750 section 2.1.
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/** The token of a Bearer header (RFC 6750 section 2.1); undefined for another scheme, and for what is no token. */
export function bearerToken(authorization: Authorization | undefined): string | undefined {
  return authorization?.scheme === "bearer" && b64token.test(authorization.credentials) ? authorization.credentials : undefined;
}
