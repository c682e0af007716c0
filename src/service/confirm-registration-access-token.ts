// The first use of a new registration access token ends those before it (requirements T-02): whoever uses it has it, and so needs no other.

import type { ClientWithCredentials, CredentialRecord, Store } from "../domain/ports.js";
import type { Call } from "./call.js";
import { changeRecord } from "./change-record.js";
import type { Registry } from "./registry.js";

/** By store and client: first uses that are being written. */
const pending = new WeakMap<Store, Map<string, Promise<void>>>();

const keyOf = ({ client }: ClientWithCredentials) => `${client.realm}\0${client.clientId}`;

/** The first use of one of the client's tokens that is being written, to be waited for: until then it is not sure that the others have ended. */
export function pendingConfirmation({ store }: Registry, found: ClientWithCredentials): Promise<void> | undefined {
  return pending.get(store)?.get(keyOf(found));
}

/** Whether the first use of the token is yet to be written, and others are there for it to end. */
export function needsConfirmation({ credentials }: ClientWithCredentials, token: CredentialRecord): boolean {
  return token.lastUsedAt === null && credentials.some((other) => other.kind === token.kind && other.label !== token.label);
}

/**
 * Writes the first use of a token, off the way of the answer to it. When it cannot be written the others live on, and the next use is the
 * first one again. No new version: an etag that was answered with the token holds.
 */
export function confirm({ store }: Registry, call: Call, found: ClientWithCredentials, { label }: CredentialRecord): void {
  const { realm, clientId, version, record } = found.client;
  const waiting = pending.get(store) ?? new Map<string, Promise<void>>();
  pending.set(store, waiting);
  const key = keyOf(found);
  const done = () => void waiting.delete(key);
  const written = store.commit([
    { kind: "confirm_registration_access_token", realm, clientId, label, at: call.now },
    { kind: "append_change", change: changeRecord(call, "registration_access_token_confirmed", clientId, version, [], record) },
  ]);
  // A failure is the store's, which tells of it by its own ways; here it changes nothing.
  waiting.set(key, written.then(done, done));
}
