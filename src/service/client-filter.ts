// What a ClientFilter asks for, as a store is asked. The record's fields come from the schema: no store knows them by name.

import { getOption } from "@bufbuild/protobuf";
import { field as validateOption } from "../../gen/ts/buf/validate/validate_pb.js";
import { ClientFilterSchema, type ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { allClients } from "../domain/client-conditions.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientConditions, ClientStateName, RecordCondition } from "../domain/ports.js";
import { readHostPattern } from "../domain/redirect-hosts.js";
import { clientStates } from "./client-view.js";

const { grantTypes, redirectUris, clientName, clientNameLocalized } = ClientMetadataSchema.field;
const stateNames = new Map<ClientState, ClientStateName>(Object.entries(clientStates).map(([name, state]) => [state, name as ClientStateName]));

/** The filter's texts, with the characters that the schema gives each. */
const texts = ClientFilterSchema.fields.flatMap((field) => {
  const rules = getOption(field, validateOption);
  return rules.type.case === "string" ? [{ field, most: Number(rules.type.value.maxLen) }] : [];
});

/** The conditions of a filter in a realm; of none, all clients but the deleted ones. Throws invalid_request for a state that does not exist, and for texts that are too long. */
export function clientConditions(realm: string, filter: ClientFilter | undefined): ClientConditions {
  if (filter === undefined) return { ...allClients, realm };
  checkLengths(filter);
  const { ownerId, credentialId, wayIn, policy, softwareId, softwareStatementIssuer, issuedFrom, issuedBefore, usedFrom, usedBefore } = filter;
  return {
    realm, ownerKind: null, ownerId, credentialId, wayIn, policy, softwareId, softwareStatementIssuer,
    states: filter.states.map(stateName),
    issuedFrom: issuedFrom ?? null, issuedBefore: issuedBefore ?? null, usedFrom: usedFrom ?? null, usedBefore: usedBefore ?? null, idleBefore: null,
    record: recordConditions(filter),
  };
}

function checkLengths(filter: ClientFilter): void {
  // What has no more code units has no more characters.
  const tooLong = texts.filter(({ field, most }) => {
    const text = filter[field.localName as keyof ClientFilter] as string;
    return text.length > most && [...text].length > most;
  });
  if (tooLong.length === 0) return;
  const violations = tooLong.map(({ field, most }) => ({ field: `filter.${field.name}`, rule: "length", clause: "", description: `filter.${field.name} has more than ${most} characters` }));
  throw new RegistryError("invalid_request", violations[0]!.description, { violations });
}

function stateName(state: ClientState): ClientStateName {
  const name = stateNames.get(state);
  if (name === undefined) throw new RegistryError("invalid_request", "filter.states has a state that does not exist");
  return name;
}

function recordConditions({ grantType, redirectHost, name }: ClientFilter): RecordCondition[] {
  const conditions: RecordCondition[] = [];
  if (grantType !== "") conditions.push({ fields: [grantTypes.number], maps: [], test: "is", text: grantType });
  // A name beyond ASCII stands in a URI in its other form. What is no host is on none.
  if (redirectHost !== "") conditions.push({ fields: [redirectUris.number], maps: [], test: "host", text: readHostPattern(redirectHost) ?? redirectHost.toLowerCase() });
  if (name !== "") conditions.push({ fields: [clientName.number], maps: [clientNameLocalized.number], test: "holds", text: name.toLowerCase() });
  return conditions;
}
