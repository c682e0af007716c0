// A part of a client's metadata by name: "scope", "client_name_localized.fr", "custom_attributes.NAME".

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../domain/errors.js";
import { customAttributesField, metadataFields, setValue, valueOf, type FieldRow, type FieldValue } from "../domain/fields.js";
import type { CustomAttribute } from "../domain/validate.js";

interface MaskedPart {
  readonly row: FieldRow;
  /** Of a map: the entry that is meant; undefined for all of the field. */
  readonly entry: string | undefined;
}

const rows: ReadonlyMap<string, FieldRow> = new Map(metadataFields.filter((row) => row.offered).map((row) => [row.name, row]));

/**
 * Takes what the paths name from `given` into `metadata`; what is absent there is removed. The rest stays. Throws invalid_request for no
 * paths, and with every path that names nothing.
 */
export function applyMask(metadata: ClientMetadata, given: ClientMetadata, paths: readonly string[], attributes: ReadonlyMap<string, CustomAttribute>): void {
  if (paths.length === 0) throw new RegistryError("invalid_request", "update_mask names no field; name those that change");
  const unknown: string[] = [];
  for (const path of paths) {
    const part = partOf(path, attributes);
    if (part === undefined) unknown.push(path);
    else if (part.entry === undefined) setValue(metadata, part.row, valueOf(given, part.row));
    else setValue(metadata, part.row, withEntry(valueOf(metadata, part.row), part.entry, valueOf(given, part.row)));
  }
  if (unknown.length > 0) {
    throw new RegistryError("invalid_request", `update_mask has what is no metadata field and no declared attribute: ${unknown.slice(0, 10).map((path) => JSON.stringify(path)).join(", ")}`);
  }
}

function partOf(path: string, attributes: ReadonlyMap<string, CustomAttribute>): MaskedPart | undefined {
  const dot = path.indexOf(".");
  const row = rows.get(dot < 0 ? path : path.slice(0, dot));
  if (row === undefined || dot < 0) return row && { row, entry: undefined };
  const entry = path.slice(dot + 1);
  const isEntry = row.type === "tagged" ? entry !== "" : row.name === customAttributesField && attributes.has(entry);
  return isEntry ? { row, entry } : undefined;
}

/** A map with one entry as another map has it. */
function withEntry(map: FieldValue, entry: string, given: FieldValue): FieldValue {
  const { [entry]: _, ...others } = (map ?? {}) as Readonly<Record<string, unknown>>;
  const value = Object.entries((given ?? {}) as Readonly<Record<string, unknown>>).find(([name]) => name === entry)?.[1];
  return value === undefined ? others : { ...others, [entry]: value };
}
