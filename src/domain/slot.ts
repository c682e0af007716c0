// Where a value of a registration stands: in a field of the table, or among the attributes that the realm declares.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { RegistrationErrorKind } from "./errors.js";
import { offeredFields, setValue, valueOf, type FieldRow, type FieldValue } from "./fields.js";

export interface Slot {
  readonly name: string;
  /** The row of the table; undefined for an attribute. */
  readonly field: FieldRow | undefined;
  readonly error: RegistrationErrorKind;
  readonly clause: string;
  readonly read: (metadata: ClientMetadata) => FieldValue;
  /** Writes a value; undefined clears it. */
  readonly write: (metadata: ClientMetadata, value: FieldValue) => void;
}

/** The slot of an offered field or a declared attribute; undefined for any other name. */
export function slotNamed(name: string, attributes: ReadonlyMap<string, unknown>): Slot | undefined {
  const field = offeredFields.get(name);
  if (field !== undefined) return slotOf(field);
  return attributes.has(name) ? attributeSlot(name) : undefined;
}

/** The slot of a row of the field table. */
export function slotOf(field: FieldRow): Slot {
  return {
    name: field.name, field, error: field.error, clause: field.clause,
    read: (metadata) => valueOf(metadata, field),
    write: (metadata, value) => setValue(metadata, field, value),
  };
}

function attributeSlot(name: string): Slot {
  return {
    name, field: undefined, error: "invalid_client_metadata", clause: "RFC 7591 section 2",
    read: ({ customAttributes }) => (customAttributes !== undefined && Object.hasOwn(customAttributes, name) ? (customAttributes[name] as FieldValue) : undefined),
    write(metadata, value) {
      const { [name]: _, ...others } = metadata.customAttributes ?? {};
      const next = value === undefined ? others : { ...others, [name]: value as never };
      if (Object.keys(next).length > 0) metadata.customAttributes = next;
      else delete metadata.customAttributes;
    },
  };
}
