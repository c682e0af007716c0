// The keys of clients: those in their records, and those at the URLs that they have named, fetched when wanted and kept.

import { createLocalJWKSet, type CompactVerifyGetKey, type JSONWebKeySet } from "jose";
import type { JsonValue } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { ClientRecord } from "../../domain/ports.js";
import type { Registry } from "../registry.js";
import { keysOf, remoteKeySet, type RemoteKeySet } from "../ways-in/access-token/key-set.js";
import { createWeightedCache, type WeightedCache } from "./weighted-cache.js";

/** A client's keys. What they throw is an Error with a sentence, or RegistryError overloaded when they cannot be fetched. */
export interface ClientKeys {
  /** As jose asks for them. */
  readonly key: CompactVerifyGetKey;
  /** Whether one of them is what `wanted` looks for; a set elsewhere is fetched again when none is. */
  some(wanted: (keys: readonly JsonValue[]) => boolean): Promise<boolean>;
}

/** What bounds the keys that are kept. */
export const clientKeyLimits = {
  /** Bytes of all sets together, as text. Each client has its own, so that nobody can use up the fetches of another. */
  memory: 67_108_864,
  /** Bytes of one set at a URL: as many as a registration with its keys may have. */
  set: 65_536,
  /** What a set takes beside its text, so that many empty ones are not for nothing. */
  beside: 2_048,
  /** Milliseconds between attempts while there is no set at all: whoever names a URL that does not answer makes few questions. */
  retry: 10_000,
} as const;

const kept = new WeakMap<Registry, WeightedCache<ClientKeys>>();

/** The keys of a client; undefined when it has none, or when they are elsewhere and nothing is fetched. */
export function clientKeys(registry: Registry, client: ClientRecord, metadata: ClientMetadata): ClientKeys | undefined {
  const cache = cacheOf(registry);
  // A set that is elsewhere stays the same through changes of the record, and so does what was fetched.
  const name = `${client.realm}\0${client.clientId}\0${metadata.jwksUri ?? client.version}`;
  return cache.get(name) ?? (metadata.jwksUri === undefined ? inRecord(cache, name, client, metadata) : elsewhere(cache, name, registry, metadata.jwksUri));
}

/** The keys at a URL that somebody else than a client has named, kept by `name`; undefined when nothing is fetched. */
export function keysAt(registry: Registry, name: string, uri: string): ClientKeys | undefined {
  const cache = cacheOf(registry);
  return cache.get(name) ?? elsewhere(cache, name, registry, uri);
}

function cacheOf(registry: Registry): WeightedCache<ClientKeys> {
  let cache = kept.get(registry);
  if (cache === undefined) kept.set(registry, (cache = createWeightedCache(clientKeyLimits.memory)));
  return cache;
}

function inRecord(cache: WeightedCache<ClientKeys>, name: string, { record }: ClientRecord, { jwks }: ClientMetadata): ClientKeys | undefined {
  if (jwks === undefined) return undefined;
  const list = listOf(jwks);
  const keys: ClientKeys = { key: createLocalJWKSet(jwks as unknown as JSONWebKeySet), some: async (wanted) => wanted(list) };
  cache.keep(name, keys, record.length + clientKeyLimits.beside);
  return keys;
}

function elsewhere(cache: WeightedCache<ClientKeys>, name: string, { fetch, clock }: Registry, uri: string): ClientKeys | undefined {
  if (fetch === undefined) return undefined;
  const { set: largest, beside, retry } = clientKeyLimits;
  const set = remoteKeySet({ uri, fetch, clock, times: { retry }, sizeLimit: largest });
  const key = keysOf(set);
  const weighed = () => cache.reweigh(name, keys, set.size() + beside);
  const keys: ClientKeys = {
    key: (header, token) => Promise.resolve(key(header, token)).finally(weighed),
    some: (wanted) => someOf(set, wanted).finally(weighed),
  };
  // The most that it may become, until it is known.
  cache.keep(name, keys, largest + beside);
  return keys;
}

async function someOf(set: RemoteKeySet, wanted: (keys: readonly JsonValue[]) => boolean): Promise<boolean> {
  const before = await set.current();
  if (wanted(listOf(before.set))) return true;
  const after = await set.after(before);
  return after !== before && wanted(listOf(after.set));
}

/**
 * Why keys cannot be fetched, for the calling server's log: short, and in printable ASCII whatever the other server's words were. Throws the
 * error itself when it is this service that has no capacity, which is no verdict on a client.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof RegistryError && error.cause === undefined) throw error;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `: ${cause.message.replace(/[^\x20-\x7e]+/g, " ").slice(0, 200)}` : "";
}

const listOf = (set: object) => (set as { readonly keys: readonly JsonValue[] }).keys;
