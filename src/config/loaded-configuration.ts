import type { AuthorizationServer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { Policy } from "../../gen/ts/matricula/config/v1/policy_pb.js";
import type { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import type { CustomAttribute } from "../domain/validate.js";

/** The configuration, checked, with its defaults and with absolute paths. */
export interface LoadedConfiguration {
  /** The file it was read from, absolute; absent when the embedded default stands. */
  readonly file?: string;
  /** SHA-256 of that file in hex, for the log. */
  readonly fileHash?: string;
  /** One address, or both loopback addresses for "localhost". With port 0 the second must take the port that the first got. */
  readonly listen: readonly ListenAddress[];
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
  readonly limits: ConfiguredLimits;
  readonly logLevel: LogLevel;
}

export interface ListenAddress {
  /** An IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

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
  readonly waysIn: Readonly<Record<WayInName, WayInConfiguration>>;
  readonly certificates: readonly CertificateRole[];
  /** "rfc7591", "services" and the realm's own, by name. */
  readonly policies: ReadonlyMap<string, VersionedPolicy>;
  readonly customAttributes: readonly CustomAttribute[];
  /** The origins whose pages may register and manage clients (CORS), as written: empty means every one, and "none" is no origin. */
  readonly corsOrigins: readonly string[];
}

export type WayInName = "open" | "initial_access_token" | "certificate";

export interface WayInConfiguration {
  readonly enabled: boolean;
  /** The name of one of the realm's policies. */
  readonly policy: string;
}

/** What the holder of a certificate may do. Exactly one of `spiffeId` and `dnsName` is there. */
export interface CertificateRole {
  /** The URI SAN, compared exactly. */
  readonly spiffeId?: string;
  /** A DNS SAN in lower case. */
  readonly dnsName?: string;
  readonly roles: readonly Role[];
}

export interface VersionedPolicy {
  readonly policy: Policy;
  /** Changes with the policy's content. */
  readonly version: string;
}

/** The SPIFFE ID of the administrator's certificate in the development PKI. */
export const developmentAdmin = "spiffe://matricula/admin";

/** The realm that needs no configuration. */
export const defaultRealm = "default";
