// The end of the change log, read once for all who follow it.

import type { ChangeKind, ChangeRow, ClientChangeKind, ClientWithCredentials, LogEnd, Seconds, Store } from "../../domain/ports.js";

/** A client that has changed, as it is now: changes that followed each other are one. */
export interface ChangedClient {
  readonly realm: string;
  readonly clientId: string;
  /** When the last of the changes was made. */
  readonly at: Seconds;
  readonly sequence: number;
  /** The records that were replaced, without those of creations. */
  before(): readonly Uint8Array[];
  /** Read once, for all who ask. */
  current(): ClientWithCredentials | undefined;
}

/** A stretch of the log: the same object for all who follow. */
export interface Stretch {
  /** The sequence before its first row. */
  readonly begin: number;
  /** Each client once, in the order of its last change. */
  readonly clients: readonly ChangedClient[];
  readonly end: LogEnd;
}

/** Who follows. Neither may throw. */
export interface Follower {
  receive(stretch: Stretch): void;
  /** The log cannot be read: nothing more comes. */
  fail(error: unknown): void;
}

export interface ChangeTail {
  /**
   * Sends everything behind `sequence` from now on, in stretches, some of which may begin before it; what gives the end of it. Undefined
   * when too much is missed: read on, and come again.
   */
  follow(sequence: number, follower: Follower): (() => void) | undefined;
}

/** Rows that are read at once, on the thread that answers requests. */
const rowsAtOnce = 256;

/** Nobody follows yet. */
export function createChangeTail({ changes, clients }: Pick<Store, "changes" | "clients">): ChangeTail {
  const followers = new Set<Follower>();
  let sequence = 0;
  let unsubscribe: (() => void) | undefined;

  const find: Find = (realm, clientId) => clients.find(realm, clientId);

  function read(): void {
    try {
      for (;;) {
        const rows = changes.after(sequence, rowsAtOnce);
        if (rows.length === 0) return;
        const next = stretchOf(rows, find);
        sequence = next.end.sequence;
        for (const follower of [...followers]) follower.receive(next);
      }
    } catch (error) {
      const deserted = [...followers];
      for (const follower of deserted) leave(follower);
      for (const follower of deserted) follower.fail(error);
    }
  }

  function leave(follower: Follower): void {
    followers.delete(follower);
    if (followers.size > 0) return;
    unsubscribe?.();
    unsubscribe = undefined;
  }

  return {
    follow(from, follower) {
      const end = followers.size === 0 ? changes.logEnd().sequence : sequence;
      const missed = end - from;
      if (missed > rowsAtOnce) return undefined;
      if (missed > 0) follower.receive(stretchOf(changes.after(from, missed), find));
      if (followers.size === 0) {
        sequence = end;
        unsubscribe = changes.onCommitted(read);
      }
      followers.add(follower);
      return () => leave(follower);
    },
  };
}

const ofClients = {
  registered: true, updated: true, deleted: true, suspended: true, resumed: true, modified: true, secret_rotated: true,
  registration_access_token_rotated: true, registration_access_token_confirmed: true,
  initial_access_token_created: false, initial_access_token_revoked: false, software_blocked: false, software_unblocked: false, policy_put: false, policy_deleted: false,
} as const satisfies Record<ClientChangeKind, true> & Record<ChangeKind, boolean>;

type Find = (realm: string, clientId: string) => ClientWithCredentials | undefined;

function stretchOf(rows: readonly ChangeRow[], find: Find): Stretch {
  const { sequence, chain } = rows.at(-1)!;
  const clients = [...byClient(rows.filter(({ kind }) => ofClients[kind]), (row) => `${row.realm}\0${row.subject}`).values()].map((own) => {
    const last = own.at(-1)!;
    return changedClient({ realm: last.realm, clientId: last.subject, at: last.at, sequence: last.sequence }, () => previousOf(own), find);
  });
  return { begin: rows[0]!.sequence - 1, clients, end: { sequence, chain } };
}

/** The records that rows have replaced. */
export function previousOf(rows: readonly ChangeRow[]): readonly Uint8Array[] {
  return rows.map(({ previous }) => previous).filter(({ length }) => length > 0);
}

/** The rows of each client, in the order of its last one. */
export function byClient<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const own = groups.get(key) ?? [];
    own.push(row);
    groups.delete(key);
    groups.set(key, own);
  }
  return groups;
}

/** A client that is read when it is first asked for. */
export function changedClient(change: Pick<ChangedClient, "realm" | "clientId" | "at" | "sequence">, before: ChangedClient["before"], find: Find): ChangedClient {
  let found: ClientWithCredentials | undefined;
  return { ...change, before, current: () => (found ??= find(change.realm, change.clientId)) };
}
