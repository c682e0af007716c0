/** One option of the command line: a row that the parser and the help both read. */
export interface OptionRow {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: true;
  /** What its value is called in the help. */
  readonly value?: string;
  /** The environment variable that stands for it when it is not given. */
  readonly env?: string;
  readonly help: string;
}

/** Every option of every command. A name means the same wherever it is taken. */
export const options = {
  data: { type: "string", value: "DIR", env: "MATRICULA_DATA", help: "the service's data folder (default ./data): there lie pki/ca.pem, pki/admin.pem, pki/admin.key and url" },
  url: { type: "string", value: "URL", env: "MATRICULA_URL", help: "where the service is (default: what DIR/url says, else https://localhost:8443)" },
  ca: { type: "string", value: "FILE", help: "the authority of the service's certificate (default DIR/pki/ca.pem)" },
  cert: { type: "string", value: "FILE", help: "the client certificate to show (default DIR/pki/admin.pem)" },
  key: { type: "string", value: "FILE", help: "its private key (default DIR/pki/admin.key)" },
  realm: { type: "string", value: "NAME", help: "the realm (default: the one called default)" },
  timeout: { type: "string", value: "TIME", help: "how long to wait for each answer (default 30s)" },
  json: { type: "boolean", help: "print the answer as one JSON document" },
  help: { type: "boolean", short: "h", help: "print the help of a command" },
  version: { type: "boolean", help: "print the version" },
  file: { type: "string", short: "f", value: "FILE", help: "the client's metadata as JSON (RFC 7591 section 2), - for standard input" },
  "credentials-out": { type: "string", value: "FILE", help: "write the secrets to a new file, readable by you alone: JSON when it ends in .json, else NAME=value lines" },
  "show-secret": { type: "boolean", help: "print secrets even where standard output is not a terminal" },
  "idempotency-key": { type: "string", value: "KEY", help: "a UUID: the same request with the same key within 24 hours gets the first one's answer" },
  etag: { type: "string", value: "ETAG", help: "do it only if the client still has this etag" },
  secrets: { type: "boolean", help: "show what is on record of the client's secrets; it takes a role that reads the directory" },
  "metadata-only": { type: "boolean", help: "print only the metadata, as `update -f` takes it" },
  reason: { type: "string", value: "TEXT", help: "why, for the change log" },
  yes: { type: "boolean", help: "do it to every client that matches; without it they are counted" },
  label: { type: "string", value: "NAME", help: "a name for the new secret, such as 2027-01 (default: a number)" },
  overlap: { type: "string", value: "TIME", help: "how long the secrets before it live on (default 24h); 0 ends them at once" },
  newest: { type: "boolean", help: "the newest registration first" },
  all: { type: "boolean", help: "every page, not only one; of a policy's test, every client and not only those that it guards" },
  "page-size": { type: "string", value: "N", help: "how many on a page, up to 500 (default 50)" },
  "page-token": { type: "string", value: "TOKEN", help: "go on where a page ended" },
  state: { type: "string", multiple: true, value: "STATE", help: "only clients in this state: active, suspended or deleted; may be repeated" },
  "owner-id": { type: "string", value: "ID", help: "only clients that this caller registered" },
  "credential-id": { type: "string", value: "ID", help: "only clients that came by this credential: an initial access token's id, a certificate's fingerprint" },
  "way-in": { type: "string", value: "NAME", help: "only clients that came by this way" },
  policy: { type: "string", value: "NAME", help: "a policy: list shows only the clients that it admitted, a user's or a token's registrations are bound to it, explain decides by it" },
  as: { type: "string", value: "PRINCIPAL", help: "who would register: anonymous (the default), local, or KIND:NAME, such as certificate:spiffe://example.com/orders or initial_access_token:ID" },
  "in-use": { type: "boolean", help: "do it although clients are guarded by the policy: that of their way in guards them then" },
  "if-version": { type: "string", value: "VERSION", help: "do it only if the policy still has this version" },
  "software-id": { type: "string", value: "ID", help: "only clients of this software" },
  "issued-from": { type: "string", value: "TIME", help: "only clients registered at this time or later" },
  "issued-before": { type: "string", value: "TIME", help: "only clients registered before this time" },
  "grant-type": { type: "string", value: "GRANT", help: "only clients with this grant type" },
  "on-host": { type: "string", value: "HOST", help: "only clients with a redirect URI on this host" },
  "used-from": { type: "string", value: "TIME", help: "only clients last used at this time or later" },
  "used-before": { type: "string", value: "TIME", help: "only clients last used, or never used and registered, before this time" },
  "client-name": { type: "string", value: "TEXT", help: "only clients with this text in their name" },
  issuer: { type: "string", value: "ISSUER", help: "of a statement that is named by its jti: who issued it" },
  "statement-issuer": { type: "string", value: "ISSUER", help: "only clients that registered with a software statement of this issuer" },
  name: { type: "string", value: "NAME", help: "a name for people" },
  uses: { type: "string", value: "N", help: "how many registrations it admits (default: any number until it expires)" },
  lifetime: { type: "string", value: "TIME", help: "how long it holds (default 24h)" },
  users: { type: "string", value: "FILE", help: "the users file, as users_file in the service's configuration names it" },
  generate: { type: "boolean", help: "make a random password instead of reading one from standard input" },
  owner: { type: "string", value: "NAME", help: "who owns the clients that it admits, such as a team (default: the token itself)" },
  purpose: { type: "string", value: "TEXT", help: "what it is for" },
  force: { type: "string", value: "FILE", help: "metadata that stands in its registrations whatever they ask, as JSON; - for standard input" },
  "redirect-host": { type: "string", multiple: true, value: "HOST", help: "a host that redirect URIs may be on, or *.DOMAIN for all below one; may be repeated (default: any)" },
  "bound-to": { type: "string", value: "NAME", help: "the client certificate that must come with it: a SPIFFE ID, a DNS name, or sha256:FINGERPRINT" },
  usable: { type: "boolean", help: "only tokens that still admit: not revoked, not expired, not used up" },
  suspend: { type: "boolean", help: "suspend the active clients that it has too" },
  "delete-clients": { type: "boolean", help: "delete the clients that came by it too" },
  listen: { type: "string", value: "HOST:PORT", help: "where to listen (default localhost:8443); port 0 picks a free one" },
  open: { type: "boolean", help: "let anybody register" },
  config: { type: "string", value: "FILE", help: "the configuration file" },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof options;

type ValueOf<Row> = Row extends { type: "boolean" } ? boolean : Row extends { multiple: true } ? readonly string[] : string;

/** What the command line says, by option. */
export type OptionValues = { readonly [Name in OptionName]?: ValueOf<(typeof options)[Name]> };

/** How every client of the service finds it and is known to it. */
export const connectionOptions = ["data", "url", "ca", "cert", "key", "realm", "timeout"] as const satisfies readonly OptionName[];

export const optionNames = Object.keys(options) as OptionName[];

/** A row without its literal types. */
export function optionRow(name: OptionName): OptionRow {
  return options[name];
}
