import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import type { FieldValue } from "./fields.js";

/** One value that is registered otherwise than it was asked for. */
export type DecisionRow = Decision;

/** The rule that decided, and the policy that it is of, where it is of one. */
export interface Reason {
  readonly rule: string;
  readonly policyVersion?: string;
  readonly reason?: string;
}

/** The decision to register one value in the place of another. */
export function decision(field: string, asked: FieldValue, registered: FieldValue, { rule, policyVersion = "", reason = "" }: Reason): DecisionRow {
  return { $typeName: "matricula.v1.Decision", field, asked: valueText(asked), registered: valueText(registered), rule, policyVersion, reason };
}

/** A value as decisions show it: JSON, empty for what is absent. */
export const valueText = (value: FieldValue) => (value === undefined ? "" : JSON.stringify(value));
