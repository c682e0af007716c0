// What happens around every call, whatever the door: name it, identify the caller, and tell the observer how it ended.

import { randomUUID } from "node:crypto";
import { RegistryError } from "../domain/errors.js";
import type { MethodRow } from "./access.js";
import type { Call } from "./call.js";
import { identify, type Evidence } from "./caller.js";
import { demandRealm, type Registry } from "./registry.js";

export type DoorName = "gateway" | "connect" | "grpc" | "grpc_web";

/** A call as a door knows it before anybody is identified. */
export interface Arrival {
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

/** Names an arriving call. `trace` is kept only when it is a well-formed traceparent. */
export function arrive(door: DoorName, method: MethodRow, evidence: Evidence, trace: string | undefined): Arrival {
  return { door, method, evidence, requestId: randomUUID(), trace: trace !== undefined && traceparent.test(trace) ? trace : "", startedAt: performance.now() };
}

/** Identifies the caller in the realm and makes the call. Throws RegistryError. */
export function beginCall(registry: Registry, arrival: Arrival, realmName: string): Call {
  const realm = demandRealm(registry, realmName);
  const now = registry.clock.seconds();
  const caller = identify(registry, realm, arrival.method, arrival.evidence, now);
  return { method: arrival.method, realm, caller, requestId: arrival.requestId, trace: arrival.trace, now };
}
