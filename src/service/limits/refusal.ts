import { RegistryError } from "../../domain/errors.js";
import type { BucketName } from "./limits.js";
import type { Rate } from "./token-buckets.js";

/** Throws rate_limited unless there is nothing to wait for. `wait` is in milliseconds. */
export function refuse(name: BucketName, rate: Rate, wait: number): void {
  if (wait === 0) return;
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  const window = Math.max(1, Math.ceil((rate.burst * 60) / rate.perMinute));
  throw new RegistryError("rate_limited", sentences[name], { retryAfter, rate: { name, limit: rate.burst, window, remaining: 0, reset: retryAfter } });
}

const sentences = {
  network: "too many registrations from this network; try again later, or with a credential",
  credential: "too many calls with this credential; try again later",
  certificate: "too many calls by this certificate; try again later",
  software_id: "too many registrations of this software; try again later",
  redirect_host: "too many registrations for this host of a redirect URI; try again later",
  failures: "too many wrong credentials; try again later",
} as const satisfies Record<BucketName, string>;
