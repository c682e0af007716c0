import { createHmac } from "node:crypto";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { Caller } from "../caller.js";
import type { Arrival } from "../front.js";
import type { Shown } from "../ways-in/way-in.js";
import { networkOf, type Prefixes } from "./network.js";
import { TokenBuckets, type Rate } from "./token-buckets.js";

/** By what callers are counted. */
export const bucketNames = ["network", "credential", "certificate", "software_id", "redirect_host", "failures"] as const;
export type BucketName = (typeof bucketNames)[number];

export interface LimitOptions {
  /** One that is absent has no limit. */
  readonly rates: Readonly<Partial<Record<BucketName, Rate>>>;
  readonly prefixes: Prefixes;
  /** Calls in flight of callers that showed nothing. */
  readonly openCalls: number;
  /** Milliseconds of a monotonic clock: the wall clock may be set back. */
  readonly monotonic: () => number;
  /** For keys by which credentials are counted without being held. */
  readonly secret: Uint8Array;
}

/** What the limits hold callers to, in the order in which a call meets them. */
export interface Limits {
  /**
   * Before the body is read: the share of those who show nothing, their network, and credentials that have been seen to be spent.
   * Throws overloaded or rate_limited. What it has let in must leave.
   */
  enter(arrival: Arrival, shown: Shown): void;
  /** After the call, once; a call that was never let in too. */
  leave(arrival: Arrival): void;
  /** Before a credential that can be guessed is looked at. Throws rate_limited. */
  beforeGuess(guessed: string, shown: Shown): void;
  /** A credential was refused. */
  guessedWrong(guessed: string, shown: Shown): void;
  /** The caller is known. Throws rate_limited. */
  identified(arrival: Arrival): void;
  /** A registration that nobody vouches for, by what it says of itself. Throws rate_limited. */
  registers(caller: Caller, metadata: ClientMetadata): void;
}

/** Builds the limits. */
export function createLimits({ rates, prefixes, openCalls, monotonic, secret }: LimitOptions): Limits {
  const buckets = new Map(bucketNames.flatMap((name) => (rates[name] === undefined ? [] : [[name, new TokenBuckets(rates[name])] as const])));
  const { network, credential, certificate, failures } = Object.fromEntries(buckets) as Partial<Record<BucketName, TokenBuckets>>;
  const inFlight = new Set<Arrival>();

  function demand(name: BucketName, key: string): void {
    const bucket = buckets.get(name);
    if (bucket !== undefined) refuse(name, bucket.rate, bucket.take(key, monotonic()));
  }

  const credentialKey = (authorization: string) => createHmac("sha256", secret).update(authorization).digest("base64").slice(0, 22);
  const guessKey = (guessed: string, { address = "" }: Shown) => `${networkOf(address, prefixes)} ${guessed}`;

  return {
    enter(arrival, { certificate: shown, address, local }) {
      const { authorization } = arrival.evidence;
      if (authorization !== undefined) {
        if (credential !== undefined) refuse("credential", credential.rate, credential.peek(credentialKey(authorization), monotonic()));
      } else if (shown.kind === "accepted") {
        if (certificate !== undefined) refuse("certificate", certificate.rate, certificate.peek(nameOf(shown), monotonic()));
      } else if (arrival.method.wayIn && !local) {
        if (inFlight.size >= openCalls) throw new RegistryError("overloaded", "too many registrations without a credential are in flight; try again", { retryAfter: 1 });
        // Who comes by a proxy that names no address is nobody's neighbour.
        if (network !== undefined && address !== undefined) demand("network", networkOf(address, prefixes));
        inFlight.add(arrival);
      }
    },
    leave: (arrival) => void inFlight.delete(arrival),
    beforeGuess(guessed, shown) {
      if (failures !== undefined) refuse("failures", failures.rate, failures.peek(guessKey(guessed, shown), monotonic()));
    },
    guessedWrong: (guessed, shown) => void failures?.take(guessKey(guessed, shown), monotonic()),
    identified({ evidence: { authorization, certificate: shown } }) {
      if (authorization !== undefined) {
        if (credential !== undefined) demand("credential", credentialKey(authorization));
      } else if (shown.kind === "accepted") demand("certificate", nameOf(shown));
    },
    registers(caller, metadata) {
      if (caller.principal.kind !== "anonymous") return;
      if (metadata.softwareId !== undefined && buckets.has("software_id")) demand("software_id", metadata.softwareId);
      if (!buckets.has("redirect_host")) return;
      for (const host of new Set(metadata.redirectUris.map(hostOf))) if (host !== "" && !loopback.test(host)) demand("redirect_host", host);
    },
  };
}

const nameOf = (certificate: { readonly uris: readonly string[]; readonly dnsNames: readonly string[]; readonly fingerprint: string }) =>
  certificate.uris[0] ?? certificate.dnsNames[0] ?? certificate.fingerprint;

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The host of a URI in one form; "" for a private-use scheme, and for what is not yet known to be a URI. */
function hostOf(uri: string): string {
  return /^https?:/i.test(uri) && URL.canParse(uri) ? new URL(uri).hostname.replace(/\.$/, "") : "";
}

/** Throws rate_limited unless there is nothing to wait for. */
function refuse(name: BucketName, rate: Rate, wait: number): void {
  if (wait === 0) return;
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  const window = Math.max(1, Math.ceil((rate.burst * 60) / rate.perMinute));
  throw new RegistryError("rate_limited", sentences[name], { retryAfter, rate: { name, limit: rate.burst, window, remaining: 0, reset: retryAfter } });
}

const sentences = {
  network: "too many registrations from this network; try again later, or with a credential",
  credential: "too many calls with this credential; try again later",
  certificate: "too many calls by this certificate; try again later",
  software_id: "too many registrations of this software; try again later",
  redirect_host: "too many registrations for this host of a redirect URI; try again later",
  failures: "too many wrong passwords; try again later",
} as const satisfies Record<BucketName, string>;
