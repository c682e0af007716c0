// Since when policies give clients the lifetimes that they do. One that is new, or shorter than it was, may be a mistake: the clients that are
// long past its end have not had the grace in which to notice. Kept over restarts: who edits a configuration restarts as often as not.

import type { Seconds } from "../domain/ports.js";

/** Where it is kept, as text. */
export interface LifetimesFile {
  /** Undefined when there is none yet. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** A policy that lets clients expire. */
export interface Lifetime {
  readonly realm: string;
  readonly policy: string;
  readonly seconds: number;
}

interface Kept extends Lifetime {
  readonly since: Seconds;
}

/**
 * Those of the lifetimes that have been in force, or longer, for as many seconds as `grace`. Rejects when what is new cannot be kept. A file that
 * cannot be read is none: all are new then, and the more is left alone.
 */
export async function settledLifetimes(file: LifetimesFile, lifetimes: readonly Lifetime[], now: Seconds, grace: number): Promise<readonly Lifetime[]> {
  const before = await file.read();
  const known = new Map(readKept(before).map((one) => [nameOf(one), one]));
  const kept = lifetimes.map(({ realm, policy, seconds }): Kept => {
    const own = known.get(nameOf({ realm, policy }));
    return { realm, policy, seconds, since: own === undefined || own.seconds > seconds ? now : own.since };
  });
  const text = JSON.stringify(kept);
  if (text !== (before ?? "[]")) await file.write(text);
  return kept.filter(({ since }) => since + grace <= now);
}

const nameOf = ({ realm, policy }: Pick<Lifetime, "realm" | "policy">) => JSON.stringify([realm, policy]);

function readKept(text = "[]"): readonly Kept[] {
  try {
    const read = JSON.parse(text) as unknown;
    return Array.isArray(read) ? read.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is Kept {
  const { realm, policy, seconds, since } = Object(value) as Record<string, unknown>;
  return typeof realm === "string" && typeof policy === "string" && typeof seconds === "number" && typeof since === "number";
}
