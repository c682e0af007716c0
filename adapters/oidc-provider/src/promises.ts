// What a client may have been promised that this provider cannot keep: it is not served then, rather than served with less.

type Metadata = Readonly<Record<string, unknown>>;

/** HMAC, or encryption under the secret. */
const symmetric = /^(?:HS|A\d|dir$)/;

/** The member that makes the client's secret a key; undefined where none does. */
export function usesSecretAsKey(metadata: Metadata): string | undefined {
  if (metadata["token_endpoint_auth_method"] === "client_secret_jwt") return "client_secret_jwt";
  return Object.keys(metadata).find((name) => name.endsWith("_alg") && symmetric.test(String(metadata[name])));
}

/** Lists of algorithms by name, without those under a secret. Content encryption (…EncValues) is symmetric always: its key comes with each message. */
export function withoutSecrets(lists: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, name.endsWith("EncValues") ? list : list.filter((alg) => !symmetric.test(alg))]));
}

/** How what is signed, encrypted, bound or demanded is named (RFC 9101, 9126, 9449, 8705; OpenID Connect Registration section 2). */
const promise = /_(?:alg|enc)$|^require_|_bound_access_tokens$/;

/** A promise that the provider does not know, and so drops; undefined when it keeps them all. */
export function droppedPromise(registered: Metadata, known: Metadata): string | undefined {
  return Object.keys(registered).find((name) => promise.test(name) && registered[name] !== false && known[name] === undefined);
}
