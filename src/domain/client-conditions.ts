// Whether a client is among those that a filter wants: the rule of a list, for one client at hand.

import type { ClientConditions, ClientRecord, Seconds } from "./ports.js";
import { recordTest } from "./record-conditions.js";

/** Every client of a realm but the deleted ones. */
export const allClients: Omit<ClientConditions, "realm"> = {
  states: [], ownerKind: null, ownerId: "", credentialId: "", wayIn: "", policy: "", softwareId: "", softwareStatementIssuer: "",
  issuedFrom: null, issuedBefore: null, usedFrom: null, usedBefore: null, idleBefore: null, record: [],
};

/** When the client was last changed or used. */
export const lastSignOfLife = ({ updatedAt, lastUsedAt }: Pick<ClientRecord, "updatedAt" | "lastUsedAt">): Seconds => Math.max(updatedAt, lastUsedAt ?? 0);

/** Prepares conditions: whether a client meets all of them. */
export function clientTest(conditions: ClientConditions): (client: ClientRecord) => boolean {
  const { realm, states, ownerKind, ownerId, credentialId, wayIn, policy, softwareId, softwareStatementIssuer } = conditions;
  const { issuedFrom, issuedBefore, usedFrom, usedBefore, idleBefore } = conditions;
  const meetsRecord = recordTest(conditions.record);
  return (client) => {
    const usedAt = client.lastUsedAt ?? client.createdAt;
    return (
      client.realm === realm &&
      (states.length === 0 ? client.state !== "deleted" : states.includes(client.state)) &&
      (ownerKind === null || client.owner.kind === ownerKind) &&
      (ownerId === "" || client.owner.id === ownerId) &&
      (credentialId === "" || client.owner.credentialId === credentialId) &&
      (wayIn === "" || client.wayIn === wayIn) &&
      (policy === "" || client.policy === policy) &&
      (softwareId === "" || client.softwareId === softwareId) &&
      (softwareStatementIssuer === "" || client.softwareStatementIssuer === softwareStatementIssuer) &&
      (issuedFrom === null || client.createdAt >= issuedFrom) &&
      (issuedBefore === null || client.createdAt < issuedBefore) &&
      (usedFrom === null || usedAt >= usedFrom) &&
      (usedBefore === null || usedAt < usedBefore) &&
      (idleBefore === null || lastSignOfLife(client) < idleBefore) &&
      meetsRecord(client.record)
    );
  };
}
