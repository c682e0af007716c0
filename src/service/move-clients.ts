// Moving all clients that match to another state: page by page, until there are none or the call's time is up.

import type { ClientConditions, ClientRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { checkRecord } from "./client-record.js";
import { movedTo, moveOf, type OperatedState } from "./client-state.js";
import type { Registry } from "./registry.js";

/** Milliseconds after which a call leaves the rest of the clients to the next one. */
const budget = 5_000;
/** Clients moved at once: they share a sync, and leave room in the queue for others. */
const pageSize = 200;

/** Where to, and why. */
export interface Move {
  readonly from: OperatedState;
  readonly to: OperatedState;
  readonly reason: string;
  /** What no store can tell of a client; every client when absent. */
  readonly isOf?: ((client: ClientRecord) => boolean) | undefined;
}

export interface Moved {
  readonly clients: number;
  /** Whether some are left. */
  readonly more: boolean;
}

/** Moves every client that matches; its states are not looked at. Throws internal for a damaged one, when its page is done. */
export async function moveMatching(registry: Registry, call: Call, conditions: ClientConditions, { from, to, reason, isOf = () => true }: Move): Promise<Moved> {
  const end = registry.clock.milliseconds() + budget;
  let clients = 0;
  let isLeft = false;
  let fault: unknown;
  for (let after = ""; ; ) {
    const page = await registry.store.lister.list({ ...conditions, states: [from], descending: false, after, limit: pageSize });
    const outcomes = await Promise.allSettled(page.filter(({ client }) => isOf(client)).map(({ client }) => moveOne(registry, call, client, to, reason)));
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") fault ??= outcome.reason;
      else if (outcome.value === "moved") clients += 1;
      else if (outcome.value === "left") isLeft = true;
    }
    // One that cannot be moved keeps none of its page from it.
    if (fault !== undefined) throw fault;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return { clients, more: isLeft };
    if (registry.clock.milliseconds() >= end) return { clients, more: true };
    after = last.client.clientId;
  }
}

/** Moves a client, whoever else is writing to it. Throws internal for a damaged one: a new MAC would hide that it is. */
async function moveOne(registry: Registry, call: Call, client: ClientRecord, to: OperatedState, reason: string, tries = 3): Promise<"moved" | "gone" | "left"> {
  checkRecord(registry.keys, client);
  const result = await registry.store.commit(moveOf(call, client, movedTo(registry, call, client, to), reason));
  if (result.committed) return "moved";
  const now = registry.store.clients.findLive(client.realm, client.clientId)?.client;
  if (now === undefined || now.state === to) return "gone";
  return tries > 1 ? moveOne(registry, call, now, to, reason, tries - 1) : "left";
}
