// Algorithms that work with the client's secret as the key (OpenID Connect Core sections 10.1 and 10.2): such a secret is needed back.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { needOf } from "./algorithms.js";
import { metadataFields, valueOf, type FieldRow } from "./fields.js";

/** The fields that may ask for such an algorithm. Requests of CIBA may not, and of assertions the method speaks. */
export const sharedKeyFields: readonly FieldRow[] = metadataFields.filter(
  ({ name, syntax }) => (syntax === "jws_alg" || syntax === "jwe_alg") && name !== "backchannel_authentication_request_signing_alg",
);

const rowByProperty: ReadonlyMap<string, FieldRow> = new Map(sharedKeyFields.map((row) => [row.property, row]));

/** Whether one of them does. */
export function sharesKey(metadata: ClientMetadata): boolean {
  // What the message itself has, and not what it might: of a dozen fields a client sends one or none.
  for (const property of Object.keys(metadata)) {
    const row = rowByProperty.get(property);
    const algorithm = row && valueOf(metadata, row);
    if (algorithm !== undefined && needOf(algorithm as string) === "secret") return true;
  }
  return false;
}
