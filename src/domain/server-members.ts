// Members of an update that the server makes and the client sends back (RFC 7592 section 2.2, requirements T-12).

import type { JsonObject } from "@bufbuild/protobuf";
import { serverFields } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";

/**
 * client_id must be there and be the client's; client_secret may be; the others must not. Appends what is broken; answers with the secret
 * that is sent.
 */
export function checkServerMembers(object: JsonObject, clientId: string, violations: MetadataViolation[]): string | undefined {
  for (const member of serverFields) checkMember(member, object[member], clientId, violations);
  const secret = object["client_secret"];
  return typeof secret === "string" && secret !== "" ? secret : undefined;
}

function checkMember(member: string, value: unknown, clientId: string, violations: MetadataViolation[]): void {
  const fail = (rule: string, description: string) =>
    violations.push({ error: "invalid_client_metadata", field: member, rule, clause: "RFC 7592 section 2.2", description });
  if (member === "client_id") {
    if (value !== clientId) fail("client_id.current", "client_id must be in the body and be the client's own");
  } else if (member === "client_secret") {
    if (value !== undefined && value !== null && typeof value !== "string") fail("type", "client_secret must be a string");
  } else if (value !== undefined && value !== null) {
    fail("member.forbidden", `${member} must not be in an update; leave it out`);
  }
}
