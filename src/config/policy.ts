import type { Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import { checkPolicy, policyName } from "../domain/policy-mistakes.js";
import { policyVersion } from "../domain/policy-version.js";
import type { CustomAttribute } from "../domain/validate.js";
import type { Report } from "./configuration-error.js";
import type { VersionedPolicy } from "./loaded-configuration.js";
import type { Path } from "./path.js";
import { readyMadePolicies } from "./ready-made.js";

/** The realm's policies by name, the ready-made ones first. */
export function readPolicies(policies: readonly Policy[], attributes: readonly CustomAttribute[], path: Path, report: Report): ReadonlyMap<string, VersionedPolicy> {
  const readyMade = readyMadePolicies();
  const declared = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const byName = new Map([...readyMade].map(([name, policy]) => [name, versioned(policy)]));
  policies.forEach((policy, i) => {
    const at = [...path, i];
    if (policy.name === "") report(at, "needs a name");
    else if (readyMade.has(policy.name)) report([...at, "name"], "is the name of a ready-made policy; choose another");
    else if (byName.has(policy.name)) report([...at, "name"], "is the name of an earlier policy; a name is unique in its realm");
    else if (!policyName.test(policy.name)) report([...at, "name"], "must be lower-case letters, digits, dots, hyphens and underscores");
    else byName.set(policy.name, versioned(policy));
    checkPolicy(policy, declared, at, report);
  });
  return byName;
}

const versioned = (policy: Policy): VersionedPolicy => ({ policy, version: policyVersion(policy) });
