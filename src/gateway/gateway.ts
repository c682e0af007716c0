// The JSON door: routes a request, identifies the caller before the body is read, runs the use case, writes the answer.

import { RegistryError } from "../domain/errors.js";
import { readBody } from "../net/request-body.js";
import { cutOff, header, pathOf } from "../net/request.js";
import type { Call } from "../service/call.js";
import { bodyMissing } from "../service/body-missing.js";
import { challenges } from "../service/challenges.js";
import type { Evidence } from "../service/caller.js";
import { arrive, beginCall, departures, receive, type Arrival, type Observer } from "../service/front.js";
import type { Realm, Registry } from "../service/registry.js";
import { clientInformation, decisionJson, decisionsHeader, type ClientAnswer } from "./client-information.js";
import { corsHeaders, preflightHeaders, type CorsOrigins } from "./cors.js";
import { discoveryDocument, discoveryPaths, type DiscoveredRealm } from "./discovery.js";
import { write, writeEmpty, writeError, writeJson, type Headers, type HttpRequest, type HttpResponse } from "./exchange.js";
import { openApiDocument } from "./openapi/document.js";
import { configurationEndpoint, isSigned, registrationEndpoint, type Operation } from "./registration.js";

export interface GatewayOptions {
  readonly registry: Registry;
  readonly observer: Observer;
  readonly realms: readonly DiscoveredRealm[];
  /** The peer certificate and the Authorization header of a request. */
  readonly readEvidence: (request: HttpRequest) => Evidence;
  /** Bytes of a request body. */
  readonly bodyLimit: number;
  /** Per realm; see the configuration. */
  readonly corsOrigins: ReadonlyMap<string, CorsOrigins>;
  /** Whether the service takes calls; false while it starts and drains. */
  readonly ready: () => boolean;
}

/** What stands at a fixed path. */
type Page = (request: HttpRequest, response: HttpResponse) => void;

/** Makes the handler of everything that is not an RPC. It never throws and always answers. */
export function createGateway(given: GatewayOptions): (request: HttpRequest, response: HttpResponse) => void {
  const options: GatewayOptions = { ...given, observer: departures(given.registry, given.observer) };
  const { registry } = options;
  const names = new Map<string, string>();
  // By name and not by value: a reload puts another realm in its place.
  const realmAt = (path: string) => {
    const name = names.get(path);
    return name === undefined ? undefined : registry.realms.get(name);
  };
  const pages = new Map<string, Page>();
  for (const discovered of options.realms) {
    addPages(pages, registry, discovered);
    names.set(registrationPath(discovered.realm), discovered.realm.name);
    names.set(new URL(discovered.realm.registrationEndpoint).pathname, discovered.realm.name);
  }
  const described = options.realms.find(({ realm }) => realm.name === "default") ?? options.realms[0];
  if (described !== undefined) {
    const document = JSON.stringify(openApiDocument(described.base));
    pages.set("/openapi.json", publicJson(() => document));
  }
  pages.set("/livez", text("ok", () => 200));
  pages.set("/readyz", text("ready", () => (options.ready() ? 200 : 503)));

  return (request, response) => {
    const path = pathOf(request);
    const realm = realmAt(path);
    if (realm !== undefined) return serve(options, realm, "", registrationEndpoint, request, response);
    const slash = path.lastIndexOf("/");
    const clientRealm = slash > 0 ? realmAt(path.slice(0, slash)) : undefined;
    const clientId = path.slice(slash + 1);
    if (clientRealm !== undefined && clientId !== "") return serve(options, clientRealm, clientId, configurationEndpoint, request, response);
    const page = pages.get(path);
    if (page !== undefined) return page(request, response);
    writeJson(response, 404, { error: "not_found", error_description: "there is nothing at this path" });
  };
}

const registrationPath = (realm: Realm) => (realm.name === "default" ? "/register" : `/realms/${realm.name}/register`);

