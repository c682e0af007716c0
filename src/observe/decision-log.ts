import type { DecisionRow } from "../domain/decision.js";
import type { Call } from "../service/call.js";
import type { Logger } from "./logger.js";

/**
 * Logs what was registered otherwise than it was asked, with the policy's version. At debug: it is on record in the change log, and a line
 * for each registration costs a sixth of one. Metadata holds no secret.
 */
export function decisionLog(logger: Pick<Logger, "debug" | "isLevelEnabled">): (call: Call, decisions: readonly DecisionRow[]) => void {
  return ({ realm, requestId, method }, decisions) => {
    if (!logger.isLevelEnabled("debug")) return;
    logger.debug({ realm: realm.name, method: method.name, request_id: requestId, decisions: decisions.map(({ field, asked, registered, rule, policyVersion }) => ({ field, asked, registered, rule, policy_version: policyVersion })) }, "decided");
  };
}
