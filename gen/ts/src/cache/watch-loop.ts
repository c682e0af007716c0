// Follows WatchClients for as long as it is told to: reconnects, goes on where it was, and begins again where it must.

import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, type Transport } from "@connectrpc/connect";
import type { ClientFilterSchema } from "../../matricula/v1/client_directory_service_pb.js";
import { toServiceError, type ServiceError } from "../errors.js";
import { createKeepingWatch, type KeptAnswer } from "./kept-records.js";

export interface WatchLoopOptions {
  readonly transport: Transport;
  readonly realm: string;
  readonly filter: MessageInitShape<typeof ClientFilterSchema> | undefined;
  /** Where to go on; "" to begin with a snapshot. */
  readonly resumeToken: string;
  /** A snapshot begins: what comes until its end is all there is. */
  readonly begins: () => void;
  readonly heard: (answer: KeptAnswer) => void;
  /** The stream has ended; another is tried. */
  readonly lost: (error: ServiceError) => void;
  readonly signal: AbortSignal;
}

/** Seconds of silence that the service is asked to break. */
const heartbeatInterval = 3;
/** Silence that is taken for a lost connection: long enough that a busy process does not take its own for the service's. */
const silenceMs = 5 * 1000 * heartbeatInterval;
const firstDelayMs = 50;
/** Short: a change is to arrive within two seconds of the service's return. */
const longestDelayMs = 1_000;
/** What only an operator can change. */
const refusedDelayMs = 5_000;
const refusals: ReadonlySet<Code> = new Set([Code.PermissionDenied, Code.Unauthenticated, Code.InvalidArgument, Code.Unimplemented]);

/** Resolves when the signal has fired. Never rejects. */
export async function watchLoop({ transport, realm, filter, resumeToken, begins, heard, lost, signal }: WatchLoopOptions): Promise<void> {
  const watch = createKeepingWatch(transport);
  let token = resumeToken;
  let delay = firstDelayMs;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const silence = setTimeout(() => attempt.abort(new Error("the service has fallen silent")), silenceMs).unref();
    const abort = () => attempt.abort();
    signal.addEventListener("abort", abort);
    let error: ServiceError;
    try {
      const isSnapshot = token === "";
      let begun = !isSnapshot;
      const request = { realm, resumeToken: token, snapshot: isSnapshot, heartbeatInterval, together: true, ...(filter && { filter }) };
      for await (const answer of watch(request, { signal: attempt.signal })) {
        silence.refresh();
        if (!begun) begins();
        begun = true;
        heard(answer);
        token = answer.resumeToken;
        delay = firstDelayMs;
      }
      error = toServiceError(new Error("the service has ended the stream"));
    } catch (thrown) {
      error = toServiceError(thrown);
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", abort);
      // A stream whose reading ended by a fault of our own would go on.
      attempt.abort();
    }
    if (signal.aborted) return;
    if (error.reason === "RESUME_TOKEN_EXPIRED") token = "";
    lost(error);
    const wait = refusals.has(error.code) ? refusedDelayMs : Math.max(delay * (0.5 + Math.random() / 2), error.retryAfterMs ?? 0);
    delay = Math.min(longestDelayMs, 2 * delay);
    await sleep(wait, undefined, { signal }).catch(() => {});
  }
}