/** Serves one request to the registration or the configuration endpoint. */
function serve(
  options: GatewayOptions,
  realm: Realm,
  clientId: string,
  operations: ReadonlyMap<string, Operation>,
  request: HttpRequest,
  response: HttpResponse,
): void {
  const cors = corsHeaders(request, options.corsOrigins.get(realm.name) ?? []);
  const operation = operations.get(request.method ?? "");
  if (operation === undefined) {
    const allow = [...operations.keys(), "OPTIONS"].join(", ");
    if (request.method === "OPTIONS") return writeEmpty(response, 204, { allow, ...preflightHeaders(cors, allow) });
    return writeJson(response, 405, { error: "invalid_request", error_description: `this path takes ${allow}` }, { allow, ...cors });
  }
  const { arrival, fault } = arriveWith(operation, request, options.readEvidence);
  let call: Call | undefined;

  // Of a fault in ending a call nobody is left to be told.
  const orCutOff = (end: () => void) => {
    try {
      end();
    } catch {
      cutOff(response);
    }
  };
  const finish = (error?: RegistryError) => orCutOff(() => options.observer.finished(arrival, call, error));
  const fail = (thrown: unknown) => {
    const error = RegistryError.from(thrown);
    orCutOff(() => writeError(response, error, cors, () => challenges(options.registry, realm, operation.row)));
    finish(error);
  };
  const run = async (begun: Call, body: Uint8Array) => {
    try {
      const answer = await operation.run(options.registry, begun, clientId, request, body);
      if (answer === undefined) writeEmpty(response, operation.status, cors);
      // Of what was only asked about there is no client: nothing was created.
      else writeAnswer(response, answer.client?.clientId === undefined ? 200 : operation.status, answer, request, cors);
    } catch (error) {
      return fail(error);
    }
    finish();
  };
  /** Goes on with a call whose caller is known. */
  const proceed = (begun: Call) => {
    call = begun;
    if (!operation.body) return void run(begun, nothing);
    const refused = refuseBody(request, realm);
    if (refused !== undefined) {
      orCutOff(() => writeJson(response, refused.status, { error: "invalid_request", error_description: refused.error.message }, { ...takenTypes(realm), ...cors }));
      return finish(refused.error);
    }
    arrival.giveUp = readBody(request, options.bodyLimit, (end, body) => {
      if (end === "complete") void run(begun, body);
      else fail(end === "too_large" ? new RegistryError("too_large", `the body has more than ${options.bodyLimit} bytes`) : bodyMissing(end));
    });
  };

  let begun: Call | Promise<Call>;
  try {
    if (fault !== undefined) throw fault;
    receive(options.registry, arrival);
    begun = beginCall(options.registry, arrival, realm.name);
  } catch (error) {
    return fail(error);
  }
  if (begun instanceof Promise) begun.then(proceed).catch(fail);
  else proceed(begun);
}

const nothing = new Uint8Array(0);
const nothingShown: Evidence = { certificate: { kind: "none" }, authorization: undefined };

/** Names the call. A fault in reading its evidence is the call's, not the process's. */
function arriveWith({ row }: Operation, request: HttpRequest, readEvidence: GatewayOptions["readEvidence"]): { readonly arrival: Arrival; readonly fault: unknown } {
  let evidence = nothingShown;
  let fault: unknown;
  try {
    evidence = readEvidence(request);
  } catch (error) {
    fault = RegistryError.from(error);
  }
  return { arrival: arrive("gateway", row, evidence, header(request, "traceparent")), fault };
}

const jsonType = /^application\/json *(?:;|$)/i;

/** What is taken, said in the answer to what is not (RFC 9110 section 15.5.16). */
function takenTypes({ signedRequests }: Realm): Headers {
  const types = [...(signedRequests === "required" ? [] : ["application/json"]), ...(signedRequests === undefined ? [] : ["application/jwt"])].join(", ");
  return { accept: types, "accept-post": types };
}

