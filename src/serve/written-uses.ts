import type { ClientUses } from "../service/client-uses.js";

/** Milliseconds between two writings: lastUsedAt is about this late at most. */
const writeEvery = 3_000;

export interface UsesLog {
  warn(fields: object, message: string): void;
}

/** Has the gathered uses written from time to time. `stop` writes what is left; it resolves also when that fails. */
export function writeUses(uses: ClientUses, log: UsesLog): { stop(): Promise<void> } {
  const write = () => uses.flush().catch((error: unknown) => log.warn({ error }, "uses of clients were not written; they are kept and tried again"));
  const timer = setInterval(() => void write(), writeEvery);
  return {
    stop() {
      clearInterval(timer);
      return write();
    },
  };
}
