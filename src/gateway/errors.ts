// gateway/: RFC 7591 and RFC 7592 in JSON over HTTP, and what stands beside them: discovery and probes.
// It may import service/, domain/, generated messages and the request files of net/; never Connect or a driver. The use cases decide; this
// folder only translates.

import type { JsonObject } from "@bufbuild/protobuf";
import type { ErrorKind, RegistryError } from "../domain/errors.js";
import { rateLimitFields } from "../service/limits/rate-limit-fields.js";

interface ErrorRow {
  readonly status: number;
  /** The body's `error` (RFC 7591 section 3.2.2, RFC 6750 section 3.1). */
  readonly error: string;
  /** The challenge's error code; "" for a bare challenge; absent for none (RFC 6750 section 3). */
  readonly challenge?: string;
}

/** One row a kind. */
export const errorTable = {
  invalid_redirect_uri: { status: 400, error: "invalid_redirect_uri" },
  invalid_client_metadata: { status: 400, error: "invalid_client_metadata" },
  invalid_software_statement: { status: 400, error: "invalid_software_statement" },
  unapproved_software_statement: { status: 400, error: "unapproved_software_statement" },
  invalid_request: { status: 400, error: "invalid_request" },
  unauthenticated: { status: 401, error: "invalid_token", challenge: "" },
  invalid_token: { status: 401, error: "invalid_token", challenge: "invalid_token" },
  invalid_certificate: { status: 401, error: "invalid_token", challenge: "" },
  permission_denied: { status: 403, error: "insufficient_scope", challenge: "insufficient_scope" },
  // Never 404 on a client's own path: it would tell ids apart (OpenID Connect Registration section 4.4).
  not_found: { status: 401, error: "invalid_token", challenge: "invalid_token" },
  version_conflict: { status: 412, error: "invalid_request" },
  idempotency_conflict: { status: 422, error: "invalid_request" },
  too_large: { status: 413, error: "invalid_request" },
  rate_limited: { status: 429, error: "temporarily_unavailable" },
  // No more rights would help: RFC 6749 section 5.2 has no code for it, section 4.1.2.1 has.
  quota_exceeded: { status: 403, error: "access_denied" },
  client_suspended: { status: 403, error: "access_denied" },
  // Of operators' calls, which this door has none of.
  policy_in_use: { status: 409, error: "invalid_request" },
  // Of streams, which this door has none of.
  resume_token_expired: { status: 400, error: "invalid_request" },
  reader_too_slow: { status: 503, error: "temporarily_unavailable" },
  overloaded: { status: 503, error: "temporarily_unavailable" },
  stopping: { status: 503, error: "temporarily_unavailable" },
  store_unavailable: { status: 503, error: "temporarily_unavailable" },
  deadline_exceeded: { status: 504, error: "temporarily_unavailable" },
  unimplemented: { status: 501, error: "invalid_request" },
  internal: { status: 500, error: "server_error" },
} as const satisfies Record<ErrorKind, ErrorRow>;

/** Status, headers and body of an error. `schemes` are those a caller may use. The inner error stays inside. */
export function errorAnswer(error: RegistryError, schemes: () => readonly string[] = () => ["Bearer"]): { status: number; headers: Record<string, string>; body: JsonObject } {
  const row: ErrorRow = errorTable[error.kind];
  const headers: Record<string, string> = {};
  if (row.challenge !== undefined) headers["www-authenticate"] = schemes().map((scheme) => challenge(scheme, row.challenge!, error.message)).join(", ");
  if (error.retryAfter !== undefined) headers["retry-after"] = String(error.retryAfter);
  if (error.rate !== undefined) Object.assign(headers, rateLimitFields(error.rate));
  const body: JsonObject = { error: row.error, error_description: ascii(error.message) };
  if (error.violations.length > 0) body["violations"] = error.violations.map((violation) => ({ ...violation }));
  return { status: row.status, headers, body };
}

/** Only Bearer has error codes (RFC 6750 section 3); Basic says that it reads UTF-8 (RFC 7617 section 2.1). */
function challenge(scheme: string, code: string, description: string): string {
  const bare = `${scheme} realm="matricula"`;
  if (scheme === "Basic") return `${bare}, charset="UTF-8"`;
  return code === "" || scheme !== "Bearer" ? bare : `${bare}, error="${code}", error_description="${ascii(description)}"`;
}

/** RFC 6749 appendix A.8: %x20-21 / %x23-5B / %x5D-7E, without quote and backslash. */
const ascii = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll('"', "'").replaceAll("\\", "/");
