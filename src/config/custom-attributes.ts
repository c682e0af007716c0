import { AttributeType, type CustomAttribute as CustomAttributeMessage } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { SetBy } from "../../gen/ts/matricula/v1/options_pb.js";
import { metadataFields, serverFields } from "../domain/fields.js";
import type { CustomAttribute } from "../domain/validate.js";
import type { Report } from "./configuration-error.js";
import type { Path } from "./path.js";
import { unsafeNames } from "./yaml-tree.js";

const defaultMaxBytes = 1024;

const types = {
  [AttributeType.UNSPECIFIED]: "string",
  [AttributeType.STRING]: "string",
  [AttributeType.NUMBER]: "number",
  [AttributeType.BOOLEAN]: "boolean",
  [AttributeType.STRINGS]: "strings",
  [AttributeType.OBJECT]: "object",
} as const satisfies Record<AttributeType, CustomAttribute["type"]>;

const setBy = {
  [SetBy.UNSPECIFIED]: "client",
  [SetBy.CLIENT]: "client",
  [SetBy.SERVER]: "server",
} as const satisfies Record<SetBy, CustomAttribute["setBy"]>;

/** Lower-case words, and namespaces such as org.example:tenant-id. "#" would begin a language tag. */
const attributeName = /^[a-z][a-z0-9_]*(?:[.:-]+[a-z0-9_]+)*$/;

/** A name that is not offered today may be offered tomorrow: no name of the table is free. */
const takenNames: ReadonlySet<string> = new Set([
  ...metadataFields.map(({ name }) => name),
  ...serverFields,
  // What the gateway writes beside the metadata.
  ...["decisions", "violations", "error", "error_description", "error_uri"],
  ...unsafeNames,
]);

/** The members beyond the standards' that a realm stores and returns. */
export function readCustomAttributes(
  rows: readonly CustomAttributeMessage[],
  bodyBytes: number,
  path: Path,
  report: Report,
): readonly CustomAttribute[] {
  const seen = new Set<string>();
  return rows.map((row, i) => {
    const at = [...path, i];
    if (row.name === "") report(at, "needs a name");
    else if (takenNames.has(row.name)) report([...at, "name"], "is a name that the standards or the service use");
    else if (!attributeName.test(row.name)) report([...at, "name"], "must be lower-case words of letters, digits and underscores, which dots, colons and hyphens may join");
    else if (seen.has(row.name)) report([...at, "name"], "is declared already");
    seen.add(row.name);
    if (row.maxBytes > bodyBytes) report([...at, "max_bytes"], `must not be more than limits.body_bytes, which is ${bodyBytes}`);
    return { name: row.name, type: types[row.type], maxBytes: row.maxBytes || defaultMaxBytes, setBy: setBy[row.setBy] };
  });
}
