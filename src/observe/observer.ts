import type { RegistryError } from "../domain/errors.js";
import type { Call } from "../service/call.js";
import type { Arrival, Observer } from "../service/front.js";
import { Counters, type Count } from "./counters.js";
import type { Logger } from "./logger.js";

/** An observer that also tells what it has counted. */
export interface CountingObserver extends Observer {
  snapshot(): Count[];
}

/** Logs one line for each finished call and counts it. A line that its level keeps out costs one comparison. */
export function createObserver(logger: Pick<Logger, "debug" | "info" | "warn" | "isLevelEnabled">): CountingObserver {
  const counters = new Counters();
  return {
    finished(arrival, call, error) {
      counters.add(arrival.method.name, arrival.door, error?.kind ?? "ok");
      const level = levelOf(error);
      if (logger.isLevelEnabled(level)) logger[level](lineOf(arrival, call, error), "call");
    },
    snapshot: () => counters.snapshot(),
  };
}

/** Faults are for an operator, refusals for whoever asks why. What succeeded is on record in the change log; a line for it costs a sixth of a registration. */
function levelOf(error: RegistryError | undefined): "warn" | "info" | "debug" {
  // A flood must not become a flood of lines; the counters tell of it.
  if (error === undefined || error.kind === "rate_limited" || error.kind === "overloaded") return "debug";
  return error.kind === "internal" ? "warn" : "info";
}

/** Every member is chosen: the evidence, which holds the Authorization header, and the request itself are not among them. */
function lineOf(arrival: Arrival, call: Call | undefined, error: RegistryError | undefined): Record<string, unknown> {
  const principal = call?.caller.principal;
  return {
    door: arrival.door,
    method: arrival.method.name,
    // Absent when the call ended before its realm and caller were known.
    ...(call === undefined ? {} : { realm: call.realm.name }),
    ...(principal === undefined ? {} : { principal: { kind: principal.kind, id: principal.id } }),
    request_id: arrival.requestId,
    ...(arrival.trace === "" ? {} : { trace: arrival.trace }),
    result: error?.kind ?? "ok",
    ms: Math.round((performance.now() - arrival.startedAt) * 1000) / 1000,
    ...(error === undefined ? {} : { error }),
  };
}
