import { clone, create } from "@bufbuild/protobuf";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import {
  UpdateClientRequestSchema, UpdateClientResponseSchema, type UpdateClientRequest, type UpdateClientResponse,
} from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { needsSealedSecret, needsSecret } from "../domain/auth-methods.js";
import { latestCredential } from "../domain/credential-order.js";
import { digestOf, matchCredential, sealedScheme } from "../domain/credentials.js";
import type { MetadataViolation } from "../domain/metadata-json.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Change, ClientRecord, ClientWithCredentials, CredentialRecord, Seconds } from "../domain/ports.js";
import { decideRegistration, type Registration } from "../domain/registration.js";
import { guardingContext } from "./admit.js";
import type { Call } from "./call.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { clientRecord, metadataOf } from "./client-record.js";
import { digestsOnly, issueSecret } from "./client-secret.js";
import { clientView, credentialsView } from "./client-view.js";
import { idempotencyFor, lostRace } from "./idempotency.js";
import { nextRegistrationAccessToken } from "./next-registration-access-token.js";
import { demandChangeable, type OwnClient } from "./own-client.js";
import type { Realm, Registry } from "./registry.js";
import { checkSectorIdentifier } from "./sector-identifier.js";
import { demandSoftwareUnblocked, softwareBlocked } from "./software-statements/blocks.js";
import { openSigned, requestUsed } from "./software-statements/signed-request.js";
import { statementOf, statementUsed } from "./software-statements/statement-of.js";
import { demandVersion, lostAgain } from "./version.js";

/** The longest time, in seconds, that a secret and the one that renews it are both valid (requirements T-20). */
const longestOverlap = 24 * 60 * 60;

/**
 * From when a secret is renewed: its last day, or the last half of a life shorter than two days. Were it a whole day for every secret,
 * each update of a client whose secrets live for an hour would make another.
 */
const renewedFrom = ({ createdAt, expiresAt }: CredentialRecord) => expiresAt - Math.min(longestOverlap, (expiresAt - createdAt) / 2);

/**
 * Replaces a client's metadata (RFC 7592 section 2.2): what is omitted is deleted or defaulted. The policy that the client came in by
 * goes on guarding it. Throws RegistryError; a refused update changes nothing.
 */
export async function updateClient(registry: Registry, given: Call, sent: UpdateClientRequest, tries = 3): Promise<UpdateClientResponse> {
  const own = await demandChangeable(registry, given, sent.clientId);
  const { found } = own;
  const signed = openSigned(registry, own.call, sent);
  const { call, request, use } = signed === undefined ? { call: own.call, request: sent, use: undefined } : await signed;
  const { realm, now } = call;
  const { client } = found;
  const idempotency = idempotencyFor(registry, call, request.validateOnly ? "" : request.idempotencyKey, { schema: UpdateClientRequestSchema, message: request }, UpdateClientResponseSchema);
  // What was not understood is not in the body's hash: such a request is another one, and is refused below.
  const kept = call.violations?.length ? undefined : idempotency?.find();
  if (kept !== undefined) return kept;
  demandVersion(client, request.etag);

  const violations = [...(call.violations ?? []), ...checkSecret(registry, realm, found, request.clientSecret, now)];
  // A copy: a lost race decides again, on what was asked.
  const asked = request.metadata === undefined ? create(ClientMetadataSchema) : clone(ClientMetadataSchema, request.metadata);
  const { next, metadata, decisions, credentials, clientSecret, registrationAccessToken, changes } = await decideUpdate(registry, own, asked, violations);
  if (request.validateOnly) {
    const unchanged = { ...client, policy: next.policy, policyVersion: next.policyVersion };
    return create(UpdateClientResponseSchema, { client: clientView(withExpiry(registry, unchanged), found.credentials, metadata), decisions: [...decisions] });
  }
  const answer = create(UpdateClientResponseSchema, {
    client: clientView(withExpiry(registry, next), credentials ?? found.credentials, metadata),
    credentials: credentialsView(realm, client.clientId, registrationAccessToken, clientSecret),
    decisions: [...decisions],
  });
  const unit: Change[] = [...(use === undefined ? [] : [use]), ...changes];
  if (idempotency !== undefined) unit.push(idempotency.keep(client.clientId, answer));
  unit.push({ kind: "append_change", change: changeRecord(call, "updated", client.clientId, next.version, decisions, client.record) });
  const result = await registry.store.commit(unit);
  if (result.committed) {
    if (decisions.length > 0) registry.decided?.(call, decisions);
    return answer;
  }
  // The winner may have been this very request, sent twice.
  const winner = idempotency?.find();
  if (winner !== undefined) return winner;
  // Who names no version means the newest, whoever else was writing.
  if ((lostRace(result) || result.precondition === "version") && request.etag === "" && tries > 1) return updateClient(registry, given, sent, tries - 1);
  if (result.precondition === "fresh") throw unit[result.index] === use ? requestUsed() : statementUsed();
  if (result.precondition === "unblocked") throw softwareBlocked(unit[result.index]);
  throw lostAgain(request.etag);
}

