// Which members a metadata file has, read from the descriptors.

import { getOption, type DescField } from "@bufbuild/protobuf";
import { ClientCredentialsSchema, ClientSchema } from "../../gen/ts/matricula/v1/client_pb.js";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { field as fieldOption, SetBy } from "../../gen/ts/matricula/v1/options_pb.js";

const offered = ClientMetadataSchema.fields.filter((field) => getOption(field, fieldOption).offered);

/** The message's field for all members that the schema does not know. */
export const customAttributes: DescField = ClientMetadataSchema.field.customAttributes;

/** The fields that hold the tagged values of another, by that one's name (RFC 7591 section 2.2). */
export const taggedFields: ReadonlyMap<string, DescField> = new Map(
  offered.filter((field) => field.fieldKind === "map").map((field) => [getOption(field, fieldOption).localizes, field]),
);

/** The fields that are members of the same name. One that is not offered is an unknown member, as at the gateway. */
export const memberFields: ReadonlyMap<string, DescField> = new Map(
  offered.filter((field) => field.fieldKind !== "map" && field !== customAttributes).map((field) => [field.jsonName, field]),
);

/** What the service alone assigns, in the order of an answer. */
export const assignedNames: readonly string[] = [...ClientSchema.fields, ...ClientCredentialsSchema.fields]
  .filter((field) => getOption(field, fieldOption).setBy === SetBy.SERVER)
  .map((field) => field.jsonName);
