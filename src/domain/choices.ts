// RP Metadata Choices: a request lists what the client supports, and the server registers the one value that it likes best.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { decision, type DecisionRow } from "./decision.js";
import { metadataFields, setValue, valueOf, type FieldRow } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import type { CompiledPolicy } from "./policy.js";
import type { ServerSupport } from "./server-support.js";

/** By the list: the field whose value is chosen from it. */
const chosen: ReadonlyMap<string, FieldRow> = new Map(metadataFields.filter((row) => row.chosenFrom !== "").map((row) => [row.chosenFrom, row]));

const noFields: ReadonlySet<string> = new Set();

const clause = "OpenID Connect RP Metadata Choices 1.0 section 2";

/**
 * Puts the best value that both sides support in the place of each list, and takes the lists away: they are request data (requirements
 * T-07). `present` are the rows of the fields that are there. A value asked for beside its list must be in it, and stands where it is
 * supported. `forced` fields are not the client's to choose.
 */
export function chooseValues(
  policy: CompiledPolicy,
  support: ServerSupport,
  metadata: ClientMetadata,
  present: readonly FieldRow[],
  decisions: DecisionRow[],
  violations: MetadataViolation[],
  forced: ReadonlySet<string> = noFields,
): void {
  for (const list of present) {
    if (!list.requestOnly) continue;
    const values = valueOf(metadata, list) as readonly string[];
    setValue(metadata, list, undefined);
    const row = chosen.get(list.name);
    if (row === undefined || !row.offered || forced.has(row.name)) continue;
    // Of what would be encrypted with, nothing is to be said where nothing is encrypted.
    if (row.defaultBeside !== "" && row.syntax === "jwe_enc" && !metadataHas(metadata, row.defaultBeside)) continue;
    const refuse = (field: string, rule: string, description: string) => violations.push({ error: row.error, field, rule: `choices.${rule}`, clause, description });
    const asked = valueOf(metadata, row) as string | undefined;
    if (asked !== undefined && !values.includes(asked)) {
      refuse(row.name, "listed", `${row.name} must be one of the values in ${list.name}`);
      continue;
    }
    const both = admitted(row, policy, support, values);
    if (asked !== undefined && both.includes(asked)) continue;
    const best = both[0];
    if (best === undefined) {
      refuse(list.name, "none_supported", `${list.name} has no value that is supported here`);
      continue;
    }
    setValue(metadata, row, best);
    decisions.push(decision(row.name, asked ?? values, best, { rule: `choices.${list.name}` }));
  }
}

function metadataHas(metadata: ClientMetadata, name: string): boolean {
  return valueOf(metadata, metadataFields.find((row) => row.name === name)!) !== undefined;
}

/** The values that both sides support: in the order of the server's preference where it has one, else of the client's. */
function admitted(row: FieldRow, policy: CompiledPolicy, support: ServerSupport, values: readonly string[]): readonly string[] {
  const supported = support.get(row.name);
  const allowed = policy.allowed.get(row.name);
  const preferred = (supported ?? allowed ?? values).filter((value) => values.includes(value));
  return allowed === undefined ? preferred : preferred.filter((value) => allowed.includes(value));
}
