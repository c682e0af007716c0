import { createLocalJWKSet, errors, type CompactVerifyGetKey, type JSONWebKeySet } from "jose";
import { RegistryError } from "../../../domain/errors.js";
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

/** A set, and its keys as jose asks for them. */
export interface KeySet {
  readonly set: JSONWebKeySet;
  readonly key: CompactVerifyGetKey;
  /** Bytes of its text. */
  readonly size: number;
}

/** The set at a URL: fetched when first wanted, kept, and fetched again when old. One fetch at a time, however many ask. */
export interface RemoteKeySet {
  /** The set. Throws as `unreachable` when there is none. */
  current(): Promise<KeySet>;
  /**
   * For when something is not in `before`: the set fetched again; `before` itself when that was done a moment ago. Throws as `unreachable`
   * when it cannot be fetched: whether the set has it by now cannot be said.
   */
  after(before: KeySet): Promise<KeySet>;
  /** Bytes of the set that is kept; 0 while there is none. */
  size(): number;
}

export interface RemoteKeySetOptions {
  readonly uri: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** The most bytes that are taken; what the fetcher takes when absent. */
  readonly sizeLimit?: number;
  /** Other times than `keySetTimes`. */
  readonly times?: Partial<Record<keyof typeof keySetTimes, number>>;
}

/** Makes the set at a URL ready to be fetched. */
export function remoteKeySet({ uri, fetch: send, clock, times, sizeLimit = Infinity }: RemoteKeySetOptions): RemoteKeySet {
  const { age: oldAge, stale, cooldown, retry } = { ...keySetTimes, ...times };
  let keys: KeySet | undefined;
  let fetchedAt = 0;
  let triedAt: number | undefined;
  let failure: unknown;
  let pending: Promise<void> | undefined;

  const load = () =>
    (pending ??= fetchKeys(send, uri, sizeLimit).then(
      (fetched) => {
        keys = fetched;
        fetchedAt = triedAt!;
        failure = undefined;
      },
      (error: unknown) => {
        failure = error;
        // Nothing was asked: the next one may ask at once.
        if (error instanceof RegistryError) triedAt = undefined;
      },
    ).finally(() => (pending = undefined)));

  const failed = () => (failure instanceof RegistryError ? failure : unreachable(failure));

  /** Fetches unless that was tried less than `pause` ago; whoever comes while a fetch is under way waits for it. */
  const refresh = async (pause: number) => {
    const now = clock.milliseconds();
    // A clock that was set back is no reason never to try again.
    if (pending === undefined && triedAt !== undefined && Math.abs(now - triedAt) < pause) return;
    if (pending === undefined) triedAt = now;
    await load();
  };

  return {
    async current() {
      const age = () => Math.abs(clock.milliseconds() - fetchedAt);
      if (keys === undefined) await refresh(retry);
      else if (age() >= oldAge) await refresh(cooldown);
      if (keys === undefined || age() >= oldAge + stale) throw failed();
      return keys;
    },
    async after(before) {
      await refresh(cooldown);
      if (keys === before && failure !== undefined) throw failed();
      return keys!;
    },
    size: () => keys?.size ?? 0,
  };
}

/** The keys at a URL, fetched again when one is named that is not there. Throws as `unreachable` when there are none. */
export function remoteKeys(options: RemoteKeySetOptions): CompactVerifyGetKey {
  return keysOf(remoteKeySet(options));
}

/** The keys of a set at a URL, as jose asks for them. */
export function keysOf(remote: RemoteKeySet): CompactVerifyGetKey {
  return async (header, token) => {
    const before = await remote.current();
    try {
      return await before.key(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const after = await remote.after(before);
      if (after === before) throw error;
      return await after.key(header, token);
    }
  };
}

async function fetchKeys(send: Fetch, uri: string, sizeLimit: number): Promise<KeySet> {
  const { status, body } = await send({ url: uri, headers: { accept: "application/jwk-set+json, application/json" } });
  if (status !== 200) throw new Error(`the JWK Set at ${uri} is answered with status ${status}`);
  if (body.length > sizeLimit) throw new Error(`the JWK Set at ${uri} has more than ${sizeLimit} bytes`);
  const set = readKeySet(body);
  return { set, key: createLocalJWKSet(set), size: body.length };
}
