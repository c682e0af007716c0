// What a person is shown of a client: stable lines of "name: value".

import { toJson, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { ClientCredentialsSchema, ClientSchema, ClientStateSchema, PrincipalKindSchema, type Client, type ClientCredentials, type Principal } from "../../gen/ts/matricula/v1/client_pb.js";
import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import { metadataMembers } from "./metadata-file.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** Everything on record of a client, and the credentials that may be shown. */
export function clientLines(client: Client | undefined, credentials: ClientCredentials | undefined): string[] {
  if (client === undefined) return [];
  // The nested messages have forms of their own.
  const { metadata: _, owner: __, ...plain } = toJson(ClientSchema, client) as JsonObject;
  return [
    ...memberLines({ ...plain, state: stateText(client) }),
    `owner: ${ownerText(client.owner)}`,
    ...(credentials === undefined ? [] : memberLines(toJson(ClientCredentialsSchema, credentials) as JsonObject)),
    ...(client.metadata === undefined ? [] : memberLines(metadataMembers(client.metadata))),
  ];
}

/** One line a member: text as it is, times in ISO 8601, all else as JSON. */
export function memberLines(members: JsonObject): string[] {
  return Object.entries(members).map(([name, value]) => `${terminalText(name)}: ${valueText(name, value)}`);
}

function valueText(name: string, value: JsonValue): string {
  if (typeof value === "string") return terminalText(value);
  if (typeof value === "number" && name.endsWith("_at")) return value === 0 ? "never" : timeText(value);
  return terminalJson(value);
}

/** Seconds since 1970 in ISO 8601. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

/** "active" for CLIENT_STATE_ACTIVE. */
export function stateText({ state }: Client): string {
  return ClientStateSchema.value[state]?.name.slice(ClientStateSchema.sharedPrefix?.length ?? 0).toLowerCase() ?? String(state);
}

/** "certificate spiffe://matricula/admin". */
export function ownerText(owner: Principal | undefined): string {
  if (owner === undefined) return "unknown";
  const kind = PrincipalKindSchema.value[owner.kind]?.name.slice(PrincipalKindSchema.sharedPrefix?.length ?? 0).toLowerCase() ?? String(owner.kind);
  return kind === owner.id ? kind : terminalText(`${kind} ${owner.id}`);
}

/** Where the policy decided otherwise than was asked. */
export function decisionLines(decisions: readonly Decision[]): string[] {
  if (decisions.length === 0) return [];
  const or = (text: string, absent: string) => terminalText(text === "" ? absent : text);
  return [
    "",
    "The policy decided otherwise than was asked:",
    ...decisions.map(({ field, asked, registered, rule, reason }) => `  ${terminalText(field)}: asked ${or(asked, "nothing")}, registered ${or(registered, "nothing")} (${terminalText(rule)})${reason === "" ? "" : `, because ${terminalText(reason)}`}`),
  ];
}
