import type { ClientCountKey, ClientRecord } from "../domain/ports.js";

/** What a count is taken of. */
export type Counted = Pick<ClientRecord, "realm" | "state" | "owner" | "wayIn">;

/** The counts that a client is in; none when it is deleted. Who is nobody owns nothing. */
export function countKeysOf({ realm, state, owner, wayIn }: Counted): readonly ClientCountKey[] {
  if (state === "deleted") return [];
  const keys: ClientCountKey[] = [];
  const { kind, id, credentialId } = owner;
  if (kind !== "anonymous") keys.push({ realm, scope: "owner", kind, id });
  if (kind !== "anonymous" && credentialId !== "") keys.push({ realm, scope: "credential", kind, id: credentialId });
  if (wayIn === "open") keys.push({ realm, scope: "open" });
  return keys;
}

/** What a write does to the counts: the keys that lose the client, and those that gain it. */
export function countMoves(before: Counted | undefined, after: Counted | undefined): { readonly lost: readonly ClientCountKey[]; readonly gained: readonly ClientCountKey[] } {
  const lost = before === undefined ? [] : countKeysOf(before);
  const gained = after === undefined ? [] : countKeysOf(after);
  const isIn = (keys: readonly ClientCountKey[]) => (key: ClientCountKey) => keys.some((other) => isSame(key, other));
  return { lost: lost.filter((key) => !isIn(gained)(key)), gained: gained.filter((key) => !isIn(lost)(key)) };
}

function isSame(a: ClientCountKey, b: ClientCountKey): boolean {
  if (a.realm !== b.realm || a.scope !== b.scope) return false;
  return a.scope === "open" || b.scope === "open" || (a.kind === b.kind && a.id === b.id);
}
