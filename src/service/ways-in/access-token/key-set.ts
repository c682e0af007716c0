import { createLocalJWKSet, errors, type CompactVerifyGetKey, type JSONWebKeySet } from "jose";
import { readJsonObject } from "../../../domain/json-text.js";
import type { Clock } from "../../../domain/ports.js";
import type { Fetch } from "../../fetch.js";
import { unreachable } from "./token-issuer.js";

/** Milliseconds. */
export const keySetTimes = {
  /** After which a set is fetched again. */
  age: 600_000,
  /** For which the last set stands in when it cannot be. */
  stale: 3_600_000,
  /** Between fetches for a key that is not in the set: strangers can name as many as they like. */
  cooldown: 30_000,
  /** Between attempts while there is no set at all. */
  retry: 1_000,
} as const;

// A set of a few hundred keys with their certificates.
const setLimits = { members: 10_000, items: 50_000 };

/** Reads a JWK Set. Throws an Error with a sentence for what is none. */
export function readKeySet(bytes: Uint8Array): JSONWebKeySet {
  const read = readJsonObject(bytes, setLimits);
  if (!read.ok) throw new Error(`is no JWK Set: ${read.description}`);
  const set = read.value as unknown as JSONWebKeySet;
  try {
    // Keys that it cannot use are left to the moment when one is named.
    createLocalJWKSet(set);
  } catch (error) {
    throw new Error("is no JWK Set: it needs keys, a list of objects", { cause: error });
  }
  return set;
}

/** The keys of a set that somebody else keeps up to date: another object is another set. */
export function localKeys(current: () => JSONWebKeySet): CompactVerifyGetKey {
  let known: { readonly set: JSONWebKeySet; readonly key: CompactVerifyGetKey } | undefined;
  return (header, token) => {
    const set = current();
    if (known?.set !== set) known = { set, key: createLocalJWKSet(set) };
    return known.key(header, token);
  };
}

/**
 * The keys at a URL: fetched when first wanted, kept, and fetched again when old or when a key is named that is not there. One fetch
 * at a time, however many ask. Throws as `unreachable` when there are none.
 */
export function remoteKeys({ uri, fetch: send, clock }: { readonly uri: string; readonly fetch: Fetch; readonly clock: Clock }): CompactVerifyGetKey {
  let keys: CompactVerifyGetKey | undefined;
  let fetchedAt = 0;
  let triedAt: number | undefined;
  let failure: unknown;
  let pending: Promise<void> | undefined;

  const load = () =>
    (pending ??= fetchKeys(send, uri).then(
      (fetched) => {
        keys = fetched;
        fetchedAt = triedAt!;
        failure = undefined;
      },
      (error: unknown) => void (failure = error),
    ).finally(() => (pending = undefined)));

  /** Fetches unless that was tried less than `pause` ago; whoever comes while a fetch is under way waits for it. */
  const refresh = async (pause: number) => {
    const now = clock.milliseconds();
    // A clock that was set back is no reason never to try again.
    if (pending === undefined && triedAt !== undefined && Math.abs(now - triedAt) < pause) return;
    if (pending === undefined) triedAt = now;
    await load();
  };

  return async (header, token) => {
    const age = () => Math.abs(clock.milliseconds() - fetchedAt);
    if (keys === undefined) await refresh(keySetTimes.retry);
    else if (age() >= keySetTimes.age) await refresh(keySetTimes.cooldown);
    if (keys === undefined || age() >= keySetTimes.age + keySetTimes.stale) throw unreachable(failure);
    const before = keys;
    try {
      return await before(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh(keySetTimes.cooldown);
      if (keys !== before) return await keys(header, token);
      // Whether the set has it by now cannot be said.
      throw failure === undefined ? error : unreachable(failure);
    }
  };
}

async function fetchKeys(send: Fetch, uri: string): Promise<CompactVerifyGetKey> {
  const { status, body } = await send({ url: uri, headers: { accept: "application/jwk-set+json, application/json" } });
  if (status !== 200) throw new Error(`the JWK Set at ${uri} is answered with status ${status}`);
  return createLocalJWKSet(readKeySet(body));
}
