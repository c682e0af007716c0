import type { SweepLog } from "../service/expired-clients.js";

/** Milliseconds between two sweeps: each looks at every client of a realm where clients expire. */
const sweepEvery = 600_000;
/** Milliseconds between two turns of one. */
const turnEvery = 1_000;

/** Has expired clients removed, turn by turn. `stop` waits for the turn at hand. */
export function sweepExpired(turn: () => Promise<boolean>, log: SweepLog): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = async () => {
    const more = await turn().catch((error: unknown) => (log.warn({ error }, "expired clients were not removed; it is tried again"), false));
    if (!stopped) wait(more ? turnEvery : sweepEvery);
  };
  const wait = (milliseconds: number) => {
    timer = setTimeout(() => (running = run()), milliseconds).unref();
  };
  wait(sweepEvery);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
