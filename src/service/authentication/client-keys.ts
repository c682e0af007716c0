// The keys of clients: those in their records, and those at the URLs that they have named, fetched when wanted and kept.

import { createLocalJWKSet, type CompactVerifyGetKey, type JSONWebKeySet } from "jose";
import type { JsonValue } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { ClientRecord } from "../../domain/ports.js";
import type { Registry } from "../registry.js";
import { keysOf, remoteKeySet, type RemoteKeySet } from "../ways-in/access-token/key-set.js";

/** A client's keys. What they throw is an Error with a sentence, or RegistryError overloaded when they cannot be fetched. */
export interface ClientKeys {
  /** As jose asks for them. */
  readonly key: CompactVerifyGetKey;
  /** Whether one of them is what `wanted` looks for; a set elsewhere is fetched again when none is. */
  some(wanted: (keys: readonly JsonValue[]) => boolean): Promise<boolean>;
}

/** What bounds the keys that are kept. */
export const clientKeyLimits = {
  /** Clients whose keys are kept; of each its own set, so that nobody can use up the fetches of another. */
  clients: 4_096,
  /** Milliseconds between attempts while there is no set at all: whoever names a URL that does not answer makes few questions. */
  retry: 10_000,
} as const;

const kept = new WeakMap<Registry, Map<string, ClientKeys>>();

/** The keys of a client; undefined when it has none, or when they are elsewhere and nothing is fetched. */
export function clientKeys(registry: Registry, client: ClientRecord, metadata: ClientMetadata): ClientKeys | undefined {
  let all = kept.get(registry);
  if (all === undefined) kept.set(registry, (all = new Map()));
  // A set that is elsewhere stays the same through changes of the record, and so does what was fetched.
  const name = `${client.realm}\0${client.clientId}\0${metadata.jwksUri ?? client.version}`;
  let keys = all.get(name);
  if (keys === undefined) {
    keys = makeKeys(registry, metadata);
    if (keys === undefined) return undefined;
  }
  // Written anew, so that the one not wanted for longest is the first to go.
  all.delete(name);
  all.set(name, keys);
  if (all.size > clientKeyLimits.clients) all.delete(all.keys().next().value!);
  return keys;
}

function makeKeys({ fetch, clock }: Registry, { jwks, jwksUri: uri }: ClientMetadata): ClientKeys | undefined {
  if (uri !== undefined) return fetch === undefined ? undefined : remote(remoteKeySet({ uri, fetch, clock, times: { retry: clientKeyLimits.retry } }));
  if (jwks === undefined) return undefined;
  const keys = listOf(jwks);
  return { key: createLocalJWKSet(jwks as unknown as JSONWebKeySet), some: async (wanted) => wanted(keys) };
}

function remote(set: RemoteKeySet): ClientKeys {
  return {
    key: keysOf(set),
    async some(wanted) {
      const before = await set.current();
      if (wanted(listOf(before.set))) return true;
      const after = await set.after(before);
      return after !== before && wanted(listOf(after.set));
    },
  };
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
