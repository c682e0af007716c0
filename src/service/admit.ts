// Who may register: the caller's own way in where it is on, else the open one.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { ClientRecord, Seconds } from "../domain/ports.js";
import type { RegistrationContext } from "../domain/registration.js";
import type { VerifiedStatement } from "../domain/software-statement.js";
import { namesOfCertificate, namesOfClient, type CertificateNameValue } from "../domain/certificate-name.js";
import type { Caller } from "./caller.js";
import { metadataOf } from "./client-record.js";
import type { Realm, Registry } from "./registry.js";
import type { Terms } from "./ways-in/way-in.js";

/** A registration that may go on. */
export interface Admission {
  /** The way in's name. */
  readonly wayIn: string;
  /** The policy that the credential is bound to, else the way's. */
  readonly policy: CompiledPolicy;
  readonly terms: Terms;
}

const noTerms: Terms = {};
const noNames: readonly CertificateNameValue[] = [];

/** The policy that a credential is bound to. One that is no longer configured lets nobody in by another. */
function policyOf(realm: Realm, bound: string | undefined, own: CompiledPolicy): CompiledPolicy {
  if (bound === undefined || bound === "") return own;
  const policy = realm.policies.get(bound);
  if (policy === undefined) throw new RegistryError("permission_denied", "the policy that this credential is bound to is no longer configured; ask who issued it");
  return policy;
}

/** Throws permission_denied for a policy of which it is not known what it says. */
export function demandKnown({ mistake, name }: CompiledPolicy): void {
  if (mistake !== undefined) throw new RegistryError("permission_denied", `the policy ${name} has a mistake and admits nothing; an operator has to mend or delete it`);
}

/** What decides about the metadata of a registration. */
export function contextOf(realm: Realm, admission: Admission, { certificate }: Pick<Caller, "certificate">, statement: VerifiedStatement | undefined): RegistrationContext {
  return contextWith(realm, admission, () => (certificate === undefined ? [] : namesOfCertificate(certificate)), statement);
}

function contextWith(realm: Realm, { wayIn, policy, terms }: Admission, names: () => readonly CertificateNameValue[], verifiedStatement?: VerifiedStatement): RegistrationContext {
  // Nobody comes in by another one, or by none.
  demandKnown(policy);
  const { customAttributes, sealedSecrets, support, uris } = realm;
  return {
    policy, certificateNames: policy.certificateName === "asked" ? noNames : names(), customAttributes, sealedSecrets, support, uris, verifiedStatement,
    terms: terms.force === undefined && !terms.redirectHosts?.length ? undefined : { ...terms, wayIn },
  };
}

/** The same for an update: what admitted the client. */
export function guardingContext(registry: Registry, realm: Realm, client: ClientRecord, caller?: Caller): RegistrationContext {
  const terms = guardsOf(registry, client);
  const admission = { wayIn: client.wayIn, policy: guardingPolicy(registry, realm, client), terms };
  // Who helps, an operator say, does not lend the client a name: it goes on by what it was registered with.
  const own = caller?.certificate !== undefined && client.owner.kind === "certificate" && realm.certificates(caller.certificate).name === client.owner.id;
  return contextWith(realm, admission, () => (own ? namesOfCertificate(caller.certificate!) : namesOfClient(metadataOf(client))));
}

/** The same with another policy in the place of the one that guards the client, whoever might send it. */
export function replayContext(registry: Registry, realm: Realm, client: ClientRecord, metadata: ClientMetadata, policy: CompiledPolicy): RegistrationContext {
  return contextWith(realm, { wayIn: client.wayIn, policy, terms: guardsOf(registry, client) }, () => namesOfClient(metadata));
}

/** The policy that guards a client: that by which it came in. One that is no longer configured gives way to that of the client's way in. */
export function guardingPolicy(registry: Registry, realm: Realm, client: ClientRecord): CompiledPolicy {
  return realm.policies.get(client.policy) ?? realm.policies.get(guardsOf(registry, client).policy ?? "") ?? (realm.waysIn.get(client.wayIn) ?? realm.waysIn.get("open")!).policy;
}

const guardsOf = (registry: Registry, client: ClientRecord): Terms => registry.waysIn.find(({ name }) => name === client.wayIn)?.guards?.(client, registry) ?? noTerms;

/** Throws permission_denied, or unauthenticated for nobody, when the policy demands a certificate, or may, and none was shown. */
export function demandCertificateFor(policy: CompiledPolicy, { certificate, principal }: Pick<Caller, "certificate" | "principal">): void {
  if (!policy.certificateRequired || certificate !== undefined) return;
  const needs = policy.mistake === undefined ? "needs a client certificate" : "has a mistake, and may need a client certificate until an operator has mended it";
  throw new RegistryError(principal.kind === "anonymous" ? "unauthenticated" : "permission_denied", `the policy ${policy.name} ${needs}; show one with the request`);
}

/**
 * Admits a registration. Throws unauthenticated when nothing was shown and the realm is not open, permission_denied when what was
 * shown opens no way in.
 */
export function admit(realm: Realm, caller: Caller, now: Seconds): Admission {
  const admission = openedBy(realm, caller, now);
  demandCertificateFor(admission.policy, caller);
  return admission;
}

function openedBy(realm: Realm, caller: Caller, now: Seconds): Admission {
  const { wayIn } = caller;
  const own = realm.waysIn.get(wayIn.name);
  if (own?.enabled === true && wayIn.registers && (wayIn.opens?.(caller) ?? true)) {
    const terms = wayIn.terms?.(caller, now) ?? noTerms;
    return { wayIn: wayIn.name, policy: policyOf(realm, terms.policy, own.policy), terms };
  }
  const open = realm.waysIn.get("open");
  if (open?.enabled === true) return { wayIn: "open", policy: open.policy, terms: noTerms };
  throw caller.principal.kind === "anonymous"
    ? new RegistryError("unauthenticated", "registration needs a credential that this realm takes")
    : new RegistryError("permission_denied", "what was presented does not open registration here");
}
