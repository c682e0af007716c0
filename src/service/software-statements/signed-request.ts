// A registration that comes signed (UK Open Banking Dynamic Client Registration): a JWS by a key of the software, with the metadata as claims
// and the statement that says which keys those are among them. At every door it stands in the request's place, and is opened here.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { RegistryError, registrationError } from "../../domain/errors.js";
import { readJsonObject } from "../../domain/json-text.js";
import { metadataFromJson, type MetadataViolation } from "../../domain/metadata-json.js";
import type { Change, Seconds } from "../../domain/ports.js";
import { checkServerMembers } from "../../domain/server-members.js";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { RegisterClientRequest, UpdateClientRequest } from "../../../gen/ts/matricula/v1/registration_service_pb.js";
import { statementMetadata } from "../../domain/software-statement.js";
import type { Call } from "../call.js";
import { keysAt } from "../authentication/client-keys.js";
import { localKeys } from "../ways-in/access-token/key-set.js";
import { verifySignature, type Signer } from "../ways-in/access-token/signed-token.js";
import type { Registry } from "../registry.js";
import { headerProblem, isTokenId, statementLeeway, verifyStatement } from "./verify-statement.js";

/** Seconds from iat for which a request is taken, whatever its exp. */
const longestLife = 3_600;

// RFC 7515 section 7.1.
const form = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

const refused = (rule: string, description: string, cause?: unknown): RegistryError =>
  Object.assign(
    registrationError([{ error: "invalid_client_metadata", field: "", rule: `signed_request.${rule}`, clause: "UK Open Banking DCR v3.3", description }]),
    cause === undefined ? {} : { cause },
  );

/** A call with the request that its signed one stands for. */
export interface OpenedRequest<Request> {
  readonly call: Call;
  readonly request: Request;
  /** What the request's own commit must contain: a signed request is taken once, and one that is refused has not been. */
  readonly use: Change;
}

/** The error of a signed request that was taken before. */
export const requestUsed = () => refused("jti", "a signed request with this jti was taken before: sign another");

/**
 * Opens the signed request that is asked for in a plain one's place; undefined for a plain one. To be called when the caller is known to be
 * let in. Throws invalid_request for a request that is signed where none is taken, or is not where all are; rejects with
 * invalid_client_metadata for one that does not hold, and as verifyStatement does for the statement in it.
 */
export function openSigned<Request extends RegisterClientRequest | UpdateClientRequest>(registry: Registry, call: Call, request: Request): Promise<OpenedRequest<Request>> | undefined {
  const { signedRequests } = call.realm;
  if (request.signedRequest === "") {
    if (signedRequests !== "required") return undefined;
    throw misplaced("requests to register or to replace a client are signed here: send signed_request");
  }
  if (signedRequests === undefined) throw misplaced("signed requests are not taken here: send metadata");
  if (request.metadata !== undefined || ("clientSecret" in request && request.clientSecret !== undefined)) throw misplaced("what is in a signed request is not sent beside it");
  return openInto(registry, call, request);
}

const misplaced = (sentence: string) => new RegistryError("invalid_request", sentence);

async function openInto<Request extends RegisterClientRequest | UpdateClientRequest>(registry: Registry, call: Call, request: Request): Promise<OpenedRequest<Request>> {
  const { claims, use } = await proven(registry, call, request.signedRequest);
  const violations: MetadataViolation[] = [...(call.violations ?? [])];
  const secret = "clientId" in request ? checkServerMembers(claims, request.clientId, violations) : undefined;
  const metadata = metadataFromJson(claims, call.realm.customAttributes, violations);
  // Opened, it is the request that a plain one with the same members would be: the same to an idempotency key.
  return { use, call: { ...call, violations }, request: { ...request, metadata, signedRequest: "", ...(secret === undefined ? {} : { clientSecret: secret }) } };
}

