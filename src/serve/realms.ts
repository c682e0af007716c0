// From the configuration's realms to those that the service uses.

import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { developmentAdmin, type LoadedConfiguration, type RealmConfiguration } from "../config/configuration.js";
import { compileCertificateRows, type CertificateRow } from "../domain/certificate-match.js";
import { compilePolicy } from "../domain/policy.js";
import { readServerSupport } from "../domain/server-support.js";
import type { DiscoveredRealm } from "../gateway/discovery.js";
import type { Realm } from "../service/registry.js";
import type { WayIn } from "../service/ways-in/way-in.js";

/** Makes a realm ready. `url` is the service's own public URL. */
export function prepareRealm(configuration: LoadedConfiguration, realm: RealmConfiguration, url: string): DiscoveredRealm {
  const base = realm.name === "default" ? (realm.publicUrl ?? url) : `${realm.publicUrl ?? url}/realms/${realm.name}`;
  const customAttributes = new Map(realm.customAttributes.map((attribute) => [attribute.name, attribute]));
  const policies = new Map([...realm.policies].map(([name, { policy, version, mistake }]) => [name, { ...compilePolicy(policy, version, customAttributes), mistake }]));
  const prepared: Realm = {
    name: realm.name,
    registrationEndpoint: `${base}/register`,
    issuer: realm.issuer ?? base,
    tokenEndpoint: realm.authorizationServer?.tokenEndpoint || undefined,
    waysIn: new Map([...realm.waysIn].map(([name, { enabled, manage, policy }]) => [name, { enabled, manage, policy: policies.get(policy)! }])),
    policies,
    support: readServerSupport(realm.authorizationServer, realm.sealedSecrets),
    uris: realm.uris,
    customAttributes,
    certificates: compileCertificateRows(certificateRows(configuration, realm)),
    tokenBinding: realm.tokenBinding === "nothing" ? undefined : realm.tokenBinding,
    quotas: realm.quotas,
    signedRequests: realm.signedRequests,
    sealedSecrets: realm.sealedSecrets,
  };
  return { realm: prepared, base, issuer: prepared.issuer, authorizationServer: realm.authorizationServer };
}

function certificateRows({ developmentPki }: LoadedConfiguration, realm: RealmConfiguration): readonly CertificateRow<readonly Role[]>[] {
  const administrator = developmentPki ? [{ spiffeId: developmentAdmin, grant: [Role.ADMIN] }] : [];
  return [...administrator, ...realm.certificates.map(({ roles, ...identity }) => ({ ...identity, grant: roles }))];
}

/** Made only where the configuration has what they need. */
const madeOnDemand: ReadonlySet<string> = new Set(["oauth", "basic"]);

/** Throws a sentence when the configuration names a way in that this build does not have: it would be off without a word. */
export function demandKnownWaysIn({ realms }: Pick<LoadedConfiguration, "realms">, waysIn: readonly WayIn[]): void {
  for (const { name, waysIn: configured } of realms.values()) {
    const unknown = [...configured.keys()].filter((way) => !madeOnDemand.has(way) && !waysIn.some((row) => row.name === way));
    if (unknown.length > 0) throw new Error(`realms.${name}.ways_in.others names what this build does not have: ${unknown.join(", ")}`);
  }
}
