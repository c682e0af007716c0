import { create } from "@bufbuild/protobuf";
import { join, resolve } from "node:path";
import { WaysInSchema, type Realm, type WayIn } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { checkAuthorizationServer } from "./authorization-server.js";
import { checkBaseUrl, withoutTrailingSlash } from "./base-url.js";
import { readCertificates } from "./certificates.js";
import type { Report } from "./configuration-error.js";
import { readCustomAttributes } from "./custom-attributes.js";
import type { RealmConfiguration, WayInConfiguration } from "./loaded-configuration.js";
import { nearestName } from "../domain/nearest-name.js";
import type { Path } from "./path.js";
import { readPolicies } from "./policy.js";
import { readQuotas } from "./quotas.js";
import { readSignedRequests, readStatementIssuers } from "./statement-issuers.js";
import { addStoredPolicies } from "./stored-policies.js";
import { readTokenBinding } from "./token-binding.js";
import { readTokenIssuers } from "./token-issuers.js";

/** What a realm takes from the rest of the configuration. */
export interface RealmContext {
  readonly publicUrl: string | undefined;
  readonly bodyBytes: number;
  /** Whether the service has a local listener. */
  readonly localListener: boolean;
  /** What relative paths are from. */
  readonly folder: string;
  /** The folder of the database, where policies that were put by RPC are. */
  readonly data: string;
  /** Anybody may register, whatever the file says. */
  readonly open: boolean;
}

/** One realm, ready for use. */
export function readRealm(name: string, realm: Realm, context: RealmContext, report: Report): RealmConfiguration {
  const path: Path = ["realms", name];
  // It is a segment of the realm's URLs.
  if (!/^(?=.{1,64}$)[a-z0-9]+(?:-+[a-z0-9]+)*$/.test(name)) report(path, "must have a name of 1 to 64 lower-case letters, digits and hyphens, no hyphen first or last");
  for (const [key, url] of [["issuer", realm.issuer], ["public_url", realm.publicUrl]] as const) {
    const problem = url === undefined ? undefined : checkBaseUrl(url);
    if (problem !== undefined) report([...path, key], problem);
  }
  if (realm.authorizationServer !== undefined) checkAuthorizationServer(realm.authorizationServer, [...path, "authorization_server"], report);
  const publicUrl = realm.publicUrl === undefined ? context.publicUrl : withoutTrailingSlash(realm.publicUrl);
  checkOrigins(realm.corsOrigins, [...path, "cors_origins"], report);
  const customAttributes = readCustomAttributes(realm.customAttributes, context.bodyBytes, [...path, "custom_attributes"], report);
  const written = readPolicies(realm.policies, customAttributes, [...path, "policies"], report);
  const policies = addStoredPolicies(written, join(context.data, "policies", name), customAttributes);
  const signedRequests = readSignedRequests(realm, [...path, "signed_requests"], report);
  return {
    name,
    ...(realm.issuer === undefined ? {} : { issuer: realm.issuer }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(realm.authorizationServer === undefined ? {} : { authorizationServer: realm.authorizationServer }),
    waysIn: readWaysIn(realm, policies, context, [...path, "ways_in"], report),
    certificates: readCertificates(realm.certificates, [...path, "certificates"], report),
    policies,
    customAttributes,
    tokenIssuers: readTokenIssuers(realm.tokenIssuers, context.folder, [...path, "token_issuers"], report),
    ...(realm.usersFile === "" ? {} : { usersFile: resolve(context.folder, realm.usersFile) }),
    corsOrigins: realm.corsOrigins,
    tokenBinding: readTokenBinding(realm),
    quotas: readQuotas(realm.quotas),
    sealedSecrets: realm.sealedSecrets,
    ...(signedRequests === undefined ? {} : { signedRequests }),
    statementIssuers: readStatementIssuers(realm.softwareStatementIssuers, context.folder, [...path, "software_statement_issuers"], report),
    ...(realm.uris === undefined ? {} : { uris: realm.uris }),
  };
}

interface WayInRow {
  readonly name: string;
  /** The policy where none is named. */
  readonly policy: string;
  /** Whether it is on where nothing is said. */
  readonly on: (realm: Realm, context: RealmContext) => boolean;
  /** The key without which it cannot be on. */
  readonly needs?: string;
}

/** The ways in of the schema. */
const wayInRows: readonly WayInRow[] = [
  { name: "open", policy: "rfc7591", on: () => false },
  { name: "initial_access_token", policy: "rfc7591", on: () => true },
  { name: "certificate", policy: "services", on: () => true },
  { name: "oauth", policy: "rfc7591", on: (realm: Realm) => realm.tokenIssuers.length > 0, needs: "token_issuers" },
  { name: "basic", policy: "rfc7591", on: (realm: Realm) => realm.usersFile !== "", needs: "users_file" },
  { name: "local", policy: "rfc7591", on: (_realm: Realm, { localListener }: RealmContext) => localListener, needs: "local_listen" },
];

function readWaysIn(
  realm: Realm,
  policies: RealmConfiguration["policies"],
  context: RealmContext,
  path: Path,
  report: Report,
): RealmConfiguration["waysIn"] {
  const written = create(WaysInSchema, realm.waysIn ?? {});
  const waysIn = new Map<string, WayInConfiguration>();
  const read = (name: string, at: Path, wayIn: WayIn | undefined, standardPolicy: string, enabledUnsaid: boolean, manageUnsaid: boolean) => {
    const policy = wayIn?.policy || standardPolicy;
    if (!policies.has(policy) && !realm.policies.some((row) => row.name === policy)) {
      const near = nearestName(policy, [...policies.keys()]);
      report([...at, "policy"], `names no policy of this realm${near === undefined ? "" : `; did you mean ${near}?`}`);
    }
    waysIn.set(name, { enabled: wayIn?.enabled ?? enabledUnsaid, manage: wayIn?.manage ?? manageUnsaid, policy });
  };
  for (const { name, policy, on, needs } of wayInRows) {
    const field = WaysInSchema.fields.find((row) => row.name === name)!;
    const wayIn = written[field.localName as keyof typeof written] as WayIn | undefined;
    if (needs !== undefined && wayIn?.enabled === true && !on(realm, context)) report([...path, name, "enabled"], `needs ${needs}`);
    // What is not there to be shown is named by no challenge.
    read(name, [...path, name], wayIn, policy, on(realm, context), needs === undefined || on(realm, context));
  }
  if (context.open) waysIn.set("open", { ...waysIn.get("open")!, enabled: true });
  const managing = written.registrationAccessToken;
  waysIn.set("registration_access_token", { enabled: false, manage: managing?.manage ?? true, policy: "rfc7591" });
  for (const [name, wayIn] of Object.entries(written.others)) {
    const at = [...path, "others", name];
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) report(at, "must have a name of lower-case letters, digits and underscores");
    else if (waysIn.has(name)) report(at, "is the name of a way in that stands by itself");
    else read(name, at, wayIn, "rfc7591", true, true);
  }
  return waysIn;
}

function checkOrigins(origins: readonly string[], path: Path, report: Report): void {
  if (origins.length === 1 && origins[0] === "none") return;
  origins.forEach((origin, i) => {
    // A browser sends the serialized origin (RFC 6454 section 6.2), and it is compared as text.
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) report([...path, i], "must be an origin as a browser sends it, such as https://app.example.org; none stands alone");
  });
}