/** Why the body is not read, and the status that says so; undefined when it can be JSON. */
function refuseBody(request: HttpRequest, { signedRequests }: Realm): { readonly status: 400 | 415; readonly error: RegistryError } | undefined {
  const { headers } = request;
  const refused = (status: 400 | 415, sentence: string) => ({ status, error: new RegistryError("invalid_request", sentence) });
  // RFC 9110 section 14.5: what would be taken for the whole is a part.
  if (headers["content-range"] !== undefined) return refused(400, "a part of a body is not taken; send the whole, without Content-Range");
  if (headers["content-encoding"] !== undefined) return refused(415, "a body with a Content-Encoding is not taken");
  if (signedRequests !== undefined && isSigned(request)) return undefined;
  if (signedRequests === "required") return refused(415, "the body must be signed: application/jwt");
  if (!jsonType.test(headers["content-type"] ?? "")) return refused(415, "the body must be application/json");
  return undefined;
}

function writeAnswer(response: HttpResponse, status: number, answer: ClientAnswer, request: HttpRequest, cors: Headers | undefined): void {
  const body = clientInformation(answer);
  const decisions = answer.decisions;
  const headers: Headers = { ...cors };
  if (answer.client !== undefined && answer.client.etag !== "") headers["etag"] = answer.client.etag;
  if (decisions !== undefined && decisions.length > 0) {
    headers["matricula-decisions"] = decisionsHeader(decisions);
  }
  if (/(?:^|,) *return=decisions *(?:,|;|$)/i.test(header(request, "prefer") ?? "")) {
    headers["preference-applied"] = "return=decisions";
    body["decisions"] = (decisions ?? []).map(decisionJson);
  }
  writeJson(response, status, body, headers);
}

/** A realm's discovery documents, and the stand-ins for endpoints that its authorization server has not named. */
function addPages(pages: Map<string, Page>, registry: Registry, discovered: DiscoveredRealm): void {
  let told = { realm: discovered.realm, document: JSON.stringify(discoveryDocument(discovered)) };
  const page = publicJson(() => {
    const realm = registry.realms.get(discovered.realm.name) ?? told.realm;
    if (realm !== told.realm) told = { realm, document: JSON.stringify(discoveryDocument({ ...discovered, realm })) };
    return told.document;
  });
  const own = discovered.realm.name === "default" ? "" : `/realms/${discovered.realm.name}`;
  for (const path of [...discoveryPaths(discovered.issuer), `/.well-known/oauth-authorization-server${own}`, `${own}/.well-known/openid-configuration`]) {
    if (!pages.has(path)) pages.set(path, page);
  }
  const standIn: Page = (_request, response) =>
    writeError(response, new RegistryError("unimplemented", "this registry has no authorization server; name its endpoints under authorization_server in the configuration"));
  for (const name of ["authorize", "token", "jwks"]) pages.set(`${own}/${name}`, standIn);
}

/** Five minutes: long enough to spare the service, short enough to follow a change. */
const publicJson = (document: () => string): Page =>
  getOnly((_request, response) =>
    write(response, 200, document(), { "content-type": "application/json", "cache-control": "public, max-age=300", "access-control-allow-origin": "*" }),
  );

const getOnly = (page: Page): Page => (request, response) => {
  if (request.method === "GET" || request.method === "HEAD") return page(request, response);
  if (request.method === "OPTIONS") {
    return writeEmpty(response, 204, { allow: "GET, HEAD, OPTIONS", ...preflightHeaders(corsHeaders(request, []), "GET, HEAD") });
  }
  writeJson(response, 405, { error: "invalid_request", error_description: "this path takes GET, HEAD, OPTIONS" }, { allow: "GET, HEAD, OPTIONS" });
};

const text = (body: string, status: () => number): Page =>
  getOnly((_request, response) => {
    const code = status();
    write(response, code, code === 200 ? `${body}\n` : `not ${body}\n`, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  });
