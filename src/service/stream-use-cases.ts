// The use cases that answer with a stream, by method, as use-cases.ts has the others.

import type { DescMethod, Message, MessageShape } from "@bufbuild/protobuf";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { methodNamed, type MethodRow } from "./access.js";
import type { Call } from "./call.js";
import type { Registry } from "./registry.js";
import type { RequestMessage } from "./use-cases.js";
import { createWatchClients } from "./watch/watch-clients.js";

/** What surrounds a stream while it goes on. */
export interface Surroundings {
  /** Fired when nobody waits for more: the stream ends without a word. */
  readonly ended: AbortSignal;
  /** Fired when the service stops: the stream says where to go on, and ends. */
  readonly stopping: AbortSignal;
  /** Calls back after so many milliseconds, unless what it gives is called before. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** One stream, by batches of what is there at once. The next batch is asked for when the reader has taken the one before. */
export type RunStream<Request = RequestMessage, Answer = Message> = (call: Call, request: Request, around: Surroundings) => AsyncGenerator<readonly Answer[]>;

/** One method with its use case. */
export interface StreamUseCase {
  readonly method: DescMethod;
  readonly row: MethodRow;
  /** Makes what its streams share. */
  readonly begin: (registry: Registry) => RunStream;
}

function streamUseCase<M extends DescMethod>(method: M, begin: (registry: Registry) => RunStream<MessageShape<M["input"]>, MessageShape<M["output"]>>): StreamUseCase {
  return { method, row: methodNamed(`${method.parent.typeName}.${method.name}`), begin: begin as unknown as StreamUseCase["begin"] };
}

/** Every use case that answers with a stream. */
export const streamUseCases: readonly StreamUseCase[] = [streamUseCase(ClientDirectoryService.method.watchClients, createWatchClients)];
