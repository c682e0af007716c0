// The server streams of use cases: begun like any call, then written no faster than their reader reads. The caller is looked at again and
// again while its stream goes on.

import type { DescMethod } from "@bufbuild/protobuf";
import { RegistryError } from "../domain/errors.js";
import { leaveUnread } from "../net/request-body.js";
import { cutOff, header, isOpen } from "../net/request.js";
import type { MethodRow } from "../service/access.js";
import type { Call } from "../service/call.js";
import { demandRole, identify, screen, type Caller } from "../service/caller.js";
import { beginCall, receive, type Arrival } from "../service/front.js";
import { demandRealm, type Registry } from "../service/registry.js";
import type { RunStream, StreamUseCase } from "../service/stream-use-cases.js";
import type { RequestMessage } from "../service/use-cases.js";
import { acceptedEncodings, readMessage, type HttpRequest, type HttpResponse } from "./body.js";
import { whenClosed } from "./closing.js";
import { createDecoder, type Decode } from "./decode.js";
import { toConnectError } from "./errors.js";
import { streamAnswer, type StreamAnswer } from "./stream-answer.js";
import { callTimeout, deadlineExceeded, within } from "./timeout.js";
import { arriveWith, type CallContext } from "./unary.js";
import type { Wire } from "./wire.js";

/** A server-streaming method of a use case. */
export interface ServerStreamMethod {
  readonly method: DescMethod;
  readonly row: MethodRow;
  readonly decode: Decode;
  readonly run: RunStream;
}

/** The method of a use case, which keeps what its streams share from now on. */
export function serverStreamMethod(registry: Registry, { method, row, begin }: StreamUseCase): ServerStreamMethod {
  return { method, row, decode: createDecoder(method.input), run: begin(registry) };
}

export interface ServerStreamOptions extends CallContext {
  readonly shutdown: AbortSignal;
}

/** Serves one stream. Never throws and never rejects. */
export type ServeServerStream = (served: ServerStreamMethod, wire: Wire, request: HttpRequest, response: HttpResponse) => void;

export function createServerStreams({ registry, observer, readEvidence, limits, shutdown }: ServerStreamOptions): ServeServerStream {
  let open = 0;

  async function begin(served: ServerStreamMethod, wire: Wire, request: HttpRequest, arrival: Arrival): Promise<{ call: Call; message: RequestMessage }> {
    if (shutdown.aborted) throw new RegistryError("stopping", "the service is stopping; try another instance", { retryAfter: 1 });
    if (open > limits.watches) throw new RegistryError("overloaded", "too many streams are open; try again", { retryAfter: 1 });
    receive(registry, arrival);
    const { message, refusal } = served.decode(await readMessage(request, wire, limits.bodyBytes, arrival), wire.format);
    const call = await beginCall(registry, arrival, message.realm);
    if (refusal !== undefined) throw refusal;
    demandRole(call.caller, served.row);
    return { call, message };
  }

  /** Ends the stream when its caller is no longer who it was, by the realm as it is now: what is shown depends on the roles. */
  function recheck(served: ServerStreamMethod, request: HttpRequest, call: Call, end: (error: RegistryError) => void): NodeJS.Timeout {
    const look = async () => {
      const recognized = screen(registry, served.row, readEvidence(request));
      const caller = await identify(registry, demandRealm(registry, call.realm.name), served.row, recognized, registry.clock.seconds());
      demandRole(caller, served.row);
      if (!hasSameRoles(caller, call.caller)) throw otherRoles();
    };
    const timer = setInterval(() => void look().catch((error: unknown) => end(RegistryError.from(error))), limits.recheckMs);
    return timer.unref();
  }

  async function write(served: ServerStreamMethod, { call, message }: { call: Call; message: RequestMessage }, answer: StreamAnswer, ended: AbortSignal): Promise<void> {
    answer.begin();
    const batches = served.run(call, message, { ended, stopping: shutdown, after });
    for await (const batch of batches) {
      if (!(await answer.send(batch, limits.stalledMs, ended))) throw tooSlow();
    }
  }

  async function serve(served: ServerStreamMethod, wire: Wire, request: HttpRequest, response: HttpResponse): Promise<void> {
    const { arrival, fault } = arriveWith(wire, served.row, request, readEvidence);
    const answer = streamAnswer(served.method.output, wire, response);
    const ending = new AbortController();
    let gone = false;
    let begun: Awaited<ReturnType<typeof begin>> | undefined;
    let error: RegistryError | undefined;
    const timers: NodeJS.Timeout[] = [];
    open += 1;
    whenClosed(request, response, () => {
      gone = true;
      ending.abort();
    });
    try {
      if (fault !== undefined) throw fault;
      const timeout = callTimeout(wire, header(request, wire.timeoutHeader), Infinity);
      begun = await within(Math.min(timeout, limits.callMs), begin(served, wire, request, arrival));
      const end = (reason: RegistryError) => ending.abort(reason);
      timers.push(recheck(served, request, begun.call, end));
      if (timeout !== Infinity) timers.push(setTimeout(() => end(deadlineExceeded()), arrival.startedAt + timeout - performance.now()));
      await write(served, begun, answer, ending.signal);
      if (ending.signal.reason instanceof RegistryError) throw ending.signal.reason;
    } catch (thrown) {
      error = RegistryError.from(thrown);
    } finally {
      open -= 1;
      for (const timer of timers) clearInterval(timer);
      observer.finished(arrival, begun?.call, gone && error?.kind !== "internal" ? undefined : error);
    }
    if (gone) return;
    if (isOpen(response)) {
      // gRPC compression.md: who refuses an encoding names those it takes.
      if (error?.kind === "unimplemented") response.setHeader(wire.acceptEncodingHeader, acceptedEncodings);
      leaveUnread(request, response);
    }
    answer.end(error && toConnectError(error));
  }

  return (served, wire, request, response) => {
    // Only writing can fail here, or the observer: the caller has gone, or something of ours is broken. Either way nothing more can be said.
    serve(served, wire, request, response).catch(() => cutOff(response));
  };
}

const hasSameRoles = ({ roles }: Caller, before: Caller) => roles.size === before.roles.size && [...roles].every((role) => before.roles.has(role));
const otherRoles = () => new RegistryError("resume_token_expired", "the caller has other roles by now; begin again with a snapshot");
const tooSlow = () => new RegistryError("reader_too_slow", "the stream was not read; go on from the last resume token", { retryAfter: 1 });

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
