// observe/: logs and counters. It may import pino, domain/errors.ts and the types of service/; it decides nothing.
// Nothing that can be a secret is given to it, and what looks like one is taken out all the same.

import pino from "pino";
import { errorFields } from "./error-fields.js";
import { scrub } from "./scrub.js";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go: standard error unless told, through a buffer. A stream of one's own gets each line at once. */
  readonly destination?: pino.DestinationStream;
}

/** Writes structured lines, one JSON object each. */
export interface Logger extends Pick<pino.Logger, "trace" | "debug" | "info" | "warn" | "error" | "isLevelEnabled"> {
  /** Writes what is buffered, and resolves when it is out. */
  close(): Promise<void>;
}

/** Milliseconds that a line may wait in the buffer: long enough to write many at once, short enough for who watches. */
const flushInterval = 100;

/** Bytes that are written at once, should they come before the interval ends. */
const bufferSize = 16 * 1024;

/** Bytes that may wait for a reader that does not read: beyond them lines are dropped, rather than memory lost. */
const largestBacklog = 16 * 1024 * 1024;

/** A logger that never makes a request wait: lines are buffered, and written by timer and at exit; every line is scrubbed. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  const stream = destination ?? pino.destination({ dest: 2, sync: false, minLength: bufferSize, maxWrite: 4 * bufferSize, maxLength: largestBacklog, periodicFlush: flushInterval });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields, error: errorFields, event: eventFields },
      hooks: { streamWrite: scrub },
    },
    stream,
  );
  return Object.assign(logger, { close: () => flush(stream) });
}

/** An event of the network room, whose error would come out as {}. */
function eventFields(event: unknown): unknown {
  if (typeof event !== "object" || event === null || !("error" in event)) return event;
  return { ...event, error: errorFields(event.error) };
}

function flush(stream: pino.DestinationStream): Promise<void> {
  return new Promise((resolve) => {
    if (!("flush" in stream) || typeof stream.flush !== "function") return resolve();
    // A log that nobody can be told about must not keep the process from ending.
    stream.flush(() => resolve());
  });
}
