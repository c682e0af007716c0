// The RPC door: gRPC, gRPC-Web and Connect. It may import service/, domain/, gen/,
// @connectrpc/* and the request files of net/; nothing else opens RPCs.

import type { DescService } from "@bufbuild/protobuf";
import { Health as HealthService } from "../../gen/ts/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../gen/ts/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "../../gen/ts/grpc/reflection/v1alpha/reflection_pb.js";
import { leaveUnread } from "../net/request-body.js";
import { pathOf } from "../net/request.js";
import { methodNamed } from "../service/access.js";
import type { Evidence } from "../service/caller.js";
import { departures, type Observer } from "../service/front.js";
import type { Registry } from "../service/registry.js";
import { streamUseCases } from "../service/stream-use-cases.js";
import { useCases } from "../service/use-cases.js";
import { answerHandlers, type AnswerHandler } from "./answer.js";
import type { HttpRequest, HttpResponse } from "./body.js";
import { healthMethods, type Health } from "./health.js";
import { defaultDoorLimits, type DoorLimits } from "./limits.js";
import { createServerStreams, serverStreamMethod, type ServerStreamMethod } from "./server-streams.js";
import { createStreams, streamMethods, type StreamMethod } from "./streams.js";
import { createUnary, useCaseMethod, type UnaryMethod } from "./unary.js";
import { acceptedTypes, speaksGrpc, wireOf } from "./wire.js";

export interface ConnectDoorOptions {
  readonly registry: Registry;
  readonly observer: Observer;
  /** What the connection and the headers show of the caller. */
  readonly readEvidence: (request: HttpRequest) => Evidence;
  readonly health: Health;
  /** Fired when the server stops: ends the streams, which would hold a drain up for ever. */
  readonly shutdown: AbortSignal;
  readonly limits?: Partial<DoorLimits>;
  /** Opens reflection to everybody; by default it needs a role. */
  readonly openReflection?: boolean;
}

/** Takes a request if it is an RPC: true when it is answered here, false when it is somebody else's. Never throws. */
export type ConnectDoor = (request: HttpRequest, response: HttpResponse) => boolean;

type Served =
  | { readonly kind: "unary"; readonly entry: UnaryMethod; readonly handler: AnswerHandler }
  | { readonly kind: "server stream"; readonly entry: ServerStreamMethod }
  | { readonly kind: "stream"; readonly entry: StreamMethod };

/** Builds the door. Throws, at start-up, when a method has no row in the permission table or no strict decoder. */
export function createConnectDoor(given: ConnectDoorOptions): ConnectDoor {
  const services = servedServices();
  for (const service of registryServices) for (const method of service.methods) methodNamed(`${service.typeName}.${method.name}`);
  const options = { openReflection: false, ...given, observer: departures(given.registry, given.observer), services, limits: { ...defaultDoorLimits, ...given.limits } };
  const handlers = answerHandlers(services);
  const routes = new Map<string, Served>();
  for (const entry of [...useCases.map((useCase) => useCaseMethod(given.registry, useCase)), ...healthMethods(given.health, services)]) {
    const path = `/${entry.method.parent.typeName}/${entry.method.name}`;
    routes.set(path, { kind: "unary", entry, handler: handlers.get(path)! });
  }
  for (const useCase of streamUseCases) {
    const { method } = useCase;
    routes.set(`/${method.parent.typeName}/${method.name}`, { kind: "server stream", entry: serverStreamMethod(given.registry, useCase) });
  }
  for (const [path, entry] of streamMethods(options)) routes.set(path, { kind: "stream", entry });
  const packages = [...new Set(services.map((service) => `/${service.file.proto.package}.`))];
  const serveUnary = createUnary(options);
  const serveStream = createStreams(options);
  const serveServerStream = createServerStreams(options);

  return (request, response) => {
    const path = pathOf(request);
    const served = routes.get(path);
    const contentType = request.headers["content-type"];
    if (served === undefined) {
      if (!speaksGrpc(contentType) && !packages.some((prefix) => path.startsWith(prefix))) return false;
      leaveUnread(request, response);
      refuseUnknown(contentType, response);
      return true;
    }
    const wire = wireOf(contentType);
    const fits = wire !== undefined && wire.streams !== (served.kind === "unary" ? "always" : "never");
    if (request.method !== "POST" || !fits || (wire.door === "grpc" && request.httpVersionMajor < 2)) {
      leaveUnread(request, response);
      if (request.method !== "POST") refuse(response, 405, { allow: "POST" });
      else if (!fits) refuse(response, 415, { "accept-post": acceptedTypes });
      // The answer's trailers could not be told from its end: what was done would never be known.
      else refuse(response, 505, { connection: "close" });
    } else if (served.kind === "unary") {
      serveUnary(served.entry, served.handler, wire, request, response);
    } else if (served.kind === "server stream") {
      serveServerStream(served.entry, wire, request, response);
    } else {
      serveStream(served.entry, wire, request, response);
    }
    return true;
  };
}

const registryServices: readonly DescService[] = [...new Set(useCases.map((useCase) => useCase.method.parent))];

/** Every service that the door routes. */
export function servedServices(): readonly DescService[] {
  return [...registryServices, HealthService, ServerReflection, ServerReflectionAlpha];
}

/** An answer of HTTP itself, before any protocol of ours. */
function refuse(response: HttpResponse, status: number, headers: Record<string, string>, body = ""): void {
  writeHead(response, status, { ...headers, "content-length": String(body.length) });
  response.end(body);
}

/** gRPC's own words for a method that is not there, and Connect's (protocol specification, unary responses). */
function refuseUnknown(contentType: string | undefined, response: HttpResponse): void {
  if (speaksGrpc(contentType)) {
    // A "trailers-only" answer, in a content type of the caller's protocol.
    writeHead(response, 200, { "content-type": contentType!.split(/[+;]/)[0]!, "grpc-status": "12", "grpc-message": "no such method is served" });
    response.end();
  } else {
    refuse(response, 404, { "content-type": "application/json" }, JSON.stringify({ code: "unimplemented", message: "no such method is served" }));
  }
}

function writeHead(response: HttpResponse, status: number, headers: Record<string, string>): void {
  // The two answers have the method in common, and TypeScript no common signature of it.
  (response as { writeHead(status: number, headers: Record<string, string>): unknown }).writeHead(status, headers);
}
