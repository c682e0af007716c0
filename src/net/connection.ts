/** What the server can do with a connection, whatever HTTP version it speaks. */
export interface Connection {
  /** Requests that have come in and whose answer has not ended. */
  readonly open: number;
  /** A certificate came with the handshake and was not believed: after a reload it may be, and only a new handshake can tell. */
  readonly presentedInVain: boolean;
  /** Takes no new request, ends the open ones, closes; after the grace it is cut off. May be called again. */
  retire(): void;
  destroy(): void;
}

/** A timer that keeps no process alive. */
export function later(ms: number, run: () => void): NodeJS.Timeout {
  const timer = setTimeout(run, ms);
  timer.unref();
  return timer;
}

/** The age at which a connection retires, different for each. */
export function connectionAge(limits: { connectionAgeMs: number; connectionAgeJitter: number }, random: () => number): number {
  return limits.connectionAgeMs * (1 + limits.connectionAgeJitter * (2 * random() - 1));
}
