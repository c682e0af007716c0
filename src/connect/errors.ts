// From an error kind to what gRPC and Connect say: one table, complete or it does not compile.

import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { ErrorReason, RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import type { ErrorKind, RegistryError, ViolationRow } from "../domain/errors.js";

/** The domain of every google.rpc.ErrorInfo. */
export const errorDomain = "matricula";

export const errorAnswers = {
  invalid_redirect_uri: { code: Code.InvalidArgument, reason: ErrorReason.INVALID_REDIRECT_URI },
  invalid_client_metadata: { code: Code.InvalidArgument, reason: ErrorReason.INVALID_CLIENT_METADATA },
  invalid_software_statement: { code: Code.InvalidArgument, reason: ErrorReason.INVALID_SOFTWARE_STATEMENT },
  unapproved_software_statement: { code: Code.InvalidArgument, reason: ErrorReason.UNAPPROVED_SOFTWARE_STATEMENT },
  invalid_request: { code: Code.InvalidArgument, reason: ErrorReason.INVALID_REQUEST },
  unauthenticated: { code: Code.Unauthenticated, reason: ErrorReason.UNAUTHENTICATED },
  invalid_token: { code: Code.Unauthenticated, reason: ErrorReason.INVALID_TOKEN },
  invalid_certificate: { code: Code.Unauthenticated, reason: ErrorReason.INVALID_CERTIFICATE },
  permission_denied: { code: Code.PermissionDenied, reason: ErrorReason.PERMISSION_DENIED },
  not_found: { code: Code.NotFound, reason: ErrorReason.NOT_FOUND },
  version_conflict: { code: Code.Aborted, reason: ErrorReason.VERSION_CONFLICT },
  idempotency_conflict: { code: Code.InvalidArgument, reason: ErrorReason.IDEMPOTENCY_CONFLICT },
  too_large: { code: Code.ResourceExhausted, reason: ErrorReason.TOO_LARGE },
  rate_limited: { code: Code.ResourceExhausted, reason: ErrorReason.RATE_LIMITED },
  quota_exceeded: { code: Code.ResourceExhausted, reason: ErrorReason.QUOTA_EXCEEDED },
  client_suspended: { code: Code.FailedPrecondition, reason: ErrorReason.CLIENT_SUSPENDED },
  policy_in_use: { code: Code.FailedPrecondition, reason: ErrorReason.POLICY_IN_USE },
  resume_token_expired: { code: Code.OutOfRange, reason: ErrorReason.RESUME_TOKEN_EXPIRED },
  reader_too_slow: { code: Code.ResourceExhausted, reason: ErrorReason.READER_TOO_SLOW },
  overloaded: { code: Code.ResourceExhausted, reason: ErrorReason.OVERLOADED },
  stopping: { code: Code.Unavailable, reason: ErrorReason.STOPPING },
  store_unavailable: { code: Code.Unavailable, reason: ErrorReason.STORE_UNAVAILABLE },
  deadline_exceeded: { code: Code.DeadlineExceeded, reason: ErrorReason.DEADLINE_EXCEEDED },
  unimplemented: { code: Code.Unimplemented, reason: ErrorReason.UNIMPLEMENTED },
  internal: { code: Code.Internal, reason: ErrorReason.INTERNAL },
} as const satisfies Record<ErrorKind, { readonly code: Code; readonly reason: ErrorReason }>;

// gRPC sends an error as header fields, and grpc-java refuses more than 8 KiB of them. Base64 takes a third more, and the message is
// sent twice, once with %-escapes.
const longestMessage = 600;
const violationBytes = 3_000;

/** What leaves the process: the safe sentence, RegistrationError when rules were broken, ErrorInfo, and RetryInfo when a retry may help. */
export function toConnectError(error: RegistryError): ConnectError {
  const { code, reason } = errorAnswers[error.kind];
  const answer = new ConnectError(error.message.length > longestMessage ? `${error.message.slice(0, longestMessage)}...` : error.message, code);
  if (error.violations.length > 0) {
    answer.details.push({ desc: RegistrationErrorSchema, value: create(RegistrationErrorSchema, { error: error.kind, violations: whatFits(error.violations) }) });
  }
  answer.details.push({ desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason: ErrorReason[reason], domain: errorDomain }) });
  if (error.retryAfter !== undefined) {
    answer.details.push({ desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay: { seconds: BigInt(Math.ceil(error.retryAfter)) } }) });
  }
  return answer;
}

/** All of them, or as many as the header fields hold and a last row that says how many more there are. */
function whatFits(violations: readonly ViolationRow[]): ViolationRow[] {
  let bytes = 0;
  for (let i = 0; i < violations.length; i++) {
    const { field, rule, clause, description } = violations[i]!;
    // Each of the four has a tag and a length, and so has the row.
    bytes += field.length + rule.length + clause.length + description.length + 12;
    if (bytes <= violationBytes || i === 0) continue;
    const more = violations.length - i;
    return [...violations.slice(0, i), { field: "", rule: "more", clause: "", description: `${more} more broken rules are not listed; correct these first` }];
  }
  return [...violations];
}
