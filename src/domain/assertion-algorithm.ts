// token_endpoint_auth_signing_alg left out means any algorithm (OpenID Connect Registration section 2): more than a policy admits that names some.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { hasKeyFor } from "./algorithms.js";
import { authMethodOf } from "./auth-methods.js";
import { decision, type DecisionRow } from "./decision.js";
import type { MetadataViolation } from "./metadata-json.js";
import { policyRule, type CompiledPolicy } from "./policy.js";

const field = "token_endpoint_auth_signing_alg";

/**
 * Registers the one algorithm that the policy admits and the client's keys can do, where the client sends assertions and names none. Where
 * several could be meant the client has to say which: whoever verifies an assertion knows the record, and no policy.
 */
export function settleAssertionAlgorithm(policy: CompiledPolicy, metadata: ClientMetadata, decisions: DecisionRow[], violations: MetadataViolation[]): void {
  const admitted = policy.allowed.get(field);
  const possible = authMethodOf(metadata)?.algorithms;
  if (admitted === undefined || possible === undefined || metadata.tokenEndpointAuthSigningAlg !== undefined) return;
  if (possible.every((algorithm) => admitted.includes(algorithm))) return;
  const { jwks } = metadata;
  const fitting = admitted.filter((algorithm) => possible.includes(algorithm) && (jwks === undefined || hasKeyFor(algorithm, jwks)));
  if (fitting.length !== 1) {
    violations.push({
      error: "invalid_client_metadata", field, rule: policyRule(policy, field, "required"), clause: "OpenID Connect Registration section 2",
      description: `${field} must be sent, as one of ${admitted.join(", ")}`,
    });
    return;
  }
  metadata.tokenEndpointAuthSigningAlg = fitting[0]!;
  const reason = policy.rows.find(({ slot }) => slot.name === field)?.reason ?? "";
  decisions.push(decision(field, undefined, fitting[0], { rule: policyRule(policy, field, "allow"), policyVersion: policy.version, reason }));
}
