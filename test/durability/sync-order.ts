import type { SystemCall } from "./strace.js";

/** A write and its answer, as places in a trace. */
export interface Acknowledgement {
  readonly unit: string;
  /** After this the unit's bytes may be in the WAL: its first write there, or the reading of its request. */
  readonly begun: number;
  /** The answer's write began here. */
  readonly answered: number;
}

const syncs = new Set(["fsync", "fdatasync"]);
const writes = new Set(["write", "writev", "pwrite64", "pwritev", "sendto", "sendmsg"]);

/** Whether a call writes. */
export function isWrite(call: SystemCall): boolean {
  return writes.has(call.name);
}

/** The syncs of the WAL that succeeded. */
export function walSyncs(calls: readonly SystemCall[]): SystemCall[] {
  return calls.filter((call) => syncs.has(call.name) && call.path.endsWith("-wal") && call.result === 0);
}

/**
 * The acknowledgements that no sync stands behind: none began after the unit was begun and returned before the answer's write.
 * Sound for pipelined batches: a sync of an earlier batch began too early to count.
 */
export function unsynced(calls: readonly SystemCall[], acknowledgements: readonly Acknowledgement[]): Acknowledgement[] {
  const all = walSyncs(calls);
  return acknowledgements.filter(({ begun, answered }) => !all.some((sync) => sync.began > begun && sync.returned < answered));
}

/** For answers in the clear: pairs each unit's first appearance in the WAL with the first write to `answersTo` that names it. */
export function acknowledgementsByContent(
  calls: readonly SystemCall[],
  units: readonly string[],
  isAnswer: (call: SystemCall, unit: string) => boolean,
): Acknowledgement[] {
  const walWrites = calls.filter((call) => isWrite(call) && call.path.endsWith("-wal"));
  const others = calls.filter((call) => isWrite(call) && !call.path.endsWith("-wal"));
  return units.map((unit) => {
    // A unit that never reached the WAL has no sync either.
    const begun = walWrites.find((call) => call.args.includes(unit))?.began ?? Number.POSITIVE_INFINITY;
    const answer = others.find((call) => isAnswer(call, unit));
    if (answer === undefined) throw new Error(`the trace holds no answer for ${unit}`);
    return { unit, begun, answered: answer.began };
  });
}

/**
 * For encrypted answers, where no content can be read: on each connection, a write that follows a read is the answer to it. Needs `read`
 * or `recvfrom` in the trace, one request at a time on each connection, and nothing but write requests after `from`.
 */
export function acknowledgementsByConnection(calls: readonly SystemCall[], isConnection: (path: string) => boolean, from = 0): Acknowledgement[] {
  const lastRead = new Map<string, number>();
  const found: Acknowledgement[] = [];
  for (const call of calls) {
    if (call.began < from || !isConnection(call.path) || call.result <= 0) continue;
    const begun = lastRead.get(call.path);
    if (!isWrite(call)) lastRead.set(call.path, call.returned);
    else if (begun !== undefined) {
      found.push({ unit: `${call.path} line ${call.began}`, begun, answered: call.began });
      lastRead.delete(call.path);
    }
  }
  return found;
}
