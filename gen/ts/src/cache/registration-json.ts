import { getOption, toJson, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { ClientMetadataSchema } from "../../matricula/v1/client_metadata_pb.js";
import type { Client } from "../../matricula/v1/client_pb.js";
import { field as fieldOption } from "../../matricula/v1/options_pb.js";

/** A client's information as RFC 7591 section 3.2.1 has it, without credentials: all of the schema's fields, whatever they are. */
export function registrationJson({ clientId, clientIdIssuedAt, metadata }: Client): JsonObject {
  const json: JsonObject = { ...(clientId !== undefined && { client_id: clientId }), ...(clientIdIssuedAt !== undefined && { client_id_issued_at: clientIdIssuedAt }) };
  if (metadata === undefined) return json;
  const members = toJson(ClientMetadataSchema, metadata) as JsonObject;
  for (const field of ClientMetadataSchema.fields) {
    const { localizes, alwaysWritten } = getOption(field, fieldOption);
    // A message cannot tell an empty list from none, and a client of client_credentials alone has none of redirect_uris: to leave them out
    // would say that it has the default.
    const value = members[field.jsonName] ?? (alwaysWritten ? [] : undefined);
    if (value === undefined) continue;
    // Of one's own name for each language (RFC 7591 section 2.2).
    if (localizes !== "") for (const [tag, text] of Object.entries(value as Record<string, JsonValue>)) json[`${localizes}#${tag}`] = text;
    // Members that a deployment has declared itself.
    else if (field === ClientMetadataSchema.field.customAttributes) Object.assign(json, value);
    else json[field.jsonName] = value;
  }
  return json;
}