/** What an update comes to, before it is written. */
export interface Update extends Registration {
  readonly next: ClientRecord;
  /** null keeps them. */
  readonly credentials: readonly CredentialRecord[] | null;
  /** A secret that was made for it. */
  readonly clientSecret?: string;
  /** The token to be used from now on, where one was shown. */
  readonly registrationAccessToken?: string | undefined;
  /** What must be committed of it, but for the log. */
  readonly changes: readonly Change[];
}

/** Decides what becomes of a client whose metadata shall be what is asked. Rejects with RegistryError with all violations at once. */
export async function decideUpdate(registry: Registry, whose: OwnClient, asked: ClientMetadata, violations: readonly MetadataViolation[] = []): Promise<Update> {
  const { found, call, own } = whose;
  const { client } = found;
  const context = guardingContext(registry, call.realm, client, call.caller);
  const { policy } = context;
  const proof = statementOf(registry, call, asked, client);
  const verifiedStatement = proof instanceof Promise ? await proof : proof;
  const { metadata, decisions } = decideRegistration(asked, { ...context, verifiedStatement }, violations);
  demandSoftwareUnblocked(registry, call.realm.name, metadata.softwareId);
  const sector = metadata.sectorIdentifierUri === undefined ? undefined : checkSectorIdentifier(registry, metadata, metadataOf(client));
  if (sector !== undefined) await sector;
  const { credentials: kept, clientSecret } = nextCredentials(registry, found, metadata, policy, own, call.now);
  const shown = call.caller.registrationAccessToken;
  const rotated = shown !== undefined && policy.rotatesToken ? nextRegistrationAccessToken(registry, whose, kept ?? found.credentials) : undefined;
  const credentials = rotated?.credentials ?? kept;
  const next = clientRecord(
    registry.keys,
    { ...client, version: client.version + 1, policy: policy.name, policyVersion: policy.version, updatedAt: call.now, softwareStatementIssuer: verifiedStatement?.issuer ?? null },
    metadata,
  );
  const changes: Change[] = [...(verifiedStatement?.changes ?? []), { kind: "replace_client", client: next, credentials }];
  return { next, metadata, decisions, credentials, changes, registrationAccessToken: rotated?.token ?? shown, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

/** RFC 7592 section 2.2: a client_secret in the request must be the current one; it never sets one. */
function checkSecret({ keys }: Registry, realm: Realm, { client, credentials }: ClientWithCredentials, secret: string | undefined, now: Seconds): MetadataViolation[] {
  if (secret === undefined) return [];
  const digest = digestOf("client_secret", realm.name, client.clientId, secret);
  if (matchCredential(digestsOnly(keys, client, credentials), "client_secret", () => digest, now) !== undefined) return [];
  return [{
    error: "invalid_client_metadata", field: "client_secret", rule: "client_secret.current", clause: "RFC 7592 section 2.2",
    description: "client_secret is not the client's current secret; leave it out to keep the current one",
  }];
}

/**
 * The credentials after an update: null keeps them. A secret goes when the method no longer needs one, comes when it does
 * (requirements T-21), and is renewed by the client's own update when it has expired or is about to (docs/decisions/0006).
 */
function nextCredentials(
  registry: Registry,
  { client, credentials }: ClientWithCredentials,
  metadata: ClientMetadata,
  policy: CompiledPolicy,
  own: boolean,
  now: Seconds,
): { credentials: CredentialRecord[] | null; clientSecret?: string } {
  const latest = latestCredential(credentials, "client_secret");
  const others = credentials.filter((credential) => credential.kind !== "client_secret");
  if (!needsSecret(metadata)) return { credentials: latest === undefined ? null : others };
  const sealed = needsSealedSecret(metadata);
  // Nobody can read back what is kept as a digest.
  const fits = latest !== undefined && (!sealed || latest.scheme === sealedScheme);
  const ending = latest !== undefined && latest.expiresAt !== 0 && renewedFrom(latest) <= now;
  if (fits && !(ending && own)) {
    const kept = sealed ? credentials : digestsOnly(registry.keys, client, credentials);
    return { credentials: kept === credentials ? null : [...kept] };
  }
  const { secret: clientSecret, credential } = issueSecret(registry, client, metadata, { before: credentials, now, lifetime: policy.clientSecretLifetime });
  // Of the old ones the latest alone goes on to its own expiry, so that no update leaves a client more than two.
  const old = fits && latest.expiresAt > now ? [latest] : [];
  return { credentials: [...others, ...(sealed ? old : digestsOnly(registry.keys, client, old)), credential], clientSecret };
}
