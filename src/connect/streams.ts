// The streaming RPCs that are not ours: health watches and reflection. They go through connect-node's ordinary path, within bounds.

import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, createConnectRouter, createContextKey, createContextValues, type HandlerContext } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import { Health as HealthService } from "../../gen/ts/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../gen/ts/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "../../gen/ts/grpc/reflection/v1alpha/reflection_pb.js";
import { RegistryError } from "../domain/errors.js";
import { cutOff, isOpen } from "../net/request.js";
import { methodNamed, type MethodRow } from "../service/access.js";
import type { Call } from "../service/call.js";
import { demandRole } from "../service/caller.js";
import { beginCall, look, type Arrival } from "../service/front.js";
import type { HttpRequest, HttpResponse } from "./body.js";
import { whenClosed } from "./closing.js";
import { toConnectError } from "./errors.js";
import { createWatch, healthRow, type Health } from "./health.js";
import { createReflection, indexDescriptors } from "./reflection.js";
import { arriveWith, type CallContext } from "./unary.js";
import type { Wire } from "./wire.js";

/** A streaming method that the door serves. */
export interface StreamMethod {
  readonly handler: UniversalHandler;
  readonly row: MethodRow;
}

export interface StreamOptions extends CallContext {
  readonly health: Health;
  readonly services: readonly DescService[];
  /** Opens reflection to everybody. */
  readonly openReflection: boolean;
  readonly shutdown: AbortSignal;
}

/** The streaming methods by path. */
export function streamMethods({ health, services, openReflection, shutdown, limits }: StreamOptions): ReadonlyMap<string, StreamMethod> {
  // Options stand here once and for all: those of a single service would replace, not add.
  const router = createConnectRouter({ acceptCompression: [], readMaxBytes: limits.bodyBytes, writeMaxBytes: 4_194_304, shutdownSignal: shutdown });
  const reflect = admitted(createReflection(indexDescriptors(services), limits.streamMessages));
  router.service(HealthService, { watch: admitted(createWatch(health, services, limits.heartbeatMs, shutdown)) });
  router.service(ServerReflection, { serverReflectionInfo: reflect });
  router.service(ServerReflectionAlpha, { serverReflectionInfo: reflect });
  const reflectionRow = { ...methodNamed("grpc.reflection"), ...(openReflection ? { anybody: true } : {}) };
  return new Map(
    router.handlers
      .filter((handler) => handler.method.methodKind !== "unary")
      .map((handler) => [handler.requestPath, { handler, row: handler.service.typeName === HealthService.typeName ? healthRow : reflectionRow }]),
  );
}

/** What the door has decided about a stream before it starts; the default refuses a stream that came past the door. */
const admissionKey = createContextKey<{ readonly refusal: ConnectError | undefined }>({ refusal: new ConnectError("the stream was not admitted", Code.Internal) });

function admitted<Request, Answer>(run: (request: Request, context: HandlerContext) => AsyncGenerator<Answer>) {
  return async function* (request: Request, context: HandlerContext): AsyncGenerator<Answer> {
    const { refusal } = context.values.get(admissionKey);
    if (refusal !== undefined) throw refusal;
    yield* run(request, context);
  };
}

/** Serves one stream. Never throws and never rejects. */
export type ServeStream = (served: StreamMethod, wire: Wire, request: HttpRequest, response: HttpResponse) => void;

export function createStreams({ registry, observer, readEvidence, limits, shutdown }: StreamOptions): ServeStream {
  let open = 0;

  async function admit(served: StreamMethod, arrival: Arrival): Promise<Call | undefined> {
    if (shutdown.aborted) throw new RegistryError("overloaded", "the service is stopping; try another instance", { retryAfter: 1 });
    if (open >= limits.streams) throw new RegistryError("overloaded", "too many streams are open; try again", { retryAfter: 1 });
    look(registry, arrival);
    if (served.row.anybody) return undefined;
    // Roles are per realm; what the whole server is made of is the default realm's to show.
    const call = await beginCall(registry, arrival, "");
    demandRole(call.caller, served.row);
    return call;
  }

  async function serve(served: StreamMethod, wire: Wire, request: HttpRequest, response: HttpResponse): Promise<void> {
    const { arrival, fault } = arriveWith(wire, served.row, request, readEvidence);
    let call: Call | undefined;
    let refused: RegistryError | undefined;
    try {
      if (fault !== undefined) throw fault;
      call = await admit(served, arrival);
    } catch (error) {
      refused = RegistryError.from(error);
    }
    open += 1;
    whenClosed(request, response, () => {
      open -= 1;
      try {
        observer.finished(arrival, call, refused);
      } catch {
        // A fault of the observer's own, when nobody is left to be told: it must not end the process.
      }
    });
    const values = createContextValues().set(admissionKey, { refusal: refused && toConnectError(refused) });
    // A refused stream is not read.
    const universal = universalRequestFromNodeRequest(request as never, response as never, undefined, values);
    const answered = await served.handler(refused === undefined ? universal : { ...universal, body: emptyBody(wire) });
    if (isOpen(response)) await universalResponseToNodeResponse(answered, response as never);
  }

  return (served, wire, request, response) => {
    // The caller has gone, or connect could not read its headers. Either way nothing more can be said.
    serve(served, wire, request, response).catch(() => cutOff(response));
  };
}

const emptyEnvelope = new Uint8Array(5);
const emptyJsonEnvelope = new Uint8Array([0, 0, 0, 0, 2, 0x7b, 0x7d]);

/** A body of no message, in the wire's own framing. */
async function* emptyBody(wire: Wire): AsyncGenerator<Uint8Array> {
  if (wire.enveloped) yield wire.format === "json" ? emptyJsonEnvelope : emptyEnvelope;
}
