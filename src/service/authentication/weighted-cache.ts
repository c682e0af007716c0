/** Values by name that weigh something: all together they weigh no more than the limit, and the one not wanted for longest goes first. */
export interface WeightedCache<Value> {
  /** The value, which is now the last to go; undefined when it is not there. */
  get(name: string): Value | undefined;
  keep(name: string, value: Value, weight: number): void;
  /** Says what a value weighs by now; nothing of one that has gone or been replaced. */
  reweigh(name: string, value: Value, weight: number): void;
}

/** Makes an empty one. */
export function createWeightedCache<Value>(limit: number): WeightedCache<Value> {
  const kept = new Map<string, { readonly value: Value; weight: number }>();
  let total = 0;

  function drop(name: string): void {
    total -= kept.get(name)?.weight ?? 0;
    kept.delete(name);
  }

  function shrink(): void {
    for (const name of kept.keys()) {
      if (total <= limit) return;
      drop(name);
    }
  }

  return {
    get(name) {
      const entry = kept.get(name);
      if (entry === undefined) return undefined;
      // Written anew: a Map goes through its entries in the order of their writing.
      kept.delete(name);
      kept.set(name, entry);
      return entry.value;
    },
    keep(name, value, weight) {
      drop(name);
      kept.set(name, { value, weight });
      total += weight;
      shrink();
    },
    reweigh(name, value, weight) {
      const entry = kept.get(name);
      if (entry?.value !== value) return;
      total += weight - entry.weight;
      entry.weight = weight;
      shrink();
    },
  };
}
