// The deadline that a caller sets.

import { RegistryError } from "../domain/errors.js";
import type { Wire } from "./wire.js";

const grpcUnits: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * Milliseconds that the caller waits: at most `longest`, which is also the answer when it says nothing. A longer wait is cut, not
 * refused: the caller loses nothing by an earlier answer. Throws invalid_request for a header that is not well-formed.
 */
export function callTimeout(wire: Wire, value: string | undefined, longest: number): number {
  if (value === undefined) return longest;
  const match = (wire.timeoutHeader === "grpc-timeout" ? /^(\d{1,8})([HMSmun])$/ : /^(\d{1,10})$/).exec(value);
  if (match === null) throw new RegistryError("invalid_request", `${wire.timeoutHeader} is not well-formed`);
  return Math.min(Number(match[1]) * (grpcUnits[match[2] ?? "m"] ?? 1), longest);
}

/** Settles as `work` does, or rejects with deadline_exceeded after `ms`, when `work` goes on unheard. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(deadlineExceeded()), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

export const deadlineExceeded = () => new RegistryError("deadline_exceeded", "the deadline passed before the answer was ready; whether the call took effect is unknown");
