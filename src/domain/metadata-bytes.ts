// Client metadata in protobuf binary form, as it is stored: the offered fields alone, without what is only for requests.

import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { metadataFields } from "./fields.js";
import { encoderOf } from "./message-bytes.js";
import { readMetadata } from "./metadata-reader.js";

const offered = new Set(metadataFields.filter((row) => row.offered && !row.requestOnly).map((row) => row.number));
const encode = encoderOf(ClientMetadataSchema.fields.filter((field) => offered.has(field.number)));

/** The message in binary form: the fields that can be registered alone. */
export function encodeMetadata(metadata: ClientMetadata): Uint8Array {
  return encode(metadata);
}

/** Reads what encodeMetadata wrote. What is absent is inherited, as emptyMetadata says. */
export function decodeMetadata(bytes: Uint8Array): ClientMetadata {
  return readMetadata(bytes);
}
