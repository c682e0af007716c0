// One unary call: who calls is looked at before the body is read, and the observer hears of the end exactly once.

import type { DescMethod, Message } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { RegistryError } from "../domain/errors.js";
import { leaveUnread } from "../net/request-body.js";
import { cutOff, header, isOpen } from "../net/request.js";
import type { MethodRow } from "../service/access.js";
import { withViolations, type Call } from "../service/call.js";
import type { Evidence } from "../service/caller.js";
import { challenges } from "../service/challenges.js";
import { arrive, beginCall, receive, type Arrival, type Observer } from "../service/front.js";
import { rateLimitFields } from "../service/limits/rate-limit-fields.js";
import type { Registry } from "../service/registry.js";
import type { UseCase } from "../service/use-cases.js";
import { writeOutcome, type AnswerHandler, type Outcome } from "./answer.js";
import { goneSignal } from "./closing.js";
import { acceptedEncodings, readMessage, type HttpRequest, type HttpResponse } from "./body.js";
import { createDecoder, type Decode, type Decoded } from "./decode.js";
import { errorAnswers, toConnectError } from "./errors.js";
import type { DoorLimits } from "./limits.js";
import { callTimeout, deadlineExceeded, within } from "./timeout.js";
import type { Wire } from "./wire.js";

/** What both kinds of call need. */
export interface CallContext {
  readonly registry: Registry;
  readonly observer: Observer;
  readonly readEvidence: (request: HttpRequest) => Evidence;
  readonly limits: DoorLimits;
}

/** A unary method that the door serves. */
export interface UnaryMethod {
  readonly method: DescMethod;
  readonly row: MethodRow;
  readonly decode: Decode;
  /** Answers; says by `begun` who the caller is as soon as that is known. */
  readonly run: (arrival: Arrival, decoded: Decoded, begun: (call: Call) => void) => Promise<Message> | Message;
}

/** The method of a use case. */
export function useCaseMethod(registry: Registry, { method, row, run }: UseCase): UnaryMethod {
  return {
    method,
    row,
    decode: createDecoder(method.input),
    run: (arrival, { message, violations, refusal }, begun) => {
      const perform = (call: Call) => {
        begun(call);
        if (refusal !== undefined) throw refusal;
        return run(registry, withViolations(call, violations), message);
      };
      const call = beginCall(registry, arrival, message.realm);
      return call instanceof Promise ? call.then(perform) : perform(call);
    },
  };
}

/** Serves one call. Never throws and never rejects. */
export type ServeUnary = (served: UnaryMethod, handler: AnswerHandler, wire: Wire, request: HttpRequest, response: HttpResponse) => void;

export function createUnary({ registry, observer, readEvidence, limits }: CallContext): ServeUnary {
  let inFlight = 0;

  async function perform(served: UnaryMethod, wire: Wire, request: HttpRequest, arrival: Arrival, begun: (call: Call) => void): Promise<Message> {
    if (inFlight >= limits.callsInFlight) throw new RegistryError("overloaded", "too many calls are in flight; try again", { retryAfter: 1 });
    const timeout = callTimeout(wire, header(request, wire.timeoutHeader), limits.callMs);
    receive(registry, arrival);
    const work = async () => {
      inFlight += 1;
      try {
        const bytes = await readMessage(request, wire, limits.bodyBytes, arrival);
        const decoded = served.decode(bytes, wire.format);
        // A caller that has gone is not worked for.
        if (performance.now() - arrival.startedAt >= timeout) throw deadlineExceeded();
        return await served.run(arrival, decoded, begun);
      } finally {
        // Not before: a caller with a short deadline must not get round the bound.
        inFlight -= 1;
      }
    };
    return within(timeout, work());
  }

  async function serve(served: UnaryMethod, handler: AnswerHandler, wire: Wire, request: HttpRequest, response: HttpResponse): Promise<void> {
    const { arrival, fault } = arriveWith(wire, served.row, request, readEvidence);
    // Made for the few that ask for it.
    arrival.gone = () => goneSignal(request, response);
    let call: Call | undefined;
    let error: RegistryError | undefined;
    let outcome: Outcome;
    try {
      if (fault !== undefined) throw fault;
      outcome = { message: await perform(served, wire, request, arrival, (begun) => (call = begun)) };
    } catch (thrown) {
      error = RegistryError.from(thrown);
      outcome = { error: toConnectError(error) };
    } finally {
      // Whatever else goes wrong: what the call holds is free again.
      observer.finished(arrival, call, error);
    }
    if (!isOpen(response)) return;
    // gRPC compression.md: who refuses an encoding names those it takes.
    if (error?.kind === "unimplemented") response.setHeader(wire.acceptEncodingHeader, acceptedEncodings);
    if (error !== undefined && wire.door === "connect") writeErrorHeaders(response, error, registry, call, served.row);
    leaveUnread(request, response);
    writeOutcome(handler, wire, outcome, response);
  }

  return (served, handler, wire, request, response) => {
    // Only writing can fail here, or the observer: the caller has gone, or something of ours is broken. Either way nothing more can be said.
    serve(served, handler, wire, request, response).catch(() => cutOff(response));
  };
}

/** What HTTP says beside the error: Connect alone has HTTP's statuses (RFC 9110 section 11.6.1; RFC 6585 section 4). */
function writeErrorHeaders(response: HttpResponse, error: RegistryError, registry: Registry, call: Call | undefined, row: MethodRow): void {
  if (errorAnswers[error.kind].code === Code.Unauthenticated) response.setHeader("www-authenticate", challenges(registry, call?.realm, row).join(", "));
  if (error.retryAfter !== undefined) response.setHeader("retry-after", String(error.retryAfter));
  if (error.rate === undefined) return;
  for (const [name, value] of Object.entries(rateLimitFields(error.rate))) response.setHeader(name, value);
}

const nothingShown: Evidence = { certificate: { kind: "none" }, authorization: undefined };

/** Names the call. A fault in reading its evidence is the call's, not the process's. */
export function arriveWith(
  wire: Wire,
  row: MethodRow,
  request: HttpRequest,
  readEvidence: CallContext["readEvidence"],
): { readonly arrival: Arrival; readonly fault: unknown } {
  let evidence = nothingShown;
  let fault: unknown;
  try {
    evidence = readEvidence(request);
  } catch (error) {
    fault = RegistryError.from(error);
  }
  return { arrival: arrive(wire.door, row, evidence, header(request, "traceparent")), fault };
}
