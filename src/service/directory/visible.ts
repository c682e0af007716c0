import { Role } from "../../../gen/ts/matricula/v1/options_pb.js";
import type { ClientConditions, ClientWithCredentials, PrincipalRecord } from "../../domain/ports.js";
import type { Call } from "../call.js";
import { findClient } from "../client-record.js";
import type { Registry } from "../registry.js";

/** Whose clients the caller may see: those of one owner, or all. A registrar without a role to read sees its own. */
function visibleTo({ caller, method }: Call): PrincipalRecord | undefined {
  for (const role of caller.roles) if (role !== Role.REGISTRAR && method.roles.has(role)) return undefined;
  return caller.principal;
}

/** The live client with this id, unless the caller may not see it. */
export function findVisible(registry: Registry, call: Call, clientId: string): ClientWithCredentials | undefined {
  const found = findClient(registry, call.realm.name, clientId);
  const owner = visibleTo(call);
  if (found === undefined || owner === undefined) return found;
  return found.client.owner.kind === owner.kind && found.client.owner.id === owner.id ? found : undefined;
}

/** The conditions with those of the caller's sight; undefined when nothing can meet both. */
export function visibleConditions(call: Call, asked: ClientConditions): ClientConditions | undefined {
  const owner = visibleTo(call);
  if (owner === undefined) return asked;
  return asked.ownerId === "" || asked.ownerId === owner.id ? { ...asked, ownerKind: owner.kind, ownerId: owner.id } : undefined;
}
