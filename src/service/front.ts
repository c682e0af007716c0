// What happens around every call, whatever the door: name it, identify the caller, and tell the observer how it ended.

import { randomUUID } from "node:crypto";
import { RegistryError } from "../domain/errors.js";
import type { MethodRow } from "./access.js";
import type { Call } from "./call.js";
import { identify, screen, type Caller, type Evidence, type Recognized } from "./caller.js";
import { demandRealm, type Registry } from "./registry.js";

export type DoorName = "gateway" | "connect" | "grpc" | "grpc_web";

/** A call as a door knows it before anybody is identified. */
export interface Arrival {
  /** What it shows, once it has been looked at. */
  recognized?: Recognized;
  /** Ends the call while its body is waited for, in favour of others; false when it is waited for no more. */
  giveUp?: () => boolean;
  /** Makes a signal that fires when nobody waits for the answer any more. */
  gone?: () => AbortSignal;
  readonly door: DoorName;
  readonly method: MethodRow;
  readonly evidence: Evidence;
  readonly requestId: string;
  /** W3C traceparent, or "". */
  readonly trace: string;
  /** Milliseconds of a monotonic clock. */
  readonly startedAt: number;
}

/** Is told of every call's end. Must not throw. */
export interface Observer {
  finished(arrival: Arrival, call: Call | undefined, error: RegistryError | undefined): void;
}

const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

// Random once and counted from there: as unique as a number that is random throughout, and in logs its calls stand in their order.
const ofThisProcess = randomUUID().replaceAll("-", "");
let arrived = 0;

/** Names an arriving call. `trace` is kept only when it is a well-formed traceparent. */
export function arrive(door: DoorName, method: MethodRow, evidence: Evidence, trace: string | undefined): Arrival {
  return { door, method, evidence, requestId: `${ofThisProcess}-${++arrived}`, trace: trace !== undefined && traceparent.test(trace) ? trace : "", startedAt: performance.now() };
}

/** Looks at what an arriving call shows: what cannot open the method ends here. Throws RegistryError. */
export function look(registry: Registry, arrival: Arrival): Recognized {
  return (arrival.recognized = screen(registry, arrival.method, arrival.evidence));
}

/**
 * The same, and holds the call to the limits, before its body is read. Throws RegistryError. A door tells of every arrival's end through
 * `departures`.
 */
export function receive(registry: Registry, arrival: Arrival): void {
  registry.limits.enter(arrival, look(registry, arrival).shown);
}

/** An observer through which what a call held of the service is free again when it ends. */
export function departures({ limits }: Pick<Registry, "limits">, observer: Observer): Observer {
  return {
    finished(arrival, call, error) {
      limits.leave(arrival);
      observer.finished(arrival, call, error);
    },
  };
}

/**
 * Identifies the caller in the realm and makes the call: a promise only where a way in asks outside the process. Throws, or rejects
 * with, RegistryError.
 */
export function beginCall(registry: Registry, arrival: Arrival, realmName: string): Call | Promise<Call> {
  const realm = demandRealm(registry, realmName);
  const { method, requestId, trace } = arrival;
  const now = registry.clock.seconds();
  const call = (caller: Caller): Call => {
    registry.limits.identified(caller, arrival);
    return { method, realm, caller, requestId, trace, now, gone: arrival.gone };
  };
  const caller = identify(registry, realm, method, arrival.recognized ?? look(registry, arrival), now);
  return caller instanceof Promise ? caller.then(call) : call(caller);
}
