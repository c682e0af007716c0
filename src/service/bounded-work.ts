import { RegistryError } from "../domain/errors.js";

/** Runs a task when its turn comes. Throws overloaded, at once, when too many wait already. */
export type BoundedWork = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Work that is dear: so many tasks at once, so many that wait for their turn, and no more. */
export function createBoundedWork({ atOnce, waiting, retryAfter }: { readonly atOnce: number; readonly waiting: number; readonly retryAfter: number }): BoundedWork {
  const queue: (() => void)[] = [];
  let running = 0;
  const next = () => {
    running -= 1;
    queue.shift()?.();
  };
  return (task) => {
    const start = () => {
      running += 1;
      return task().finally(next);
    };
    if (running < atOnce) return start();
    if (queue.length >= waiting) throw new RegistryError("overloaded", "too many credentials are being checked; try again", { retryAfter });
    return new Promise((resolve, reject) => queue.push(() => void start().then(resolve, reject)));
  };
}
