// The JSON door: routes a request, identifies the caller before the body is read, runs the use case, writes the answer.

import { RegistryError } from "../domain/errors.js";
import type { Call } from "../service/call.js";
import type { Evidence } from "../service/caller.js";
import { arrive, beginCall, type Arrival, type Observer } from "../service/front.js";
import type { Realm, Registry } from "../service/registry.js";
import { clientInformation, decisionsHeader, type ClientAnswer } from "./client-information.js";
import { corsHeaders, preflightHeaders, type CorsOrigins } from "./cors.js";
import { discoveryDocument, discoveryPaths, type DiscoveredRealm } from "./discovery.js";
import { header, readBody, write, writeEmpty, writeError, writeJson, type Headers, type HttpRequest, type HttpResponse } from "./exchange.js";
import { configurationEndpoint, registrationEndpoint, type Operation } from "./registration.js";

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
export function createGateway(options: GatewayOptions): (request: HttpRequest, response: HttpResponse) => void {
  const endpoints = new Map<string, Realm>();
  const pages = new Map<string, Page>();
  for (const discovered of options.realms) {
    addPages(pages, discovered);
    endpoints.set(registrationPath(discovered.realm), discovered.realm);
    endpoints.set(new URL(discovered.realm.registrationEndpoint).pathname, discovered.realm);
  }
  pages.set("/livez", text("ok", () => 200));
  pages.set("/readyz", text("ready", () => (options.ready() ? 200 : 503)));

  return (request, response) => {
    const path = pathOf(request.url ?? "/");
    const realm = endpoints.get(path);
    if (realm !== undefined) return serve(options, realm, "", registrationEndpoint, request, response);
    const slash = path.lastIndexOf("/");
    const clientRealm = slash > 0 ? endpoints.get(path.slice(0, slash)) : undefined;
    const clientId = path.slice(slash + 1);
    if (clientRealm !== undefined && clientId !== "") return serve(options, clientRealm, clientId, configurationEndpoint, request, response);
    const page = pages.get(path);
    if (page !== undefined) return page(request, response);
    writeJson(response, 404, { error: "not_found", error_description: "there is nothing at this path" });
  };
}

const registrationPath = (realm: Realm) => (realm.name === "default" ? "/register" : `/realms/${realm.name}/register`);

/** The path without its query. Ids are plain characters, so nothing needs decoding. */
function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

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
  const arrival = arrive("gateway", operation.row, options.readEvidence(request), header(request, "traceparent"));
  const fail = (error: unknown, call?: Call) => {
    const known = RegistryError.from(error);
    writeError(response, known, cors);
    options.observer.finished(arrival, call, known);
  };
  let call: Call;
  try {
    call = beginCall(options.registry, arrival, realm.name);
  } catch (error) {
    return fail(error);
  }
  if (!operation.body) return void run(options, operation, arrival, call, clientId, request, nothing, response, cors).catch((error) => fail(error, call)).catch(() => response.destroy());
  if (request.headers["content-range"] !== undefined) {
    // RFC 9110 section 14.5: what would be taken for the whole is a part.
    return fail(new RegistryError("invalid_request", "a part of a body is not taken; send the whole, without Content-Range"), call);
  }
  const refused = refuseBody(request);
  if (refused !== undefined) {
    writeJson(response, 415, { error: "invalid_request", error_description: refused }, { accept: "application/json", "accept-post": "application/json", ...cors });
    return options.observer.finished(arrival, call, undefined);
  }
  readBody(request, options.bodyLimit, (error, body) => {
    if (error !== undefined) return fail(error, call);
    run(options, operation, arrival, call, clientId, request, body, response, cors).catch((thrown) => fail(thrown, call)).catch(() => response.destroy());
  });
}

const nothing = new Uint8Array(0);

const jsonType = /^application\/json *(?:;|$)/i;

/** Why the body cannot be read as JSON (RFC 9110 section 15.5.16); undefined when it can. */
function refuseBody(request: HttpRequest): string | undefined {
  if (request.headers["content-encoding"] !== undefined) return "a body with a Content-Encoding is not taken";
  if (!jsonType.test(request.headers["content-type"] ?? "")) return "the body must be application/json";
  return undefined;
}

async function run(
  options: GatewayOptions,
  operation: Operation,
  arrival: Arrival,
  call: Call,
  clientId: string,
  request: HttpRequest,
  body: Uint8Array,
  response: HttpResponse,
  cors: Headers | undefined,
): Promise<void> {
  const answer = await operation.run(options.registry, call, clientId, request, body);
  if (answer === undefined) writeEmpty(response, operation.status, cors);
  else writeAnswer(response, operation.status, answer, request, cors);
  options.observer.finished(arrival, call, undefined);
}

function writeAnswer(response: HttpResponse, status: number, answer: ClientAnswer, request: HttpRequest, cors: Headers | undefined): void {
  const body = clientInformation(answer);
  const decisions = answer.decisions;
  const headers: Headers = { ...cors };
  if (answer.client !== undefined) headers["etag"] = answer.client.etag;
  if (decisions !== undefined && decisions.length > 0) {
    headers["matricula-decisions"] = decisionsHeader(decisions);
  }
  if (/(?:^|,) *return=decisions *(?:,|;|$)/i.test(header(request, "prefer") ?? "")) {
    headers["preference-applied"] = "return=decisions";
    body["decisions"] = (decisions ?? []).map(({ field, asked, registered, rule }) => ({ field, asked, registered, rule }));
  }
  writeJson(response, status, body, headers);
}

/** A realm's discovery documents, and the stand-ins for endpoints that its authorization server has not named. */
function addPages(pages: Map<string, Page>, discovered: DiscoveredRealm): void {
  const document = JSON.stringify(discoveryDocument(discovered));
  // Five minutes: long enough to spare the service, short enough to follow a change.
  const page = getOnly((_request, response) =>
    write(response, 200, document, { "content-type": "application/json", "cache-control": "public, max-age=300", "access-control-allow-origin": "*" }),
  );
  const own = discovered.realm.name === "default" ? "" : `/realms/${discovered.realm.name}`;
  for (const path of [...discoveryPaths(discovered.issuer), `/.well-known/oauth-authorization-server${own}`, `${own}/.well-known/openid-configuration`]) {
    if (!pages.has(path)) pages.set(path, page);
  }
  const standIn: Page = (_request, response) =>
    writeError(response, new RegistryError("unimplemented", "this registry has no authorization server; name its endpoints under authorization_server in the configuration"));
  for (const name of ["authorize", "token", "jwks"]) pages.set(`${own}/${name}`, standIn);
}

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
