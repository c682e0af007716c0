import type { Clock } from "../domain/ports.js";

/** The machine's wall clock. */
export const systemClock: Clock = {
  seconds: () => Math.floor(Date.now() / 1000),
  milliseconds: () => Date.now(),
};
