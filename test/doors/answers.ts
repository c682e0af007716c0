// What each door answers for each kind of error, written by hand: the tables of src are held against it, not read.

/** Kind: HTTP status, `error`, and the challenge: its error code, "" for a bare one, undefined for none; then the RPC code. */
const rows: Readonly<Record<string, readonly [status: number, error: string, challenge: string | undefined, code: string]>> = {
  invalid_redirect_uri: [400, "invalid_redirect_uri", undefined, "InvalidArgument"],
  invalid_client_metadata: [400, "invalid_client_metadata", undefined, "InvalidArgument"],
  invalid_software_statement: [400, "invalid_software_statement", undefined, "InvalidArgument"],
  unapproved_software_statement: [400, "unapproved_software_statement", undefined, "InvalidArgument"],
  invalid_request: [400, "invalid_request", undefined, "InvalidArgument"],
  unauthenticated: [401, "invalid_token", "", "Unauthenticated"],
  invalid_certificate: [401, "invalid_token", "", "Unauthenticated"],
  invalid_token: [401, "invalid_token", "invalid_token", "Unauthenticated"],
  not_found: [401, "invalid_token", "invalid_token", "NotFound"],
  permission_denied: [403, "insufficient_scope", "insufficient_scope", "PermissionDenied"],
  version_conflict: [412, "invalid_request", undefined, "Aborted"],
  idempotency_conflict: [422, "invalid_request", undefined, "InvalidArgument"],
  quota_exceeded: [403, "access_denied", undefined, "ResourceExhausted"],
  policy_in_use: [409, "invalid_request", undefined, "FailedPrecondition"],
  client_suspended: [403, "access_denied", undefined, "FailedPrecondition"],
  too_large: [413, "invalid_request", undefined, "ResourceExhausted"],
};

/** The kinds that a gateway's answer can mean; the answer itself, when it means none. */
export function gatewayKinds(status: number, error: string, challenge: string | undefined): string[] {
  const code = challenge === undefined ? undefined : codeOf(challenge);
  const kinds = Object.keys(rows).filter((kind) => rows[kind]![0] === status && rows[kind]![1] === error && rows[kind]![2] === code);
  return kinds.length > 0 ? kinds : [`${status} ${error} ${challenge ?? "without a challenge"}`];
}

/** The error code of a challenge (RFC 6750 section 3), "" for none; the whole of one that is not well-formed. */
function codeOf(challenge: string): string {
  const match = /^Bearer realm="matricula"(?:, error="([a-z_]+)", error_description="[^"\\]+")?$/.exec(challenge);
  return match === null ? challenge : (match[1] ?? "");
}

export const rpcCodes: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(rows).map(([kind, row]) => [kind, row[3]]));

/** "INVALID_TOKEN" is the reason of the kind invalid_token. */
export function kindOfReason(reason: string | undefined): string | undefined {
  const kind = reason?.toLowerCase();
  return kind !== undefined && kind in rows ? kind : undefined;
}

export const errorKindsInCases: readonly string[] = Object.keys(rows);
