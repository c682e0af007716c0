// From the configuration's realms to those that the service uses.

import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { developmentAdmin, type LoadedConfiguration, type RealmConfiguration } from "../config/configuration.js";
import { compileCertificateRows, type CertificateRow } from "../domain/certificate-match.js";
import { compilePolicy } from "../domain/policy.js";
import type { DiscoveredRealm } from "../gateway/discovery.js";
import type { Realm } from "../service/registry.js";

/** Makes a realm ready. `url` is the service's own public URL. */
export function prepareRealm(configuration: LoadedConfiguration, realm: RealmConfiguration, url: string): DiscoveredRealm {
  const base = realm.name === "default" ? (realm.publicUrl ?? url) : `${realm.publicUrl ?? url}/realms/${realm.name}`;
  const policies = new Map([...realm.policies].map(([name, { policy, version }]) => [name, compilePolicy(policy, version)]));
  const prepared: Realm = {
    name: realm.name,
    registrationEndpoint: `${base}/register`,
    waysIn: new Map([...realm.waysIn].map(([name, { enabled, manage, policy }]) => [name, { enabled, manage, policy: policies.get(policy)! }])),
    policies,
    customAttributes: new Map(realm.customAttributes.map((attribute) => [attribute.name, attribute])),
    certificates: compileCertificateRows(certificateRows(configuration, realm)),
    tokenBinding: realm.tokenBinding === "nothing" ? undefined : realm.tokenBinding,
    quotas: realm.quotas,
  };
  return { realm: prepared, base, issuer: realm.issuer ?? base, authorizationServer: realm.authorizationServer };
}

function certificateRows({ developmentPki }: LoadedConfiguration, realm: RealmConfiguration): readonly CertificateRow<readonly Role[]>[] {
  const administrator = developmentPki ? [{ spiffeId: developmentAdmin, grant: [Role.ADMIN] }] : [];
  return [...administrator, ...realm.certificates.map(({ roles, ...identity }) => ({ ...identity, grant: roles }))];
}
