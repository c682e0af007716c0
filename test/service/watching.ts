// A watch without a door: its timers are called by the test, and its answers are taken one batch at a time.

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ClientDirectoryService, WatchClientsRequestSchema, type WatchClientsResponse } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { methodNamed } from "../../src/service/access.js";
import type { Evidence } from "../../src/service/caller.js";
import { arrive, beginCall, receive } from "../../src/service/front.js";
import type { Registry } from "../../src/service/registry.js";
import { streamUseCases, type RunStream } from "../../src/service/stream-use-cases.js";

const method = ClientDirectoryService.method.watchClients;

/** One watch that goes on. */
export interface Watching {
  /** The next batch of answers; undefined when the watch has ended. Rejects with what it ended by. */
  next(): Promise<readonly WatchClientsResponse[] | undefined>;
  /** Answers up to and with the first heartbeat. */
  untilHeartbeat(): Promise<WatchClientsResponse[]>;
  /** Lets the heartbeat's interval pass. */
  heartbeat(): void;
  /** Ends the waiting of its reader, as when a caller has gone. */
  end(): void;
  stop(): void;
}

/** Makes the watches of a registry, which share the reading of its log. */
export function watcher(registry: Registry): (request: MessageInitShape<typeof WatchClientsRequestSchema>, evidence: Evidence) => Watching {
  const run = streamUseCases.find((row) => row.method === method)!.begin(registry) as unknown as RunStream<unknown, WatchClientsResponse>;
  return (request, evidence) => {
    const message = create(WatchClientsRequestSchema, request);
    const [ended, stopping] = [new AbortController(), new AbortController()];
    let timer: (() => void) | undefined;
    const after = (_ms: number, call: () => void) => {
      timer = call;
      return () => void (timer = undefined);
    };
    const batches = (async function* () {
      const arrival = arrive("grpc", methodNamed(`${method.parent.typeName}.${method.name}`), evidence, undefined);
      receive(registry, arrival);
      const call = await beginCall(registry, arrival, message.realm);
      yield* run(call, message, { ended: ended.signal, stopping: stopping.signal, after });
    })();
    const next = async () => {
      const { value, done } = await batches.next();
      return done === true ? undefined : value;
    };
    return {
      next,
      async untilHeartbeat() {
        const answers: WatchClientsResponse[] = [];
        for (;;) {
          const batch = await next();
          if (batch === undefined) throw new Error("the watch has ended");
          answers.push(...batch);
          if (answers.at(-1)!.event.case === "heartbeat") return answers;
        }
      },
      heartbeat: () => timer?.(),
      end: () => ended.abort(),
      stop: () => stopping.abort(),
    };
  };
}

/** What an answer says, in short. */
export function said({ event }: WatchClientsResponse): string {
  switch (event.case) {
    case "client":
      return `${event.value.client!.metadata!.clientName ?? event.value.client!.clientId!} ${event.value.client!.version}`;
    case "clients":
      return event.value.clients.map((value) => said({ event: { case: "client", value } } as WatchClientsResponse)).join(", ");
    case "removed":
      return `${event.value.deleted ? "deleted" : "no longer"} ${event.value.version}`;
    case "snapshotEnd":
      return `end of ${event.value.clients}`;
    default:
      return event.case ?? "nothing";
  }
}
