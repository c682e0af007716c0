import { create } from "@bufbuild/protobuf";
import {
  DeletePolicyResponseSchema, GetPolicyResponseSchema, ListPoliciesResponseSchema, PutPolicyResponseSchema, PolicyRecordSchema, ReloadConfigurationResponseSchema,
  type DeletePolicyRequest, type DeletePolicyResponse, type PutPolicyRequest, type PutPolicyResponse, type GetPolicyRequest, type GetPolicyResponse, type ListPoliciesRequest, type ListPoliciesResponse, type PolicyRecord, type ReloadConfigurationRequest, type ReloadConfigurationResponse,
} from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { allClients } from "../domain/client-conditions.js";
import { RegistryError } from "../domain/errors.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { changeRecord } from "./change-record.js";
import type { ConfigurationSource } from "./configuration-source.js";
import type { Realm, Registry } from "./registry.js";

/** The policies of a realm, the ready-made ones first. */
export function listPolicies(registry: Registry, call: Call, _request: ListPoliciesRequest): ListPoliciesResponse {
  demandRole(call.caller, call.method);
  return create(ListPoliciesResponseSchema, { policies: [...call.realm.policies.values()].map((policy) => recordOf(registry, call.realm, policy)) });
}

/** One policy. Throws not_found. */
export function getPolicy(registry: Registry, call: Call, { name }: GetPolicyRequest): GetPolicyResponse {
  demandRole(call.caller, call.method);
  const policy = call.realm.policies.get(name);
  if (policy === undefined) throw new RegistryError("not_found", "there is no such policy");
  return create(GetPolicyResponseSchema, { policy: recordOf(registry, call.realm, policy) });
}

/** Puts a policy in force. Throws invalid_request with every mistake, version_conflict for another version, permission_denied for a policy that is not stored. */
export async function putPolicy(registry: Registry, call: Call, { document, expectedVersion }: PutPolicyRequest): Promise<PutPolicyResponse> {
  demandRole(call.caller, call.method);
  const source = demandSource(registry);
  const { name } = source.readPolicy(call.realm, document);
  await change(registry, call, { name, expectedVersion, document });
  const realm = registry.realms.get(call.realm.name)!;
  return create(PutPolicyResponseSchema, { policy: recordOf(registry, realm, realm.policies.get(name)!) });
}

/** Takes a stored policy out of force. Throws not_found, policy_in_use while clients are guarded by it and it is not forced, and otherwise as putPolicy. */
export async function deletePolicy(registry: Registry, call: Call, { name, expectedVersion, force }: DeletePolicyRequest): Promise<DeletePolicyResponse> {
  demandRole(call.caller, call.method);
  const demandUnused = async () => {
    const clients = force ? 0 : await registry.store.lister.count({ ...allClients, realm: call.realm.name, policy: name }, call.gone?.());
    if (clients > 0) throw new RegistryError("policy_in_use", `clients are guarded by this policy, ${clients} of them, and would be by that of their way in; test that one over them, then delete with force`);
  };
  if (demandSource(registry).isStored(call.realm, name)) await demandUnused();
  // Again when it lets nobody in any more: that took time, and somebody may have come.
  await change(registry, call, { name, expectedVersion, document: undefined, demandLast: demandUnused });
  return create(DeletePolicyResponseSchema);
}

interface PolicyChange {
  readonly name: string;
  /** "" for any. */
  readonly expectedVersion: string;
  /** undefined takes it out. */
  readonly document: string | undefined;
  /** Rejects when the change, which is in force by then, must be undone. */
  readonly demandLast?: () => Promise<void>;
}

async function change(registry: Registry, call: Call, { name, expectedVersion, document, demandLast }: PolicyChange): Promise<void> {
  const source = demandSource(registry);
  await source.change(call.realm, name, document, {
    // Not before: whoever was waiting in front of this one may have changed it.
    demand() {
      const present = registry.realms.get(call.realm.name)!.policies.get(name);
      if (present === undefined && document === undefined) throw new RegistryError("not_found", "there is no such policy");
      if (present !== undefined && !source.isStored(call.realm, name)) {
        throw new RegistryError("permission_denied", "this policy comes with the program or is in the configuration file; it is changed there, and a copy under another name can be put");
      }
      if (expectedVersion !== "" && present?.version !== expectedVersion) throw new RegistryError("version_conflict", "the policy has another version; read it again");
    },
    async then(previous) {
      await demandLast?.();
      await registry.store.commit([{ kind: "append_change", change: changeRecord(call, document === undefined ? "policy_deleted" : "policy_put", name, 1, [], previous === undefined ? undefined : Buffer.from(previous)) }]);
    },
  });
}

/** Reads the configuration again. Rejects with invalid_request with every mistake, and then all is as it was. */
export async function reloadConfiguration(registry: Registry, call: Call, _request: ReloadConfigurationRequest): Promise<ReloadConfigurationResponse> {
  demandRole(call.caller, call.method);
  const { fileHash, restartNeeded } = await demandSource(registry).reload();
  return create(ReloadConfigurationResponseSchema, { fileHash, restartNeeded: [...restartNeeded] });
}

/** Who reads configuration. Throws unimplemented where nobody does. */
export function demandSource({ configuration }: Registry): ConfigurationSource {
  if (configuration === undefined) throw new RegistryError("unimplemented", "this service has no configuration to read");
  return configuration;
}

function recordOf({ configuration }: Registry, realm: Realm, policy: CompiledPolicy): PolicyRecord {
  return create(PolicyRecordSchema, {
    policy: policy.source,
    version: policy.version,
    readyMade: configuration?.readyMade.has(policy.name) === true,
    stored: configuration?.isStored(realm, policy.name) === true,
    mistake: policy.mistake ?? "",
    waysIn: [...realm.waysIn].filter(([, settings]) => settings.policy.name === policy.name && (settings.enabled || settings.manage)).map(([name]) => name),
  });
}
