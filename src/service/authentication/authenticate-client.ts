// authentication/: what a client has shown at a token endpoint, held against what is on record of it. A client that does not authenticate
// is an answer, not an error.

import { create } from "@bufbuild/protobuf";
import {
  AuthenticateClientResponseSchema, InvalidClientReason, type AuthenticateClientRequest, type AuthenticateClientResponse,
} from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { readPresented, type Presented } from "../../domain/authentication/presented.js";
import { badCredential, proof, refusal, type InvalidReason, type Proof, type Refusal, type Verdict } from "../../domain/authentication/verdict.js";
import type { ClientWithCredentials, CredentialRecord, Seconds } from "../../domain/ports.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { hasExpired as clientHasExpired, withExpiry } from "../client-expiry.js";
import { checkRecord, metadataOf } from "../client-record.js";
import { clientView } from "../client-view.js";
import { createEvenOut } from "../even-out.js";
import type { Registry } from "../registry.js";
import { judgeAssertion } from "./by-assertion.js";
import { judgeConnection } from "./by-certificate.js";
import { hasExpired, matchSecret } from "./by-secret.js";

/** Authenticates a client. Throws RegistryError when no verdict can be given: no role, a damaged record, a store that does not write. */
export async function authenticateClient(registry: Registry, call: Call, request: AuthenticateClientRequest): Promise<AuthenticateClientResponse> {
  demandRole(call.caller, call.method);
  const presented = readPresented(request);
  if ("authenticated" in presented) return answerOf(registry, presented);
  const found = registry.store.clients.find(call.realm.name, presented.clientId);
  const verdict = presented.kind === "secret" ? judgeSecret(registry, call, presented, found) : await judgeOther(registry, call, presented, found, request);
  if (verdict.authenticated) noteUse(registry, call, presented.clientId, verdict);
  return answerOf(registry, verdict, found);
}

/** A client that authenticates is in use, whether or not anybody reports it: one that expires when it is not used lives on. */
function noteUse({ uses }: Registry, { realm, now }: Call, clientId: string, { method, credential }: Proof): void {
  uses.note({ realm: realm.name, clientId, secretLabel: method.startsWith("client_secret_") ? credential : "", at: now });
}

const evenOut = createEvenOut(({ store }) => store.clients.find);

/** By a secret: nothing of the record is looked at before the secret is right, so that the time of a refusal tells nothing of the client. */
function judgeSecret(registry: Registry, { realm, now }: Call, { method, clientId, secret }: Presented & { kind: "secret" }, found: ClientWithCredentials | undefined): Verdict {
  const credential = matchSecret(registry, realm.name, clientId, secret, found);
  if (found === undefined || credential === undefined) {
    // What is left of a deleted one is read as quickly as nothing.
    evenOut(registry, realm.name, found?.client.state === "deleted" ? undefined : found);
    // Whether it has expired is for its policy to say, and that takes time: the right secret alone is told.
    return whyNotActive(found) ?? badCredential("the secret is not the client's");
  }
  return whyNotLive(registry, found, now) ?? judgeMatch(registry, now, method, credential, found);
}

function judgeMatch(registry: Registry, now: Seconds, method: string, credential: CredentialRecord, { client }: ClientWithCredentials): Verdict {
  checkRecord(registry.keys, client);
  const registered = metadataOf(client).tokenEndpointAuthMethod;
  if (registered !== method) return badCredential(`the client is registered with ${registered}, and used ${method}`);
  return hasExpired(credential, now) ? refusal("expired", "the secret has expired") : proof(method, credential.label);
}

async function judgeOther(
  registry: Registry,
  call: Call,
  presented: Exclude<Presented, { kind: "secret" }>,
  found: ClientWithCredentials | undefined,
  request: AuthenticateClientRequest,
): Promise<Verdict> {
  const notLive = whyNotLive(registry, found, call.now);
  if (notLive !== undefined) return notLive;
  const { client } = found!;
  checkRecord(registry.keys, client);
  const metadata = metadataOf(client);
  return presented.kind === "assertion"
    ? judgeAssertion(registry, call, found!, metadata, presented.assertion, request.endpoint)
    : judgeConnection(registry, call.now, client, metadata, request);
}

/** Why no credential helps; undefined for a client that may authenticate. */
function whyNotLive(registry: Registry, found: ClientWithCredentials | undefined, now: Seconds): Refusal | undefined {
  const notActive = whyNotActive(found);
  if (notActive !== undefined) return notActive;
  return clientHasExpired(registry, found!.client, now) ? refusal("expired", "the client's registration has expired") : undefined;
}

function whyNotActive(found: ClientWithCredentials | undefined): Refusal | undefined {
  if (found === undefined) return refusal("unknown", "there is no such client");
  const { state } = found.client;
  return state === "active" ? undefined : refusal(state, `the client is ${state}`);
}

const reasons = {
  unknown: InvalidClientReason.UNKNOWN,
  deleted: InvalidClientReason.DELETED,
  suspended: InvalidClientReason.SUSPENDED,
  expired: InvalidClientReason.EXPIRED,
  bad_credential: InvalidClientReason.BAD_CREDENTIAL,
} as const satisfies Record<InvalidReason, InvalidClientReason>;

function answerOf(registry: Registry, verdict: Verdict, found?: ClientWithCredentials): AuthenticateClientResponse {
  if (!verdict.authenticated) {
    const { reason, description } = verdict;
    return create(AuthenticateClientResponseSchema, { verdict: { case: "invalidClient", value: { reason: reasons[reason], description } } });
  }
  const { method, credential } = verdict;
  const client = clientView(withExpiry(registry, found!.client), found!.credentials);
  return create(AuthenticateClientResponseSchema, { verdict: { case: "authenticated", value: { client, method, credential } } });
}
