import type { ChangeRow, ClientCountKey, ClientRecord, ClientWithCredentials, CredentialRecord, IdempotencyRecord, InitialAccessTokenRecord, SoftwareBlockKey, SoftwareBlockRecord } from "../../domain/ports.js";
import { chainStart } from "../chain.js";

/** What a memory store holds. Each write leaves its undoing behind, until the unit is kept or undone. */
export class Tables {
  readonly clients = new Map<string, ClientWithCredentials>();
  readonly counts = new Map<string, number>();
  readonly tokens = new Map<string, InitialAccessTokenRecord>();
  readonly tokenKeysByDigest = new Map<string, string>();
  readonly idempotency = new Map<string, IdempotencyRecord>();
  readonly idempotencyByClient = new Map<string, ReadonlySet<string>>();
  /** When each expires. */
  readonly usedOnce = new Map<string, number>();
  readonly softwareBlocks = new Map<string, SoftwareBlockRecord>();
  readonly changes: ChangeRow[] = [];
  #undo: (() => void)[] = [];

  put<Value>(table: Map<string, Value>, key: string, value: Value): void {
    const before = table.get(key);
    this.#undo.push(() => (before === undefined ? table.delete(key) : table.set(key, before)));
    table.set(key, value);
  }

  remove<Value>(table: Map<string, Value>, key: string): void {
    const before = table.get(key);
    if (before === undefined) return;
    this.#undo.push(() => table.set(key, before));
    table.delete(key);
  }

  append(row: ChangeRow): void {
    this.changes.push(row);
    this.#undo.push(() => this.changes.pop());
  }

  chain(): Uint8Array {
    return this.changes.at(-1)?.chain ?? chainStart;
  }

  keep(): void {
    this.#undo = [];
  }

  undo(): void {
    for (const step of this.#undo.reverse()) step();
    this.#undo = [];
  }
}

/** The key of a client or a token: no realm holds a NUL, so no two pairs meet. */
export function keyOf(realm: string, id: string): string {
  return `${realm}\0${id}`;
}

/** The key of blocked software: in the order of kind, as the other store numbers them, and value. */
export function blockKey({ realm, kind, value }: SoftwareBlockKey): string {
  return [realm, { issuer: 1, software_id: 2, statement: 3 }[kind], value].join("\0");
}

/** The key of a count. */
export function countKey(key: ClientCountKey): string {
  return key.scope === "open" ? keyOf(key.realm, key.scope) : [key.realm, key.scope, key.kind, key.id].join("\0");
}

/** Whether a token admits: not revoked, before its expiry, and a use left. */
export function isUsable(token: InitialAccessTokenRecord, at: number): boolean {
  return token.revokedAt === null && token.expiresAt > at && token.usesLeft !== 0;
}

/** The key of a digest or MAC. */
export function keyOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** A client with its credentials in the order every store gives them: client secrets first, then by label in byte order. */
export function withCredentials(client: ClientRecord, credentials: readonly CredentialRecord[]): ClientWithCredentials {
  const sorted = credentials.toSorted((a, b) => compareBytes(a.kind, b.kind) || compareBytes(a.label, b.label));
  for (const [index, credential] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next?.kind === credential.kind && next.label === credential.label) throw new RangeError("a client has two credentials of one kind and label");
  }
  return { client, credentials: sorted };
}

/** Byte order of UTF-8, which is not the order of JavaScript strings beyond the basic plane. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A copy that shares no bytes with the original, so that nobody's buffer can change what is stored. */
export function copied<Value>(value: Value): Value {
  if (value instanceof Uint8Array) return Uint8Array.from(value) as Value & Uint8Array;
  if (Array.isArray(value)) return value.map(copied) as Value & unknown[];
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member)])) as Value & object;
}
