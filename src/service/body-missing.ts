import { RegistryError } from "../domain/errors.js";

/** The error of a call whose body did not come: its caller has gone, or it came too slowly and gave way to others. */
export function bodyMissing(end: "cut_short" | "given_up"): RegistryError {
  return end === "cut_short"
    ? new RegistryError("invalid_request", "the request ended before it was complete")
    : new RegistryError("overloaded", "the body came too slowly, and others were waiting; try again", { retryAfter: 1 });
}
