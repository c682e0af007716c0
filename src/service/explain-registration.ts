import { create } from "@bufbuild/protobuf";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import { ExplainRegistrationResponseSchema, type ExplainRegistrationRequest, type ExplainRegistrationResponse } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { decideRegistration, type Registration } from "../domain/registration.js";
import { RegistryError } from "../domain/errors.js";
import type { InitialAccessTokenRecord, PrincipalKindName } from "../domain/ports.js";
import { contextOf, type Admission } from "./admit.js";
import type { Call } from "./call.js";
import { demandRole, type AcceptedCertificate, type Caller } from "./caller.js";
import type { Registry } from "./registry.js";
import { demandSoftwareUnblocked } from "./software-statements/blocks.js";
import { statementOf } from "./software-statements/statement-of.js";

/** What would be decided if somebody else registered this. Writes nothing. Throws invalid_request for a principal or a policy that is none. */
export async function explainRegistration(registry: Registry, call: Call, request: ExplainRegistrationRequest): Promise<ExplainRegistrationResponse> {
  demandRole(call.caller, call.method);
  const { admission, certificate, obstacle } = admissionOf(registry, call, request);
  const { policy, wayIn } = admission;
  const asked = request.metadata ?? create(ClientMetadataSchema);
  const answer = create(ExplainRegistrationResponseSchema, { wayIn, policy: policy.name, policyVersion: policy.version, obstacle });
  try {
    // The certificate that would be shown, not the administrator's own.
    const verifiedStatement = await statementOf(registry, { ...call, caller: { ...call.caller, certificate } }, asked);
    const { metadata, decisions }: Registration = decideRegistration(asked, contextOf(call.realm, admission, { certificate }, verifiedStatement), call.violations);
    demandSoftwareUnblocked(registry, call.realm.name, metadata.softwareId);
    return { ...answer, metadata, decisions: [...decisions] };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.violations.length === 0) throw error;
    return { ...answer, refusal: refusalOf(error) };
  }
}

/** The detail that a refused registration carries; a refusal that names no rule says its sentence. */
export function refusalOf({ kind, message, violations }: RegistryError) {
  const rows = violations.length > 0 ? violations : [{ field: "", rule: kind, clause: "", description: message }];
  return create(RegistrationErrorSchema, { error: kind, violations: rows.map(({ field, rule, clause, description }) => ({ field, rule, clause, description })) });
}

/** The way in of each kind of principal that can register. */
const waysOf = {
  anonymous: "open", certificate: "certificate", initial_access_token: "initial_access_token", user: "basic", access_token: "oauth", local: "local", other: "", client: "",
} as const satisfies Record<PrincipalKindName, string>;

const invalid = (sentence: string) => new RegistryError("invalid_request", sentence);

interface Assumed {
  readonly admission: Admission;
  readonly certificate: AcceptedCertificate | undefined;
  readonly obstacle: string;
}

function admissionOf(registry: Registry, { realm, now }: Call, { principal, policy: wanted }: ExplainRegistrationRequest): Assumed {
  const [, kind = "", name = ""] = /^([^:]*):?(.*)$/s.exec(principal === "" ? "anonymous" : principal)!;
  const wayIn = Object.hasOwn(waysOf, kind) ? waysOf[kind as PrincipalKindName] : "";
  const settings = realm.waysIn.get(wayIn);
  if (wayIn === "" || settings === undefined) {
    throw invalid('principal must be "anonymous", "local", or one of certificate, initial_access_token, user, access_token with a colon and a name, such as certificate:spiffe://example.com/orders');
  }
  const token = kind === "initial_access_token" ? registry.store.initialAccessTokens.find(realm.name, name) : undefined;
  if (kind === "initial_access_token" && token === undefined) throw invalid("principal names no initial access token of this realm; it is named by its id");
  const terms = token === undefined ? {} : (registry.waysIn.find((row) => row.name === wayIn)?.terms?.({ initialAccessToken: token } as Caller, now) ?? {});
  const bound = wanted || terms.policy || "";
  const policy = bound === "" ? settings.policy : realm.policies.get(bound);
  if (policy === undefined) throw invalid("policy names no policy of this realm");
  const certificate = kind === "certificate" ? certificateNamed(name) : undefined;
  return { admission: { wayIn, policy, terms }, certificate, obstacle: obstacleOf(wayIn, settings.enabled, token, policy.certificateRequired && certificate === undefined, now) };
}

/** A certificate of which nothing is known but its name: a URI, a distinguished name, else a DNS name. */
function certificateNamed(name: string): AcceptedCertificate {
  const subject = /^[a-z]+=/i.test(name);
  const uri = !subject && name.includes(":");
  return { kind: "accepted", uris: uri ? [name] : [], dnsNames: uri || subject || name === "" ? [] : [name], subject: subject ? name : "", fingerprint: "" };
}

function obstacleOf(wayIn: string, enabled: boolean, token: InitialAccessTokenRecord | undefined, lacksCertificate: boolean, now: number): string {
  if (!enabled) return `the way in ${wayIn} is off in this realm`;
  if (token !== undefined && (token.revokedAt !== null || token.expiresAt <= now || token.usesLeft === 0)) return "the initial access token is revoked, expired or used up";
  return lacksCertificate ? "the policy needs a client certificate beside it" : "";
}
