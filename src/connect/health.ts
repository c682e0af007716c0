// grpc.health.v1: whether the service takes calls, for load balancers and orchestrators. Anybody may ask.

import { create, type DescService } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  Health as HealthService, HealthCheckResponse_ServingStatus as Status, HealthCheckResponseSchema, HealthListResponseSchema,
  type HealthCheckRequest, type HealthCheckResponse,
} from "../../gen/ts/grpc/health/v1/health_pb.js";
import { RegistryError } from "../domain/errors.js";
import { methodNamed } from "../service/access.js";
import { createDecoder } from "./decode.js";
import type { UnaryMethod } from "./unary.js";

/** Whether the service takes calls at this moment. */
export interface Health {
  serving(): boolean;
  /** Calls `listener` after every change, until what it returns is called. */
  onChange(listener: () => void): () => void;
}

/** A health that somebody sets. */
export interface HealthSwitch extends Health {
  set(serving: boolean): void;
}

/** Starts as not serving. */
export function createHealth(): HealthSwitch {
  let serving = false;
  const listeners = new Set<() => void>();
  return {
    serving: () => serving,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(value) {
      if (value === serving) return;
      serving = value;
      for (const listener of [...listeners]) listener();
    },
  };
}

export const healthRow = methodNamed("grpc.health.v1.Health");

/** Check and List over the names of the services served. */
export function healthMethods(health: Health, services: readonly DescService[]): UnaryMethod[] {
  const status = () => create(HealthCheckResponseSchema, { status: health.serving() ? Status.SERVING : Status.NOT_SERVING });
  const { check, list } = HealthService.method;
  const names = namesOf(services);
  return [
    {
      method: check,
      row: healthRow,
      decode: createDecoder(check.input),
      run: (_arrival, { message }) => {
        if (!names.has((message as unknown as HealthCheckRequest).service)) throw new RegistryError("not_found", "no service of that name is served");
        return status();
      },
    },
    {
      method: list,
      row: healthRow,
      decode: createDecoder(list.input),
      run: () => create(HealthListResponseSchema, { statuses: Object.fromEntries([...names].map((name) => [name, status()])) }),
    },
  ];
}

/** Every service by name, and "" for the whole. */
const namesOf = (services: readonly DescService[]) => new Set(["", ...services.map((service) => service.typeName)]);

/**
 * Watch: the status now, after every change, and again after `heartbeatMs` of silence, which a client takes for no change and an idle
 * connection for a sign of life. Ends with UNAVAILABLE when the service stops.
 */
export function createWatch(health: Health, services: readonly DescService[], heartbeatMs: number, shutdown: AbortSignal) {
  const names = namesOf(services);
  return async function* watch(request: HealthCheckRequest, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<HealthCheckResponse> {
    const known = names.has(request.service);
    while (!signal.aborted) {
      yield create(HealthCheckResponseSchema, { status: !known ? Status.SERVICE_UNKNOWN : health.serving() ? Status.SERVING : Status.NOT_SERVING });
      await nextOccasion(health, heartbeatMs, signal);
    }
    if (shutdown.aborted) throw new ConnectError("the service is stopping; try another instance", Code.Unavailable);
  };
}

function nextOccasion(health: Health, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = () => {
      clearTimeout(timer);
      forget();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    timer.unref();
    const forget = health.onChange(wake);
    signal.addEventListener("abort", wake);
  });
}
