// What a call fails with: the details of the status unpacked into fields.

import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "../google/rpc/error_details_pb.js";
import { RegistrationErrorSchema, type ErrorReason, type Violation } from "../matricula/v1/errors_pb.js";

/** Why the service refused, in its own words; a newer service may know more of them. */
export type Reason = Exclude<keyof typeof ErrorReason, "UNSPECIFIED"> | (string & {});

/** Any failure of a call. `cause` is the ConnectError, with the headers and the raw details. */
export class ServiceError extends Error {
  override readonly name: string = "ServiceError";
  override readonly cause: ConnectError;
  /** The gRPC status code. UNAVAILABLE also when no answer came: the call may or may not have been carried out. */
  readonly code: Code;
  /** The service's reason, such as "VERSION_CONFLICT"; absent when the service did not say. */
  readonly reason: Reason | undefined;
  /** Milliseconds after which another try may succeed, when the service said so. */
  readonly retryAfterMs: number | undefined;

  constructor(cause: ConnectError) {
    super(cause.rawMessage);
    this.cause = cause;
    this.code = cause.code;
    this.reason = cause.findDetails(ErrorInfoSchema).find(({ domain }) => domain === "matricula")?.reason;
    const delay = cause.findDetails(RetryInfoSchema)[0]?.retryDelay;
    this.retryAfterMs = delay === undefined ? undefined : Number(delay.seconds) * 1000 + Math.ceil(delay.nanos / 1e6);
  }
}

/** A registration or an update that was refused: all broken rules at once. */
export class RegistrationError extends ServiceError {
  override readonly name: string = "RegistrationError";
  /** The error code of RFC 7591 section 3.2.2, such as "invalid_redirect_uri". */
  readonly error: string;
  /** Each broken rule: the field, the rule's id, the clause that demands it, and a sentence to act on. */
  readonly violations: readonly Violation[];

  constructor(cause: ConnectError, error: string, violations: readonly Violation[]) {
    super(cause);
    this.error = error;
    this.violations = violations;
  }
}

/** Turns what a transport threw into a typed error. `signal` is the caller's: only it makes a cancellation the caller's own. */
export function toServiceError(thrown: unknown, signal?: AbortSignal): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  const error = withoutAnswer(ConnectError.from(thrown), signal);
  const [refusal] = error.findDetails(RegistrationErrorSchema);
  return refusal === undefined ? new ServiceError(error) : new RegistrationError(error, refusal.error, refusal.violations);
}

/**
 * connect-node reports a connection that broke as CANCELED, ABORTED or INTERNAL, by what the socket said. All of them mean that no answer
 * came, which in gRPC is UNAVAILABLE; left alone, ABORTED could be taken for a version conflict.
 */
function withoutAnswer(error: ConnectError, signal: AbortSignal | undefined): ConnectError {
  if (error.metadata.has("grpc-status") || error.code === Code.Unavailable || error.code === Code.DeadlineExceeded) return error;
  const isReset = error.code === Code.Canceled && signal?.aborted !== true;
  // A string for a code is how Node marks the errors of sockets, name look-ups, TLS and HTTP/2.
  const isNode = error.cause instanceof Error && "code" in error.cause && typeof error.cause.code === "string";
  if (!isReset && !isNode) return error;
  return new ConnectError(`no answer from the service: ${error.rawMessage}`, Code.Unavailable, undefined, undefined, error.cause ?? error);
}
