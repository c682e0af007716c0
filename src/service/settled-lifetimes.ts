// Since when policies give clients the lifetimes that they do. One that is new, or shorter than it was, may be a mistake: the clients that are
// long past its end have not had the grace in which to notice. Kept over restarts: who edits a configuration restarts as often as not. The clock may
// be the mistake: where it has gone on by more than anybody has seen pass, the grace begins anew.

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
  /** The day on which it was last in force, so that the file is written once a day. */
  readonly seen: Seconds;
}

export interface SettledLifetimes {
  /** Those that have been in force, or longer, for as long as the grace. */
  readonly settled: readonly Lifetime[];
  /** Whether more time has gone by, of the clock, than may without a look: the service was away, or the clock is wrong. */
  readonly lookedAway: boolean;
}

const day = 86_400;
/** A day that is begun counts whole. A clock that is ahead by less takes no more than as much of anybody's grace. */
const longestAway = 7 * day;

/**
 * Which of the lifetimes have been in force for as many seconds as `grace`. Rejects when what is new cannot be kept. A file that
 * cannot be read is none: all are new then, and the more is left alone. So are they when nobody has looked for a week.
 */
export async function settledLifetimes(file: LifetimesFile, lifetimes: readonly Lifetime[], now: Seconds, grace: number): Promise<SettledLifetimes> {
  const before = await file.read();
  const known = new Map(readKept(before).map((one) => [nameOf(one), one]));
  const lookedAway = [...known.values()].some(({ seen }) => seen + longestAway < now);
  const kept = lifetimes.map(({ realm, policy, seconds }): Kept => {
    const own = known.get(nameOf({ realm, policy }));
    // A clock that was ahead is set right: what it said is not to come.
    const isNew = own === undefined || own.seconds > seconds || own.seen + longestAway < now || own.since > now;
    return { realm, policy, seconds, since: isNew ? now : own.since, seen: now - (now % day) };
  });
  const text = JSON.stringify(kept);
  if (text !== (before ?? "[]")) await file.write(text);
  return { settled: kept.filter(({ since }) => since + grace <= now), lookedAway };
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
  const { realm, policy, seconds, since, seen } = Object(value) as Record<string, unknown>;
  return typeof realm === "string" && typeof policy === "string" && typeof seconds === "number" && typeof since === "number" && typeof seen === "number";
}
