import { create } from "@bufbuild/protobuf";
import {
  GetPolicyResponseSchema, ListPoliciesResponseSchema, PolicyRecordSchema, ReloadConfigurationResponseSchema,
  type GetPolicyRequest, type GetPolicyResponse, type ListPoliciesRequest, type ListPoliciesResponse, type PolicyRecord, type ReloadConfigurationRequest, type ReloadConfigurationResponse,
} from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
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

/** Reads the configuration again. Throws invalid_request with every mistake, and then all is as it was. */
export function reloadConfiguration(registry: Registry, call: Call, _request: ReloadConfigurationRequest): ReloadConfigurationResponse {
  demandRole(call.caller, call.method);
  const { fileHash, restartNeeded } = demandSource(registry).reload();
  return create(ReloadConfigurationResponseSchema, { fileHash, restartNeeded: [...restartNeeded] });
}

/** Who reads configuration. Throws unimplemented where nobody does. */
export function demandSource({ configuration }: Registry): ConfigurationSource {
  if (configuration === undefined) throw new RegistryError("unimplemented", "this service has no configuration to read");
  return configuration;
}

function recordOf({ configuration }: Registry, { waysIn }: Realm, policy: CompiledPolicy): PolicyRecord {
  return create(PolicyRecordSchema, {
    policy: policy.source,
    version: policy.version,
    readyMade: configuration?.readyMade.has(policy.name) === true,
    waysIn: [...waysIn].filter(([, settings]) => settings.policy.name === policy.name && (settings.enabled || settings.manage)).map(([name]) => name),
  });
}
