import { create } from "@bufbuild/protobuf";
import { ReportClientUseResponseSchema, type ReportClientUseRequest, type ReportClientUseResponse } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { hasExpired } from "../client-expiry.js";
import type { ClientUse } from "../client-uses.js";
import type { Registry } from "../registry.js";

/** Uses in one request, and characters of their texts, as the schema says. */
const largestReport = 1000;
const longestClientId = 255;
const longestLabel = 64;

/**
 * Gathers uses; they are on record soon. A time to come counts as now. A use after the client's expiry is passed over. Throws invalid_request for too many and for a text that is too long,
 * overloaded while no more can be gathered or the store does not write: then none was taken.
 */
export function reportClientUse(registry: Registry, call: Call, request: ReportClientUseRequest): ReportClientUseResponse {
  demandRole(call.caller, call.method);
  if (request.uses.length > largestReport) throw new RegistryError("invalid_request", `uses has more than ${largestReport} uses`);
  if (request.uses.some(({ clientId }) => clientId === "" || clientId.length > longestClientId)) throw new RegistryError("invalid_request", "uses has one whose client_id is empty or too long");
  if (request.uses.some(({ secretLabel }) => secretLabel.length > longestLabel)) throw new RegistryError("invalid_request", "uses has one whose secret_label is too long");
  if (!registry.store.writable()) throw new RegistryError("overloaded", "the store does not write at this moment", { retryAfter: 5 });
  const realm = call.realm.name;
  const uses = request.uses.map(({ clientId, usedAt, secretLabel }): ClientUse => ({ realm, clientId, secretLabel, at: usedAt === 0 ? call.now : Math.min(usedAt, call.now) }));
  const { policies, waysIn } = call.realm;
  const expire = [...policies.values(), ...[...waysIn.values()].map(({ policy }) => policy)].some(({ clientLifetime }) => clientLifetime > 0);
  registry.uses.take(expire ? uses.filter((use) => !isTooLate(registry, use)) : uses);
  return create(ReportClientUseResponseSchema, { taken: request.uses.length });
}

/** Whether the client had expired by then: a copy does not know of that, and what has expired is not brought back by a use. */
function isTooLate(registry: Registry, { realm, clientId, at }: ClientUse): boolean {
  const found = registry.store.clients.findLive(realm, clientId);
  return found !== undefined && hasExpired(registry, found.client, at);
}
