// A policy run over the clients that are stored: what it would do if each sent what is registered of it once more. A slice of the work in
// each call, so that the service goes on with its own meanwhile.

import { create } from "@bufbuild/protobuf";
import { TestPolicyResponseSchema, TestedClientSchema, type TestPolicyRequest, type TestPolicyResponse, type TestedClient } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { allClients, lastSignOfLife } from "../domain/client-conditions.js";
import { RegistryError } from "../domain/errors.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { ClientConditions, ClientRecord, Seconds } from "../domain/ports.js";
import { decideRegistration } from "../domain/registration.js";
import { replayContext } from "./admit.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { checkRecord, metadataOf } from "./client-record.js";
import { refusalOf } from "./explain-registration.js";
import { openPageToken, sealPageToken } from "./page-token.js";
import { demandSource } from "./policies.js";
import type { Realm, Registry } from "./registry.js";
import { keptStatement } from "./software-statements/statement-of.js";

/** Milliseconds after which a slice ends with the clients at hand. */
const sliceTime = 500;
/** Milliseconds after which whoever waits has a turn. */
const turnTime = 4;
/** Clients read at once: a read costs as much as some tens of them. */
const chunk = 500;
const defaultPage = 100;

/** What a test counts. */
interface Counts {
  readonly tested: number;
  readonly refused: number;
  readonly changed: number;
  readonly expired: number;
  readonly withoutCertificate: number;
}

const noCounts: Counts = { tested: 0, refused: 0, changed: 0, expired: 0, withoutCertificate: 0 };

/** How far a test has come; the token carries it on. */
interface Progress extends Counts {
  readonly after: string;
  readonly total: number;
}

/** Does a slice of the test. Throws invalid_request for a policy with mistakes, and for a page token of another test. */
export async function testPolicy(registry: Registry, call: Call, request: TestPolicyRequest): Promise<TestPolicyResponse> {
  demandRole(call.caller, call.method);
  const { realm } = call;
  const policy = candidateOf(registry, realm, request);
  const conditions: ClientConditions = { ...allClients, realm: realm.name, policy: request.allClients ? "" : policy.name };
  const bound = JSON.stringify(["test_policy", realm.name, policy.name, policy.version, request.allClients, call.caller.principal.id]);
  const gone = call.gone?.();
  const begun: Progress = request.pageToken === ""
    ? { ...noCounts, after: "", total: await registry.store.lister.count(conditions, gone) }
    : (JSON.parse(openPageToken(registry.keys, bound, request.pageToken)) as Progress);
  const most = request.pageSize || defaultPage;
  const clients: TestedClient[] = [];
  const { clock } = registry;
  const ends = clock.milliseconds() + sliceTime;
  const { after: begin, total, ...before } = begun;
  const counts: { -readonly [Name in keyof Counts]: number } = before;
  let after = begin;
  let more = true;
  while (more && clients.length < most && clock.milliseconds() < ends) {
    const rows = await registry.store.lister.list({ ...conditions, descending: false, after, limit: chunk }, gone);
    more = rows.length === chunk;
    let turnEnds = clock.milliseconds() + turnTime;
    for (const { client } of rows) {
      if (clients.length >= most) {
        more = true;
        break;
      }
      const found = testClient(registry, realm, policy, client, call.now);
      after = client.clientId;
      counts.tested += 1;
      if (found !== undefined) {
        clients.push(found);
        addTo(counts, found);
      }
      if (clock.milliseconds() >= turnEnds) {
        await turn();
        turnEnds = clock.milliseconds() + turnTime;
      }
    }
  }
  const progress: Progress = { after, total, ...counts };
  const nextPageToken = more ? sealPageToken(registry.keys, bound, JSON.stringify(progress)) : "";
  return create(TestPolicyResponseSchema, { version: policy.version, total, ...counts, clients, nextPageToken });
}

function addTo(counts: { -readonly [Name in keyof Counts]: number }, { refusal, decisions, expired, withoutCertificate }: TestedClient): void {
  if (refusal !== undefined) counts.refused += 1;
  else if (decisions.length > 0) counts.changed += 1;
  if (expired) counts.expired += 1;
  if (withoutCertificate) counts.withoutCertificate += 1;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function candidateOf(registry: Registry, realm: Realm, { candidate }: TestPolicyRequest): CompiledPolicy {
  switch (candidate.case) {
    case "document":
      return demandSource(registry).readPolicy(realm, candidate.value);
    case "name": {
      const policy = realm.policies.get(candidate.value);
      if (policy === undefined) throw new RegistryError("not_found", "there is no such policy");
      return policy;
    }
    case undefined:
      throw new RegistryError("invalid_request", "document or name must be there: the policy to test");
  }
}

/**
 * What the policy would do to one client; undefined when it would leave it as it is. A client whose record is damaged, or whose software
 * statement stands no longer, is refused by this test as by every update: it does not end the test for the others.
 */
function testClient(registry: Registry, realm: Realm, policy: CompiledPolicy, client: ClientRecord, now: Seconds): TestedClient | undefined {
  const facts = {
    expired: policy.clientLifetime > 0 && lastSignOfLife(client) + policy.clientLifetime <= now,
    withoutCertificate: policy.certificateRequired && client.owner.kind !== "certificate",
  };
  let clientName = "";
  try {
    checkRecord(registry.keys, client);
    const metadata = metadataOf(client);
    const { softwareStatement } = metadata;
    clientName = metadata.clientName ?? "";
    const verifiedStatement = client.softwareStatementIssuer === null || softwareStatement === undefined ? undefined : keptStatement(realm, softwareStatement);
    const { decisions } = decideRegistration(metadata, { ...replayContext(registry, realm, client, metadata, policy), verifiedStatement });
    if (decisions.length === 0 && !facts.expired && !facts.withoutCertificate) return undefined;
    return create(TestedClientSchema, { clientId: client.clientId, clientName, decisions: [...decisions], ...facts });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return create(TestedClientSchema, { clientId: client.clientId, clientName, refusal: refusalOf(error), ...facts });
  }
}
