// Deadline, retry and idempotency key around any transport.
//
// A transport, not an interceptor: an interceptor is bound to one connection, and a retry should be able to use a new one.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { clone, create, getOption, hasOption, type DescMessage, type DescMethod, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { access } from "../matricula/v1/options_pb.js";
import { RegistrationService } from "../matricula/v1/registration_service_pb.js";
import { toServiceError, type ServiceError } from "./errors.js";

export interface ResilienceOptions {
  /** The deadline of a call with all its attempts, unless the call has its own `timeoutMs`; 10 seconds when omitted, 0 for none. */
  readonly timeoutMs?: number | undefined;
  /** Sent as "Authorization: Bearer" with each call that has no such header. */
  readonly token?: string | undefined;
}

const defaultTimeoutMs = 10_000;
const maxAttempts = 4;
const firstDelayMs = 100;
const longestDelayMs = 2_000;

/** Adds what every call should have. Streams get the token and the typed errors: who reads one decides how long, and where to go on. */
export function resilient(transport: Transport, options: ResilienceOptions = {}): Transport {
  const headersOf = (given: ConstructorParameters<typeof Headers>[0]) => {
    const headers = new Headers(given);
    if (options.token !== undefined && !headers.has("authorization")) headers.set("authorization", `Bearer ${options.token}`);
    return headers;
  };

  return {
    async unary(method, signal, timeoutMs = options.timeoutMs ?? defaultTimeoutMs, header, input, contextValues) {
      const deadline = timeoutMs <= 0 ? Infinity : performance.now() + timeoutMs;
      const headers = headersOf(header);
      const message = withIdempotencyKey(method, input);
      let isLost = false;
      for (let attempt = 1; ; attempt++) {
        const left = deadline - performance.now();
        if (left <= 0) throw toServiceError(new ConnectError("the deadline passed", Code.DeadlineExceeded));
        try {
          // 0 means no deadline here; a fraction of a millisecond cannot be sent.
          return await transport.unary(method, signal, left === Infinity ? 0 : Math.ceil(left), headers, message, contextValues);
        } catch (thrown) {
          const error = toServiceError(thrown, signal);
          if (isLost && isGone(method, error)) {
            return { stream: false, service: method.parent, method, header: new Headers(), trailer: new Headers(), message: create(method.output) };
          }
          if (error.code !== Code.Unavailable || attempt === maxAttempts || !mayRepeat(method)) throw error;
          isLost ||= mayHaveArrived(error);
          const delay = Math.max(backoff(attempt), error.retryAfterMs ?? 0);
          // Waiting for nothing would only hide what happened.
          if (performance.now() + delay >= deadline) throw error;
          await sleep(delay, undefined, { signal }).catch(() => {
            throw toServiceError(new ConnectError("the call was canceled", Code.Canceled, undefined, undefined, error), signal);
          });
        }
      }
    },

    async stream(method, signal, timeoutMs, header, input, contextValues) {
      try {
        const response = await transport.stream(method, signal, timeoutMs, headersOf(header), input, contextValues);
        return { ...response, message: withTypedErrors(response.message, signal) };
      } catch (thrown) {
        throw toServiceError(thrown, signal);
      }
    },
  };
}

/** A read, a change that takes an idempotency key, or a deletion. Any other change would be made twice when only its answer was lost. */
function mayRepeat(method: DescMethod): boolean {
  if (!hasOption(method, access)) return false;
  const { audited, idempotent } = getOption(method, access);
  return !audited || idempotent || isDeletion(method);
}

function isDeletion(method: DescMethod): boolean {
  return method === RegistrationService.method.deleteClient;
}

/** The answers to a deletion that an earlier attempt has done: to an operator, to the owner's certificate, to the client's own token. */
function isGone(method: DescMethod, { reason }: ServiceError): boolean {
  return isDeletion(method) && (reason === "NOT_FOUND" || reason === "PERMISSION_DENIED" || reason === "INVALID_TOKEN");
}

/** Whether the request may have been carried out. Where no connection came about, neither transport has a better sign than the text. */
function mayHaveArrived(error: ServiceError): boolean {
  return error.reason === undefined && !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|No connection established|Name resolution failed/.test(error.message);
}

/** Between half and the whole of a delay that doubles: clients that lost one server together do not come back together. */
function backoff(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

/** One key for all attempts, in a copy: the caller's message may be used for another call. */
function withIdempotencyKey<I extends DescMessage>(method: DescMethod & { readonly input: I }, input: MessageInitShape<I>): MessageInitShape<I> {
  if (!getOption(method, access).idempotent) return input;
  const message = clone<DescMessage>(method.input, create<DescMessage>(method.input, input)) as Message & { idempotencyKey?: string };
  if (message.idempotencyKey === "") message.idempotencyKey = randomUUID();
  return message as MessageInitShape<I>;
}

async function* withTypedErrors<T>(messages: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw toServiceError(thrown, signal);
  }
}
