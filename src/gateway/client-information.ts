// The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3): one flat object of everything registered.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Client, ClientCredentials } from "../../gen/ts/matricula/v1/client_pb.js";
import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import { clientFields, credentialFields, type FieldRow } from "../domain/fields.js";
import { metadataToJson } from "../domain/metadata-json.js";

/** What register, read and update answer alike. */
export interface ClientAnswer {
  readonly client?: Client | undefined;
  readonly credentials?: ClientCredentials | undefined;
  readonly decisions?: readonly Decision[];
}

/** The response's body. Absent values are left out, never null. */
export function clientInformation(answer: ClientAnswer): JsonObject {
  const body: JsonObject = {};
  copy(clientFields, answer.client, body);
  copy(credentialFields, answer.credentials, body);
  if (answer.client?.metadata !== undefined) metadataToJson(answer.client.metadata, body);
  return body;
}

function copy(rows: readonly FieldRow[], message: object | undefined, body: JsonObject): void {
  if (message === undefined) return;
  for (const row of rows) {
    const value = (message as Record<string, JsonValue | undefined>)[row.property];
    if (value !== undefined) body[row.name] = value;
  }
}

/** The decisions in short, for a header: a list of fields with the rule that decided (RFC 9651). */
export function decisionsHeader(decisions: readonly Decision[]): string {
  return decisions.map(({ field, rule }) => `${field};rule="${rule}"`).join(", ");
}

/** A decision as the body shows it; what is empty is left out, but for the values. */
export function decisionJson({ field, asked, registered, rule, policyVersion, reason }: Decision): JsonObject {
  return { field, asked, registered, rule, ...(policyVersion === "" ? {} : { policy_version: policyVersion }), ...(reason === "" ? {} : { reason }) };
}