/** The claims of a signed request that holds, and its use. */
async function proven(registry: Registry, { realm, now }: Pick<Call, "realm" | "now">, text: string): Promise<{ readonly claims: JsonObject; readonly use: Change }> {
  const [, header, payload] = form.exec(text) ?? [];
  if (header === undefined || payload === undefined) throw refused("form", "the body must be a JWS in compact form: three parts in base64url");
  // Read before they are proven, to find out who could prove them.
  const claimed = readPart(payload);
  const statement = claimed["software_statement"];
  if (typeof statement !== "string" || statement === "") throw refused("statement", "a signed request has a software_statement, which says whose keys have signed it");
  const { issuer, claims } = await verifyStatement(statement, { issuers: realm.statementIssuers ?? [], endpoint: realm.registrationEndpoint, now });
  const problem = headerProblem(readPart(header), issuer);
  if (problem !== undefined) throw refused("header", `the header parameter ${problem} of the request is not accepted here`);
  const key = keysOf(registry, realm.name, claims["software_id"], statementMetadata(claims, issuer, realm.customAttributes));
  const signed = await verifySignature(text, { key, algorithms: issuer.algorithms }).catch((error: unknown) => {
    if (error instanceof RegistryError) throw new RegistryError("overloaded", "the keys of the software cannot be had at the moment; try again", { retryAfter: 5, cause: error.cause ?? error });
    throw refused("signature", "the request is not signed by a key that the software statement names", error);
  });
  const read = readObject(signed);
  const { jti, until } = checkClaims(read, claims["software_id"], [realm.issuer, realm.registrationEndpoint, ...issuer.audiences], now);
  const name = registry.keys.mac("request_use", JSON.stringify([realm.name, issuer.issuer, read["iss"]!, jti]));
  return { claims: read, use: { kind: "use_once", key: name, at: now, expiresAt: Math.ceil(until) + statementLeeway } };
}

/** The software's keys, as its statement names them. Those elsewhere are kept, each software's by itself, as those of clients are. */
function keysOf(registry: Registry, realm: string, softwareId: JsonValue | undefined, { jwks, jwksUri: uri }: ClientMetadata): Signer["key"] {
  if (jwks !== undefined) return localKeys(() => jwks as never);
  if (uri === undefined) throw refused("keys", "the software statement names no keys that could have signed the request");
  const keys = keysAt(registry, JSON.stringify(["software", realm, softwareId ?? null, uri]), uri);
  if (keys === undefined) throw refused("keys", "the keys that the software statement names are elsewhere, and this service fetches nothing");
  return keys.key;
}

/** The request's name, and until when it is taken. */
function checkClaims({ iss, aud, iat, exp, jti }: JsonObject, softwareId: unknown, audiences: readonly (string | undefined)[], now: Seconds): { readonly jti: string; readonly until: number } {
  // UKOB-02: the software speaks.
  if (typeof iss !== "string" || iss !== softwareId) throw refused("iss", "iss must be the software_id of the software statement");
  const named = Array.isArray(aud) ? aud : [aud];
  if (!named.some((one) => typeof one === "string" && audiences.includes(one))) throw refused("aud", "aud must name this service");
  if (typeof iat !== "number" || iat - statementLeeway > now || iat + longestLife < now) throw refused("iat", "iat must be a time of the last hour");
  if (typeof exp !== "number" || exp + statementLeeway <= now) throw refused("exp", "exp must be a time that has not passed");
  if (!isTokenId(jti)) throw refused("jti", "jti must be there: 1 to 255 characters that no other request of the software has");
  return { jti, until: Math.min(iat + longestLife, exp + statementLeeway) };
}

const readPart = (part: string) => readObject(Buffer.from(part, "base64url"));

function readObject(bytes: Uint8Array): JsonObject {
  const read = readJsonObject(bytes);
  if (!read.ok) throw refused(`json.${read.problem}`, `the request cannot be read: ${read.description}`);
  return read.value;
}
