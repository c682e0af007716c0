import type { DecisionRow } from "../domain/policy.js";
import type { ChangeKind, ChangeRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import type { Caller } from "./caller.js";

/** What the change log says of whatever made a change: a call, or the service itself. */
export type ChangeOrigin = Pick<Call, "realm" | "requestId" | "now" | "trace"> & { readonly caller: Pick<Caller, "principal"> };

const nothing = new Uint8Array(0);

/** The change log's row of this call, or of what the service does by itself. `previous` is the record that the change replaces, `reason` the operator's words. */
export function changeRecord(
  call: ChangeOrigin,
  kind: ChangeKind,
  subject: string,
  version: number,
  decisions: readonly DecisionRow[] = [],
  previous: Uint8Array = nothing,
  reason = "",
): ChangeRecord {
  return {
    realm: call.realm.name,
    subject,
    version,
    kind,
    actor: call.caller.principal,
    requestId: call.requestId,
    at: call.now,
    trace: call.trace,
    previous,
    decisions: decisions.length === 0 ? "" : JSON.stringify(decisions.map(({ field, asked, registered, rule, policyVersion }) => ({ field, asked, registered, rule, ...(policyVersion === "" ? {} : { policy_version: policyVersion }) }))),
    reason,
  };
}
