import { create } from "@bufbuild/protobuf";
import {
  RegisterClientRequestSchema, RegisterClientResponseSchema, type RegisterClientRequest, type RegisterClientResponse,
} from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { ClientSchema } from "../../gen/ts/matricula/v1/client_pb.js";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { makeClientId } from "../domain/client-id.js";
import { credentialRecord, makeToken } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { Change, CredentialRecord } from "../domain/ports.js";
import { decideRegistration } from "../domain/registration.js";
import { needsSecret } from "../domain/auth-methods.js";
import { admit, contextOf, type Admission } from "./admit.js";
import type { Call } from "./call.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { clientRecord } from "./client-record.js";
import { issueSecret } from "./client-secret.js";
import { clientView, credentialsView, principalView } from "./client-view.js";
import { commitBesideExpired } from "./expired-clients.js";
import { idempotencyFor } from "./idempotency.js";
import { quotaDemands, quotaExceeded } from "./quotas.js";
import type { Registry } from "./registry.js";
import { checkSectorIdentifier } from "./sector-identifier.js";
import { demandSoftwareUnblocked, softwareBlocked } from "./software-statements/blocks.js";
import { openSigned, requestUsed } from "./software-statements/signed-request.js";
import { statementOf, statementUsed } from "./software-statements/statement-of.js";
import { registrationTokenDigest, schemeFor } from "./token-binding.js";

/**
 * Registers a client (RFC 7591 section 3). Resolves when it is on disk.
 * Throws RegistryError; a refused request leaves nothing behind.
 */
export async function registerClient(registry: Registry, given: Call, sent: RegisterClientRequest): Promise<RegisterClientResponse> {
  const { realm, caller, now } = given;
  const admission = admit(realm, caller, now);
  const signed = openSigned(registry, given, sent);
  const { call, request, use } = signed === undefined ? { call: given, request: sent, use: undefined } : await signed;
  const idempotency = idempotencyFor(registry, call, request.validateOnly ? "" : request.idempotencyKey, { schema: RegisterClientRequestSchema, message: request }, RegisterClientResponseSchema);
  // What was not understood is not in the body's hash: such a request is another one, and is refused below.
  const kept = call.violations?.length ? undefined : idempotency?.find();
  if (kept !== undefined) return kept;
  if (admission.terms.spent === true) throw new RegistryError("invalid_token", "the token is not valid here");

  const asked = request.metadata ?? create(ClientMetadataSchema);
  const proof = statementOf(registry, call, asked);
  // A promise only where there is a statement: nobody else waits for a turn.
  const verifiedStatement = proof instanceof Promise ? await proof : proof;
  const { metadata, decisions } = decideRegistration(asked, contextOf(realm, admission, caller, verifiedStatement), call.violations);
  demandSoftwareUnblocked(registry, realm.name, metadata.softwareId);
  // What is refused costs nobody else's share.
  registry.limits.registers(caller, metadata);
  const sector = checkSectorIdentifier(registry, metadata);
  if (sector !== undefined) await sector;
  if (request.validateOnly) return { $typeName: "matricula.v1.RegisterClientResponse", client: create(ClientSchema, { metadata, ...wouldBe(call, admission) }), decisions: [...decisions] };

  const clientId = makeClientId(registry.clock.milliseconds(), registry.randomBytes);
  const credentials: CredentialRecord[] = [];
  let registrationAccessToken: string | undefined;
  if (realm.waysIn.get("registration_access_token")?.manage === true) {
    registrationAccessToken = makeToken("registration_access_token", registry.randomBytes);
    const scheme = schemeFor(realm.tokenBinding, caller.certificate);
    const digest = registrationTokenDigest(scheme, realm.name, clientId, registrationAccessToken, caller.certificate);
    credentials.push(credentialRecord("registration_access_token", "1", digest, now, 0, scheme));
  }
  let clientSecret: string | undefined;
  if (needsSecret(metadata)) {
    const { secret, credential } = issueSecret(registry, { realm: realm.name, clientId }, metadata, { before: [], now, lifetime: admission.policy.clientSecretLifetime });
    clientSecret = secret;
    credentials.push(credential);
  }
  const client = clientRecord(
    registry.keys,
    {
      realm: realm.name, clientId, version: 1, state: "active", owner: caller.principal, wayIn: admission.wayIn, policy: admission.policy.name,
      policyVersion: admission.policy.version, createdAt: now, updatedAt: now, lastUsedAt: null, expiresAt: null,
      softwareStatementIssuer: verifiedStatement?.issuer ?? null,
    },
    metadata,
  );
  const answer: RegisterClientResponse = {
    $typeName: "matricula.v1.RegisterClientResponse",
    client: clientView(withExpiry(registry, client), credentials, metadata),
    credentials: credentialsView(realm, clientId, registrationAccessToken, clientSecret),
    decisions: [...decisions],
  };

  const unit: Change[] = use === undefined ? [] : [use];
  if (admission.terms.changes !== undefined) unit.push(...admission.terms.changes);
  if (verifiedStatement !== undefined) unit.push(...verifiedStatement.changes);
  unit.push(...quotaDemands(realm, caller.principal, admission.wayIn), { kind: "insert_client", client, credentials });
  if (idempotency !== undefined) unit.push(idempotency.keep(clientId, answer));
  unit.push({ kind: "append_change", change: changeRecord(call, "registered", clientId, 1, decisions) });
  let result = await registry.store.commit(unit);
  if (!result.committed && result.precondition === "quota") result = await commitBesideExpired(registry, call, unit, result);
  if (result.committed) {
    if (decisions.length > 0) registry.decided?.(call, decisions);
    return answer;
  }
  // The winner may have been this very request, sent twice: it may have taken the last use, or the last place.
  const winner = idempotency?.find();
  if (winner !== undefined) return winner;
  if (result.precondition === "usable") throw new RegistryError("invalid_token", "the token is not valid here");
  if (result.precondition === "fresh") throw unit[result.index] === use ? requestUsed() : statementUsed();
  if (result.precondition === "unblocked") throw softwareBlocked(unit[result.index]);
  if (result.precondition === "quota") throw quotaExceeded(unit[result.index]);
  throw new RegistryError("overloaded", "the registration met another one; try again", { retryAfter: 1 });
}

/** What is known of a client that is not registered. */
function wouldBe({ realm, caller }: Call, { wayIn, policy }: Admission) {
  return { realm: realm.name, owner: principalView(caller.principal), wayIn, policy: policy.name, policyVersion: policy.version };
}
