import type { AuthorizationServer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import type { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import type { CertificateIdentity } from "../domain/certificate-match.js";
import type { UriSwitches } from "../domain/uri.js";
import type { CustomAttribute } from "../domain/validate.js";

/** The configuration, checked, with its defaults and with absolute paths. */
export interface LoadedConfiguration {
  /** The file it was read from, absolute; absent when the embedded default stands. */
  readonly file?: string;
  /** SHA-256 of that file in hex, for the log. */
  readonly fileHash?: string;
  /** One address, or both loopback addresses for "localhost". With port 0 the second must take the port that the first got. */
  readonly listen: readonly ListenAddress[];
  /** Where the listener without TLS is; absent when there is none. */
  readonly localListen?: LocalListen;
  /** The folder of the database, certificates and keys. */
  readonly data: string;
  /** Without a slash at the end. Absent: https and the address that is listened on. */
  readonly publicUrl?: string;
  /** Absent together with `developmentPki`. */
  readonly tls?: TlsFiles;
  /**
   * Whether certificates and keys are the service's own, under `data`. Then `developmentAdmin` has ROLE_ADMIN in every
   * realm, beside the rows of `certificates`.
   */
  readonly developmentPki: boolean;
  /** "default" is always there, and first. */
  readonly realms: ReadonlyMap<string, RealmConfiguration>;
  readonly trustedProxies: readonly TrustedProxy[];
  /** How the service goes to URLs that clients have named; absent where it does not. */
  readonly outgoingFetch?: OutgoingFetchConfiguration;
  readonly limits: ConfiguredLimits;
  readonly logLevel: LogLevel;
}

export interface OutgoingFetchConfiguration {
  /** Hosts that may have any address, as URLs have them. */
  readonly internalHosts: ReadonlySet<string>;
  readonly caFile?: string;
}

export interface ListenAddress {
  /** An IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A Unix socket, or loopback addresses as in `listen`. */
export type LocalListen =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "addresses"; readonly addresses: readonly ListenAddress[] };

/** Absolute paths of PEM files. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly crlFile?: string;
}

export interface ConfiguredLimits {
  /** Bytes of a request body. */
  readonly bodyBytes: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Writes that may wait for the disk. */
  readonly queuedWrites: number;
  /** Calls in flight of callers that showed nothing. */
  readonly openCalls: number;
  /** Token buckets; one that is absent has no limit. */
  readonly rates: ConfiguredRates;
}

/** Token buckets by what their name says; see configuration.proto. */
export interface ConfiguredRates {
  readonly buckets: Readonly<Partial<Record<BucketName, ConfiguredRate>>>;
  readonly prefixes: { readonly ipv4: number; readonly ipv6: number };
}

export type BucketName = "network" | "credential" | "certificate" | "software_id" | "redirect_host" | "failures";

export interface ConfiguredRate {
  readonly burst: number;
  readonly perMinute: number;
}

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** One authorization server's clients. */
export interface RealmConfiguration {
  readonly name: string;
  /** The authorization server's identifier, as written. Absent: the realm's public URL. */
  readonly issuer?: string;
  /** The realm's own, else the service's; without a slash at the end. Absent when neither is configured. */
  readonly publicUrl?: string;
  /** As written: discovery applies the defaults of empty lists. */
  readonly authorizationServer?: AuthorizationServer;
  /** By name, those of the schema and those of `others`. */
  readonly waysIn: ReadonlyMap<string, WayInConfiguration>;
  readonly certificates: readonly CertificateRole[];
  /** "rfc7591", "services" and the realm's own, by name. */
  readonly policies: ReadonlyMap<string, VersionedPolicy>;
  readonly customAttributes: readonly CustomAttribute[];
  /** The issuers whose access tokens are taken. */
  readonly tokenIssuers: readonly TokenIssuerConfiguration[];
  /** The file of HTTP Basic users, absolute; absent when there is none. */
  readonly usersFile?: string;
  /** The origins whose pages may register and manage clients (CORS), as written: empty means every one, and "none" is no origin. */
  readonly corsOrigins: readonly string[];
  readonly tokenBinding: ConfiguredTokenBinding;
  readonly quotas: ConfiguredQuotas;
  /** Whether secrets that are needed back may be issued, and kept sealed. */
  readonly sealedSecrets: boolean;
  /** The issuers whose software statements are taken. */
  readonly statementIssuers: readonly StatementIssuerConfiguration[];
  /** Which URIs are taken where the standards leave a choice; absent for the stricter one everywhere. */
  readonly uris?: UriSwitches;
  /** What is made of signed requests; refused when absent. */
  readonly signedRequests?: "taken" | "required";
}

/** What must be shown beside a registration access token, when its registrant showed a certificate. */
export type ConfiguredTokenBinding = "nothing" | "certificate" | "identity";

/** How many live clients there may be; 0 means any number. */
export interface ConfiguredQuotas {
  readonly clientsPerOwner: number;
  readonly clientsPerCredential: number;
  readonly openClients: number;
}

export interface WayInConfiguration {
  /** Whether it opens registration. */
  readonly enabled: boolean;
  /** Whether it opens the management of one's own clients. */
  readonly manage: boolean;
  /** The name of one of the realm's policies. */
  readonly policy: string;
}

/** What the holder of a certificate may do. */
export interface CertificateRole extends CertificateIdentity {
  readonly roles: readonly Role[];
}

/** A header in which a proxy passes a client's certificate on. */
export type ForwardingHeader = "client-cert" | "x-ssl-client-cert" | "x-forwarded-client-cert";

/** A proxy that ends TLS for others, known by its own certificate. */
export interface TrustedProxy extends CertificateIdentity {
  /** The one header that it uses. */
  readonly header: ForwardingHeader;
}

/** An issuer of access tokens, with one way at least to find out what they say. Paths are absolute. */
export interface TokenIssuerConfiguration {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwksUri?: string;
  readonly jwksFile?: string;
  /** Never empty. */
  readonly algorithms: readonly string[];
  readonly introspection?: IntrospectionConfiguration;
  readonly scopes: readonly string[];
  readonly manageScopes: readonly string[];
  readonly claims: readonly { readonly claim: string; readonly values: readonly string[] }[];
  readonly caFile?: string;
}

/** An issuer of software statements, with one way to its keys. Paths are absolute. */
export interface StatementIssuerConfiguration {
  readonly issuer: string;
  readonly jwksUri?: string;
  readonly jwksFile?: string;
  /** Never empty. */
  readonly algorithms: readonly string[];
  readonly audiences: readonly string[];
  /** Seconds since iat; 0 for any age. */
  readonly maxAge: number;
  readonly requiredClaims: readonly string[];
  readonly bindingFields: readonly string[];
  readonly once: boolean;
  readonly claimNames: Readonly<Record<string, string>>;
  readonly rolesClaim: string;
  readonly roleScopes: Readonly<Record<string, string>>;
  /** Attributes of the certificate's subject, and texts with claims in braces. */
  readonly certificateSubject: Readonly<Record<string, string>>;
  readonly caFile?: string;
}

export interface IntrospectionConfiguration {
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecretFile: string;
}

export interface VersionedPolicy {
  /** Whether it was put by RPC. */
  readonly stored?: boolean;
  /** What is wrong with a stored one: `policy` is its name, and whether it needs certificates; nothing may be admitted by it. */
  readonly mistake?: string;
  readonly policy: Policy;
  /** Changes with the policy's content. */
  readonly version: string;
}

/** The SPIFFE ID of the administrator's certificate in the development PKI. */
export const developmentAdmin = "spiffe://matricula/admin";

/** The realm that needs no configuration. */
export const defaultRealm = "default";
