import type { ErrorKind } from "../domain/errors.js";
import type { DoorName } from "../service/front.js";

export type Result = "ok" | ErrorKind;

/** How often a method ended so at a door, since the start. */
export interface Count {
  readonly method: string;
  readonly door: DoorName;
  readonly result: Result;
  readonly count: number;
}

/** Counts by method, door and result. All three are closed lists, so that what callers send cannot make it grow. */
export class Counters {
  readonly #counts = new Map<string, Map<DoorName, Map<Result, number>>>();

  add(method: string, door: DoorName, result: Result): void {
    // Nested, because a joined key would be a new string for each call.
    let doors = this.#counts.get(method);
    if (doors === undefined) this.#counts.set(method, (doors = new Map()));
    let results = doors.get(door);
    if (results === undefined) doors.set(door, (results = new Map()));
    results.set(result, (results.get(result) ?? 0) + 1);
  }

  snapshot(): Count[] {
    return [...this.#counts].flatMap(([method, doors]) =>
      [...doors].flatMap(([door, results]) => [...results].map(([result, count]) => ({ method, door, result, count }))),
    );
  }
}
