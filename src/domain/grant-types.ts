/** The grant types of RFC 7591 section 2: what may be registered where a policy does not say otherwise. */
export const grantTypes: readonly string[] = [
  "authorization_code",
  "implicit",
  "password",
  "client_credentials",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
  "urn:ietf:params:oauth:grant-type:saml2-bearer",
];

/** Whether the name can be a grant type: one of RFC 7591, or an extension's absolute URI (RFC 6749 section 4.5). */
export function isGrantType(name: string): boolean {
  return grantTypes.includes(name) || /^[a-z][a-z0-9+.-]*:./i.test(name);
}
