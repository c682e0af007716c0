// CORS (Fetch standard): pages may register and manage clients with the tokens they hold (OpenID Connect Registration section 3).
// Credentials are never allowed, so no cookie and no client certificate rides along.

import { header } from "../net/request.js";
import type { Headers, HttpRequest } from "./exchange.js";

/** Response headers that a page may read beyond the few that every page may: whatever this door sends. */
const exposed = "ETag, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, Matricula-Decisions, Preference-Applied, Allow, Accept, Accept-Post";
const requestHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, Prefer";
/** Seconds that a browser may remember a preflight. */
const maxAge = "600";

/** Origins whose pages may call; every one when empty. */
export type CorsOrigins = readonly string[];

/** The CORS headers of an answer; none when there is no Origin, or not an allowed one. */
export function corsHeaders(request: HttpRequest, allowed: CorsOrigins): Headers | undefined {
  const origin = header(request, "origin");
  if (origin === undefined) return undefined;
  if (allowed.length === 0) return { "access-control-allow-origin": "*", "access-control-expose-headers": exposed };
  if (!allowed.includes(origin)) return { vary: "origin" };
  return { "access-control-allow-origin": origin, "access-control-expose-headers": exposed, vary: "origin" };
}

/** What a preflight is told besides; without an Origin it is nothing. */
export function preflightHeaders(cors: Headers | undefined, methods: string): Headers {
  if (cors?.["access-control-allow-origin"] === undefined) return { ...cors };
  return { ...cors, "access-control-allow-methods": methods, "access-control-allow-headers": requestHeaders, "access-control-max-age": maxAge };
}
