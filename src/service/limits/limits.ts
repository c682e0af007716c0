import { createHash, createHmac } from "node:crypto";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { Authorization } from "../authorization.js";
import type { Caller } from "../caller.js";
import type { Arrival } from "../front.js";
import type { Shown } from "../ways-in/way-in.js";
import { createGuesses, type Guesses } from "./guesses.js";
import { networkOf, type Prefixes } from "./network.js";
import { refuse } from "./refusal.js";
import { Share } from "./share.js";
import { TokenBuckets, type Rate } from "./token-buckets.js";

/** By what callers are counted. */
export const bucketNames = ["network", "credential", "certificate", "software_id", "redirect_host", "failures"] as const;
export type BucketName = (typeof bucketNames)[number];

export interface LimitOptions {
  /** One that is absent has no limit. */
  readonly rates: Readonly<Partial<Record<BucketName, Rate>>>;
  readonly prefixes: Prefixes;
  /** Calls in flight of callers that showed nothing; and as many of callers whose token or password is not proven yet. */
  readonly openCalls: number;
  /** Milliseconds of a monotonic clock: the wall clock may be set back. */
  readonly monotonic: () => number;
  /** For keys by which credentials are counted without being held. */
  readonly secret: Uint8Array;
}

/** What the limits hold callers to, in the order in which a call meets them. */
export interface Limits extends Guesses {
  /**
   * Before the body is read: the shares of those of whom nothing is proven, the network of those who show nothing, and credentials that
   * were seen to be spent. Throws overloaded or rate_limited. What it has let in must leave.
   */
  enter(arrival: Arrival, shown: Shown): void;
  /** After the call, once; a call that was never let in too. */
  leave(arrival: Arrival): void;
  /** The caller is known. Throws rate_limited. */
  identified(caller: Caller, arrival: Arrival): void;
  /** A registration that nobody vouches for and that is to be made, by what it says of itself. Throws rate_limited. */
  registers(caller: Caller, metadata: ClientMetadata): void;
}

/** Headers that are remembered as spent. */
const mostSpent = 10_000;

/** Builds the limits. */
export function createLimits({ rates, prefixes, openCalls, monotonic, secret }: LimitOptions): Limits {
  const buckets = new Map(bucketNames.flatMap((name) => (rates[name] === undefined ? [] : [[name, new TokenBuckets(rates[name])] as const])));
  const network = buckets.get("network");
  const certificate = buckets.get("certificate");
  const showingNothing = new Share(openCalls);
  const unproven = new Share(openCalls);
  /** Until when a credential is spent, by its header: so that it is known before it is looked at. */
  const spentUntil = new Map<string, number>();

  const headerKey = ({ scheme, credentials }: Authorization) => createHmac("sha256", secret).update(`${scheme} ${credentials}`).digest("base64").slice(0, 22);
  const networkKey = ({ address }: Pick<Shown, "address">) => (address === undefined ? "" : networkOf(address, prefixes));

  function take(name: BucketName, key: string): void {
    const bucket = buckets.get(name);
    if (bucket !== undefined) refuse(name, bucket.rate, bucket.take(key, monotonic()));
  }

  function takeCredential({ principal, registrationAccessToken }: Caller, authorization: Authorization): void {
    const bucket = buckets.get("credential");
    if (bucket === undefined) return;
    const now = monotonic();
    const header = headerKey(authorization);
    // By who it is, however that is spelled; a registration access token is not proven yet, and one in itself.
    const wait = bucket.take(registrationAccessToken === undefined ? short(`${principal.kind} ${principal.credentialId}`) : header, now);
    if (wait > 0) {
      if (spentUntil.size >= mostSpent) spentUntil.clear();
      spentUntil.set(header, now + wait);
    }
    refuse("credential", bucket.rate, wait);
  }

  function demandUnspent(rate: Rate, authorization: Authorization): void {
    if (spentUntil.size === 0) return;
    const key = headerKey(authorization);
    const wait = (spentUntil.get(key) ?? 0) - monotonic();
    if (wait > 0) refuse("credential", rate, wait);
    spentUntil.delete(key);
  }

  return {
    ...createGuesses({ rate: rates.failures, networkKey, headerKey, monotonic }),
    enter(arrival, shown) {
      if (shown.authorization !== undefined) {
        if (rates.credential !== undefined) demandUnspent(rates.credential, shown.authorization);
        if (!unproven.enter(arrival, networkKey(shown))) throw overloaded();
      } else if (shown.certificate.kind === "accepted") {
        if (certificate !== undefined) refuse("certificate", certificate.rate, certificate.peek(short(nameOf(shown.certificate)), monotonic()));
      } else if (!shown.local) {
        // Who comes by a proxy that names no address is nobody's neighbour.
        if (network !== undefined && arrival.method.wayIn && shown.address !== undefined) take("network", networkKey(shown));
        if (!showingNothing.enter(arrival, networkKey(shown))) throw overloaded();
      }
    },
    leave(arrival) {
      showingNothing.leave(arrival);
      unproven.leave(arrival);
    },
    identified(caller, arrival) {
      // A registration access token is proven by the use case.
      if (caller.registrationAccessToken === undefined) unproven.leave(arrival);
      const { shown } = arrival.recognized!;
      if (shown.authorization !== undefined) takeCredential(caller, shown.authorization);
      else if (shown.certificate.kind === "accepted") take("certificate", short(nameOf(shown.certificate)));
    },
    registers(caller, metadata) {
      if (caller.principal.kind !== "anonymous") return;
      if (metadata.softwareId !== undefined) take("software_id", short(metadata.softwareId));
      if (!buckets.has("redirect_host")) return;
      for (const host of new Set(metadata.redirectUris.map(hostOf))) if (host !== "" && !loopback.test(host)) take("redirect_host", short(host));
    },
  };
}

const overloaded = () => new RegistryError("overloaded", "too many calls of callers that are not known are in flight; try again", { retryAfter: 1 });

/** A key of bounded length: whoever names it chooses how long it is. */
const short = (key: string) => (key.length <= 64 ? key : createHash("sha256").update(key).digest("base64"));

const nameOf = (certificate: { readonly uris: readonly string[]; readonly dnsNames: readonly string[]; readonly fingerprint: string }) =>
  certificate.uris[0] ?? certificate.dnsNames[0] ?? certificate.fingerprint;

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The host of a redirect URI in one form; "" for a private-use scheme. */
function hostOf(uri: string): string {
  return /^https?:/i.test(uri) && URL.canParse(uri) ? new URL(uri).hostname.replace(/\.$/, "") : "";
}
