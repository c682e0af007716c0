import { create } from "@bufbuild/protobuf";
import {
  CreateInitialAccessTokenResponseSchema, type CreateInitialAccessTokenRequest, type CreateInitialAccessTokenResponse,
} from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { readBoundCertificate } from "../domain/bound-certificate.js";
import { makeClientId } from "../domain/client-id.js";
import { digestOf, makeToken } from "../domain/credentials.js";
import { RegistryError, registrationError } from "../domain/errors.js";
import { checkForcedMetadata } from "../domain/forced-metadata.js";
import { encodeMetadata } from "../domain/metadata-bytes.js";
import type { MetadataViolation } from "../domain/metadata-json.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { InitialAccessTokenRecord } from "../domain/ports.js";
import { readHostPattern } from "../domain/redirect-hosts.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { changeRecord } from "./change-record.js";
import { initialAccessTokenView } from "./initial-access-token-view.js";
import { demandPrintable } from "./printable.js";
import type { Realm, Registry } from "./registry.js";

/** Seconds that a token lives when nothing is said. */
const defaultLifetime = 24 * 60 * 60;
const longestLifetime = 10 * 365 * 24 * 60 * 60;
const mostHosts = 50;

const longestTexts = { name: 255, owner: 255, purpose: 1024 } as const;

/** Makes an initial access token. It is in this answer alone. Throws RegistryError. */
export async function createInitialAccessToken(
  registry: Registry,
  call: Call,
  request: CreateInitialAccessTokenRequest,
): Promise<CreateInitialAccessTokenResponse> {
  demandRole(call.caller, call.method);
  for (const [member, longest] of Object.entries(longestTexts)) demandPrintable(member, request[member as keyof typeof longestTexts], longest);
  if (request.lifetime > longestLifetime) throw invalid("lifetime is more than ten years");
  const { realm, now } = call;
  const policy = demandPolicy(realm, request.policy);
  const token = makeToken("initial_access_token", registry.randomBytes);
  const record: InitialAccessTokenRecord = {
    realm: realm.name,
    id: makeClientId(registry.clock.milliseconds(), registry.randomBytes),
    name: request.name,
    owner: request.owner,
    purpose: request.purpose,
    digest: digestOf("initial_access_token", realm.name, "", token),
    policy: request.policy,
    force: forceOf(call, policy, request),
    redirectHosts: hostsOf(request),
    boundTo: boundToOf(request),
    usesLeft: request.uses === 0 ? null : request.uses,
    createdAt: now,
    createdBy: call.caller.principal,
    expiresAt: now + (request.lifetime || defaultLifetime),
    revokedAt: null,
  };
  const result = await registry.store.commit([
    { kind: "insert_initial_access_token", token: record },
    { kind: "append_change", change: changeRecord(call, "initial_access_token_created", record.id, 1) },
  ]);
  if (!result.committed) throw new RegistryError("overloaded", "the token's id met another one; try again", { retryAfter: 1 });
  return create(CreateInitialAccessTokenResponseSchema, { initialAccessToken: initialAccessTokenView(registry, record), token });
}

const invalid = (sentence: string) => new RegistryError("invalid_request", sentence);

/** The policy that the token is bound to, else the way's own. */
function demandPolicy({ policies, waysIn }: Realm, name: string): CompiledPolicy {
  if (name === "") return waysIn.get("initial_access_token")!.policy;
  const policy = policies.get(name);
  if (policy !== undefined) return policy;
  throw invalid(`policy names no policy of this realm${/^[\w.-]{1,64}$/.test(name) ? `: ${name}` : ""}`);
}

function forceOf(call: Call, policy: CompiledPolicy, { force }: CreateInitialAccessTokenRequest): Uint8Array {
  // What the JSON door has noticed is about the one metadata message of the request: this one.
  const violations: MetadataViolation[] = (call.violations ?? []).map((violation) => ({ ...violation, field: `force.${violation.field}` }));
  if (force !== undefined) checkForcedMetadata(force, { policy, customAttributes: call.realm.customAttributes }, violations);
  if (violations.length > 0) throw registrationError(violations);
  return force === undefined ? new Uint8Array(0) : encodeMetadata(force);
}

function hostsOf({ redirectHosts }: CreateInitialAccessTokenRequest): string[] {
  if (redirectHosts.length > mostHosts) throw invalid(`redirect_hosts has more than ${mostHosts} entries`);
  const hosts = redirectHosts.map((text, i) => {
    const host = readHostPattern(text);
    if (host === undefined) throw invalid(`redirect_hosts[${i}] must be a host, such as app.example.com, or *. and a domain, such as *.example.com`);
    return host;
  });
  return [...new Set(hosts)];
}

function boundToOf({ boundTo }: CreateInitialAccessTokenRequest): string {
  if (boundTo === "") return "";
  const name = readBoundCertificate(boundTo);
  if (name === undefined) throw invalid("bound_to must be a SPIFFE ID, a DNS name, or sha256: and the fingerprint of a certificate in hexadecimal");
  return name;
}
