// domain/: what a registration is and which rules it obeys. Values in, values out.
// It may import generated messages, node:crypto and itself; never Connect, HTTP, TLS, a driver, a clock or `process`.

import type { Violation } from "../../gen/ts/matricula/v1/errors_pb.js";

/** Everything that can go wrong, as a closed list. Each door maps it by a table that must be complete to compile. */
export const errorKinds = [
  "invalid_redirect_uri",
  "invalid_client_metadata",
  "invalid_software_statement",
  "unapproved_software_statement",
  "invalid_request",
  "unauthenticated",
  "invalid_token",
  "invalid_certificate",
  "permission_denied",
  "not_found",
  "version_conflict",
  "idempotency_conflict",
  "too_large",
  "rate_limited",
  "quota_exceeded",
  "client_suspended",
  "policy_in_use",
  "resume_token_expired",
  "reader_too_slow",
  "overloaded",
  "stopping",
  "store_unavailable",
  "deadline_exceeded",
  "unimplemented",
  "internal",
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** One broken rule, as the doors tell it. */
export type ViolationRow = Pick<Violation, "field" | "rule" | "clause" | "description">;

export interface RegistryErrorOptions {
  /** Every broken rule; empty for errors that are not about metadata. */
  readonly violations?: readonly ViolationRow[];
  /** Seconds after which a retry may help. */
  readonly retryAfter?: number;
  /** The limit that was reached. */
  readonly rate?: ReachedLimit;
  /** For the log alone. */
  readonly cause?: unknown;
}

/** A rate limit that was reached, for the RateLimit fields. */
export interface ReachedLimit {
  readonly name: string;
  /** Calls in a window. */
  readonly limit: number;
  /** Seconds. */
  readonly window: number;
  readonly remaining: number;
  /** Seconds until one more is admitted. */
  readonly reset: number;
}

/** The one error class. `message` is a safe ASCII sentence for the caller; `cause` never leaves the process. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly kind: ErrorKind;
  readonly violations: readonly ViolationRow[];
  readonly retryAfter: number | undefined;
  readonly rate: ReachedLimit | undefined;

  constructor(kind: ErrorKind, message: string, options: RegistryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.violations = options.violations ?? [];
    this.retryAfter = options.retryAfter;
    this.rate = options.rate;
  }

  /** The one doorway for foreign errors: what is not ours is internal and silent. */
  static from(error: unknown): RegistryError {
    return error instanceof RegistryError
      ? error
      : new RegistryError("internal", "the service failed; the fault is logged", { cause: error });
  }
}

/** The error of a request that breaks `violations`; RFC 7591 section 3.2.2 decides its code by the first one. */
export function registrationError(violations: readonly (ViolationRow & { readonly error: RegistrationErrorKind })[]): RegistryError {
  const first = violations[0];
  if (first === undefined) throw new RangeError("a registration error needs a violation");
  // An invalid redirect URI is named before all else: it is the one code with a field of its own.
  const kind = violations.find((v) => v.error === "invalid_redirect_uri")?.error ?? first.error;
  const rows = violations.map(({ field, rule, clause, description }) => ({ field, rule, clause, description }));
  return withoutStack(() => new RegistryError(kind, rows.map((v) => v.description).join("; "), { violations: rows }));
}

/** The place in our code says nothing of a request that is refused, and finding it takes as long as deciding does. */
function withoutStack<Made>(make: () => Made): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The kinds that are RFC 7591 section 3.2.2 codes. */
export type RegistrationErrorKind = Extract<
  ErrorKind,
  "invalid_redirect_uri" | "invalid_client_metadata" | "invalid_software_statement" | "unapproved_software_statement"
>;
