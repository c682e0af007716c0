import { create } from "@bufbuild/protobuf";
import {
  AuthorizationServerSchema,
  WaysInSchema,
  type AuthorizationServer,
  type Realm,
  type WayIn,
} from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { checkBaseUrl, checkHttpsUrl, withoutTrailingSlash } from "./base-url.js";
import { readCertificates } from "./certificates.js";
import type { Report } from "./configuration-error.js";
import { readCustomAttributes } from "./custom-attributes.js";
import type { RealmConfiguration, WayInConfiguration, WayInName } from "./loaded-configuration.js";
import { nearestName } from "./nearest-name.js";
import type { Path } from "./path.js";
import { readPolicies, standardPolicies } from "./policy.js";

/** What a realm takes from the rest of the configuration. */
export interface RealmContext {
  readonly publicUrl: string | undefined;
  readonly bodyBytes: number;
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
  const policies = readPolicies(realm.policies, [...path, "policies"], report);
  return {
    name,
    ...(realm.issuer === undefined ? {} : { issuer: realm.issuer }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(realm.authorizationServer === undefined ? {} : { authorizationServer: realm.authorizationServer }),
    waysIn: readWaysIn(realm, policies, context, [...path, "ways_in"], report),
    certificates: readCertificates(realm.certificates, [...path, "certificates"], report),
    policies,
    customAttributes: readCustomAttributes(realm.customAttributes, context.bodyBytes, [...path, "custom_attributes"], report),
    corsOrigins: realm.corsOrigins,
  };
}

function readWaysIn(
  realm: Realm,
  policies: RealmConfiguration["policies"],
  context: RealmContext,
  path: Path,
  report: Report,
): RealmConfiguration["waysIn"] {
  const { open, initialAccessToken, certificate } = create(WaysInSchema, realm.waysIn ?? {});
  const read = (key: WayInName, wayIn: WayIn | undefined, enabledUnsaid: boolean): WayInConfiguration => {
    const policy: string = wayIn?.policy || standardPolicies[key];
    if (!policies.has(policy) && !realm.policies.some(({ name }) => name === policy)) {
      const near = nearestName(policy, [...policies.keys()]);
      report([...path, key, "policy"], `names no policy of this realm${near === undefined ? "" : `; did you mean ${near}?`}`);
    }
    return { enabled: wayIn?.enabled ?? enabledUnsaid, policy };
  };
  const openAsWritten = read("open", open, false);
  return {
    open: context.open ? { ...openAsWritten, enabled: true } : openAsWritten,
    initial_access_token: read("initial_access_token", initialAccessToken, true),
    certificate: read("certificate", certificate, true),
  };
}

function checkAuthorizationServer(server: AuthorizationServer, path: Path, report: Report): void {
  for (const field of AuthorizationServerSchema.fields) {
    // Every single value of this message is a URL; the lists are names.
    if (field.fieldKind !== "scalar") continue;
    const url = server[field.localName as keyof AuthorizationServer] as string;
    const problem = url === "" ? undefined : checkHttpsUrl(url);
    if (problem !== undefined) report([...path, field.jsonName], problem);
  }
}

function checkOrigins(origins: readonly string[], path: Path, report: Report): void {
  if (origins.length === 1 && origins[0] === "none") return;
  origins.forEach((origin, i) => {
    // A browser sends the serialized origin (RFC 6454 section 6.2), and it is compared as text.
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) report([...path, i], "must be an origin as a browser sends it, such as https://app.example.org; none stands alone");
  });
}
