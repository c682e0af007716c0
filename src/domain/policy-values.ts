// The values that a policy itself would register, tried against the rules that every registration is held to.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { emptyMetadata, type FieldValue } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import type { CompiledPolicy } from "./policy.js";
import { completeGrants, fold, uriContext } from "./registration.js";
import { applyRules, consistencyRules, recordRules } from "./rules.js";
import { validateAttributes, validateFields, type CustomAttribute } from "./validate.js";

/** A value of a policy that no registration could have: where it stands in the policy's fields, and why. */
export interface RefusedValue {
  readonly row: number;
  readonly verb: readonly (string | number)[];
  readonly message: string;
}

/** Every value of the policy that the service would refuse: by itself, or together with the policy's other values. */
export function refusedValues(policy: CompiledPolicy, attributes: ReadonlyMap<string, CustomAttribute>): RefusedValue[] {
  const refused: RefusedValue[] = [];
  const standing = emptyMetadata();
  policy.rows.forEach((row, i) => {
    for (const verb of ["default", "force"] as const) {
      const value = row[verb];
      if (value === undefined) continue;
      row.slot.write(standing, value);
      for (const { description } of violationsOf(policy, i, value, attributes)) refused.push({ row: i, verb: [verb], message: `would be refused by the service: ${description}` });
    }
    [...(row.allow ?? [])].forEach((value, at) => {
      const asValue = row.slot.field?.type === "strings" || attributes.get(row.slot.name)?.type === "strings" ? [value] : value;
      for (const { description } of violationsOf(policy, i, asValue, attributes)) refused.push({ row: i, verb: ["allow", at], message: `would be refused by the service: ${description}` });
    });
  });
  return refused.length > 0 ? refused : clashes(policy, standing);
}

function violationsOf(policy: CompiledPolicy, at: number, value: FieldValue, attributes: ReadonlyMap<string, CustomAttribute>): MetadataViolation[] {
  const { slot } = policy.rows[at]!;
  const metadata = emptyMetadata();
  slot.write(metadata, value);
  const violations: MetadataViolation[] = [];
  validateAttributes(metadata, new Map([...attributes].map(([name, attribute]) => [name, { ...attribute, setBy: "client" as const }])), violations);
  // A native app may have every URI that any client may have.
  validateFields(metadata, { applicationType: "native", publicClient: true }, violations);
  applyRules(recordRules.filter(({ id }) => id === `${slot.name}.supported`), metadata, violations);
  return violations;
}

/** The rules that the policy's own values break together. What a client can still mend by what it sends is not the policy's mistake. */
function clashes(policy: CompiledPolicy, standing: ClientMetadata): RefusedValue[] {
  const violations: MetadataViolation[] = [];
  const omitted = { grants: standing.grantTypes.length === 0, responses: standing.responseTypes.length === 0 };
  validateFields(standing, uriContext(standing), violations);
  fold(standing);
  if (!omitted.grants && !omitted.responses) applyRules(consistencyRules, completeGrants(standing, omitted), violations);
  if (!omitted.grants) applyRules(recordRules.filter(({ id }) => id === "client_credentials.confidential"), standing, violations);
  return violations.flatMap(({ field, description }) => {
    const name = field.replace(/[[#].*$/, "");
    const row = policy.rows.findIndex(({ slot, default: byDefault, force }) => slot.name === name && (byDefault !== undefined || force !== undefined));
    return row < 0 ? [] : [{ row, verb: [policy.rows[row]!.force === undefined ? "default" : "force"], message: `clashes with this policy's other values: ${description}` }];
  });
}
