// From the configuration's realms to those that the service uses.

import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { developmentAdmin, type LoadedConfiguration, type RealmConfiguration } from "../config/configuration.js";
import { compilePolicy, type CompiledPolicy } from "../domain/policy.js";
import type { DiscoveredRealm } from "../gateway/discovery.js";
import type { Realm, WayInName } from "../service/registry.js";

/** Makes a realm ready. `url` is the service's own public URL. */
export function prepareRealm(configuration: LoadedConfiguration, realm: RealmConfiguration, url: string): DiscoveredRealm {
  const base = realm.name === "default" ? (realm.publicUrl ?? url) : `${realm.publicUrl ?? url}/realms/${realm.name}`;
  const policies = new Map([...realm.policies].map(([name, { policy, version }]) => [name, compilePolicy(policy, version)]));
  const prepared: Realm = {
    name: realm.name,
    registrationEndpoint: `${base}/register`,
    waysIn: {
      open: wayIn(realm, policies, "open"),
      initial_access_token: wayIn(realm, policies, "initial_access_token"),
      certificate: wayIn(realm, policies, "certificate"),
    },
    policies,
    customAttributes: new Map(realm.customAttributes.map((attribute) => [attribute.name, attribute])),
    rolesBySpiffeId: rolesBySpiffeId(configuration, realm),
    rolesByDnsName: new Map(realm.certificates.flatMap(({ dnsName, roles }) => (dnsName === undefined ? [] : [[dnsName, roles] as const]))),
  };
  return { realm: prepared, base, issuer: realm.issuer ?? base, authorizationServer: realm.authorizationServer };
}

function wayIn(realm: RealmConfiguration, policies: ReadonlyMap<string, CompiledPolicy>, name: WayInName) {
  const { enabled, policy } = realm.waysIn[name];
  return { enabled, policy: policies.get(policy)! };
}

function rolesBySpiffeId({ developmentPki }: LoadedConfiguration, realm: RealmConfiguration): ReadonlyMap<string, readonly Role[]> {
  const roles = new Map<string, readonly Role[]>();
  if (developmentPki) roles.set(developmentAdmin, [Role.ADMIN]);
  for (const { spiffeId, roles: granted } of realm.certificates) {
    if (spiffeId !== undefined) roles.set(spiffeId, [...(roles.get(spiffeId) ?? []), ...granted]);
  }
  return roles;
}
