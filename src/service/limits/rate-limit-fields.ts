import type { ReachedLimit } from "../../domain/errors.js";

/** The RateLimit header fields (draft-ietf-httpapi-ratelimit-headers sections 4 and 5) of a limit that was reached. */
export function rateLimitFields({ name, limit, window, remaining, reset }: ReachedLimit): Record<string, string> {
  return { "ratelimit-policy": `"${name}";q=${limit};w=${window}`, ratelimit: `"${name}";r=${remaining};t=${reset}` };
}
