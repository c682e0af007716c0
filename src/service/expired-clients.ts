// What becomes of expired clients (docs/decisions/0019): they stand in nobody's way where a quota is reached, and are removed when their grace
// is over. Nothing is written when a client expires: a policy that was too strict is mended for all of its clients at once.

import { allClients } from "../domain/client-conditions.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Change, ClientConditions, ClientCountKey, ClientLister, CommitResult, PrincipalRecord, Seconds } from "../domain/ports.js";
import type { Call } from "./call.js";
import type { ChangeOrigin } from "./change-record.js";
import { hasExpired } from "./client-expiry.js";
import { isSound } from "./client-record.js";
import { deletionOf } from "./delete-client.js";
import { findRealm, type Realm, type Registry } from "./registry.js";
import { settledLifetimes, type Lifetime, type LifetimesFile } from "./settled-lifetimes.js";

/** Seconds between a client's expiry and its removal: in them a policy can be mended, or the client used again by one that was. */
export const removalGrace = 30 * 86_400;

/** Seconds for which a count of expired clients is good: it looks at every client that a quota counts. */
const countGoodFor = 60;
/** Counts that are remembered. */
const mostCounts = 10_000;

/** The policies of a realm that let clients expire. */
function lifetimesOf({ name: realm, policies, waysIn }: Realm): Lifetime[] {
  const byName = new Map<string, CompiledPolicy>([...[...waysIn.values()].map(({ policy }) => [policy.name, policy] as const), ...policies]);
  return [...byName.values()].flatMap(({ name, clientLifetime }) => (clientLifetime === 0 ? [] : [{ realm, policy: name, seconds: clientLifetime }]));
}

/**
 * The clients that had expired at a time: for each policy with a lifetime those without a sign of life for so long. What an operator has suspended
 * is not among them: it is kept as it was found.
 */
function expiredConditions(lifetimes: readonly Lifetime[], at: Seconds): ClientConditions[] {
  return lifetimes.map(({ realm, policy, seconds }) => ({ ...allClients, realm, states: ["active"], policy, idleBefore: at - seconds + 1 }));
}

/** Counts expired clients. */
export interface ExpiredCounts {
  /** How many of the clients that a quota counts have expired, as of a minute ago at most; 0 when it cannot be told. */
  of(realm: Realm, key: ClientCountKey, now: Seconds): Promise<number>;
}

export function createExpiredCounts(lister: ClientLister): ExpiredCounts {
  const known = new Map<string, { readonly until: Seconds; readonly count: Promise<number> }>();
  const countAll = async (all: readonly ClientConditions[]): Promise<number> => {
    let count = 0;
    for (const conditions of all) count += await lister.count(conditions);
    return count;
  };
  return {
    of(realm, key, now) {
      const text = JSON.stringify(key);
      const found = known.get(text);
      if (found !== undefined && found.until > now) return found.count;
      const expired = expiredConditions(lifetimesOf(realm), now).map((conditions) => ({ ...conditions, ...countedBy(key) }));
      // A count that fails is tried again by the next registration: this one is refused as if nothing had expired.
      const count = countAll(expired).catch(() => (known.delete(text), 0));
      if (known.size >= mostCounts) known.clear();
      known.set(text, { until: now + countGoodFor, count });
      return count;
    },
  };
}

/** The conditions that the clients of a count meet. */
function countedBy(key: ClientCountKey): Partial<ClientConditions> {
  if (key.scope === "open") return { wayIn: "open" };
  return key.scope === "owner" ? { ownerKind: key.kind, ownerId: key.id } : { ownerKind: key.kind, credentialId: key.id };
}

/** Commits a unit that has found no room, beside what has expired. `refused` is what came of it so far. */
export async function commitBesideExpired({ store, expiredCounts }: Registry, { realm, now }: Call, unit: readonly Change[], refused: CommitResult): Promise<CommitResult> {
  let result = refused;
  let trying = unit;
  while (!result.committed && result.precondition === "quota") {
    const demand = trying[result.index];
    // One that was raised already has no room even so.
    if (demand?.kind !== "demand_quota" || demand !== unit[result.index]) break;
    const expired = (await expiredCounts?.of(realm, demand.count, now)) ?? 0;
    if (expired === 0) break;
    trying = trying.with(result.index, { ...demand, limit: demand.limit + expired });
    result = await store.commit(trying);
  }
  return result;
}

/** Clients that are removed in one turn. */
const mostRemoved = 100;
const sweeper: PrincipalRecord = { kind: "anonymous", id: "expiry", credentialId: "" };
const reason = "it expired thirty days ago";

/** Where a sweep says what an operator must know. */
export interface SweepLog {
  warn(fields: object, message: string): void;
}

/**
 * Removes clients whose grace is over, some in each turn; by a lifetime that has been in force for as long. A turn resolves to whether there is
 * more to look at now.
 */
export function createExpirySweep(registry: Registry, file: LifetimesFile, log: SweepLog): () => Promise<boolean> {
  let left: ClientConditions[] = [];
  let after = "";
  return async () => {
    const { clock, keys, randomBytes, realms, store } = registry;
    const now = clock.seconds();
    const at = now - removalGrace;
    if (left.length === 0) {
      const { settled, lookedAway } = await settledLifetimes(file, [...realms.values()].flatMap(lifetimesOf), now, removalGrace);
      if (lookedAway) log.warn({ clock: now }, "the clock has gone on by more than a week since expired clients were last looked for: none is removed for thirty days; is it right?");
      left = expiredConditions(settled, at);
    }
    const [conditions] = left;
    if (conditions === undefined) return false;
    const page = await store.lister.list({ ...conditions, descending: false, after, limit: mostRemoved });
    const realm = findRealm(registry, conditions.realm);
    const origin = realm && { realm, caller: { principal: sweeper }, requestId: Buffer.from(randomBytes(16)).toString("hex"), now, trace: "" } satisfies ChangeOrigin;
    // The policy may have been mended since the list was asked for, and a damaged record is for an operator to look at.
    const ended = page.filter(({ client }) => isSound(keys, client) && hasExpired(registry, client, at));
    // Each for itself: one that was changed meanwhile stays.
    if (origin !== undefined) await Promise.all(ended.map(({ client }) => store.commit(deletionOf(registry, origin, client, reason))));
    after = page.length < mostRemoved ? "" : page.at(-1)!.client.clientId;
    if (after === "") left = left.slice(1);
    return left.length > 0;
  };
}
