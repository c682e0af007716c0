import { RegistryError } from "../../domain/errors.js";
import type { Authorization } from "../authorization.js";
import type { Shown } from "../ways-in/way-in.js";
import { refuse } from "./refusal.js";
import { TokenBuckets, type Rate } from "./token-buckets.js";

/** Credentials that can be guessed, or that are dear to look at: each is paid for before, and given back when it was right. */
export interface Guesses {
  /** `name` is what is guessed at, such as a user; "" for what is dear but cannot be guessed. Throws rate_limited or overloaded. */
  beginGuess(name: string, shown: Shown): Guess;
}

/** One credential under examination. */
export interface Guess {
  /** Ends it, once. Only a wrong one costs. */
  end(wrong: boolean): void;
}

interface GuessOptions {
  /** Wrong ones by name and network; of one network ten times as many, whatever the names. No limit when absent. */
  readonly rate: Rate | undefined;
  readonly networkKey: (shown: Pick<Shown, "address">) => string;
  readonly headerKey: (authorization: Authorization) => string;
  readonly monotonic: () => number;
}

/** Different credentials of one network that are looked at together: the places are few, and others want some. */
const together = 8;

/** How many names of a network may be mistaken at once: people behind one gateway mistype too. */
const names = 10;

export function createGuesses({ rate, networkKey, headerKey, monotonic }: GuessOptions): Guesses {
  const byName = rate && new TokenBuckets(rate);
  const byNetwork = rate && new TokenBuckets({ burst: names * rate.burst, perMinute: names * rate.perMinute });
  const underway = new Map<string, Map<string, number>>();

  function enter(network: string, header: string): void {
    const own = underway.get(network) ?? new Map<string, number>();
    // The same one again is no more work.
    if (own.size >= together && !own.has(header)) throw new RegistryError("overloaded", "too many credentials of this network are being checked; try again", { retryAfter: 1 });
    own.set(header, (own.get(header) ?? 0) + 1);
    underway.set(network, own);
  }

  function leave(network: string, header: string): void {
    const own = underway.get(network)!;
    const count = own.get(header)! - 1;
    if (count > 0) own.set(header, count);
    else own.delete(header);
    if (own.size === 0) underway.delete(network);
  }

  function pay(key: string, network: string): void {
    if (byName === undefined || byNetwork === undefined) return;
    const now = monotonic();
    refuse("failures", byName.rate, byName.take(key, now));
    const wait = byNetwork.take(network, now);
    if (wait > 0) byName.giveBack(key, now);
    refuse("failures", byNetwork.rate, wait);
  }

  return {
    beginGuess(name, shown) {
      const network = networkKey(shown);
      const key = `${network} ${name}`;
      const header = headerKey(shown.authorization!);
      enter(network, header);
      try {
        if (name !== "") pay(key, network);
      } catch (error) {
        leave(network, header);
        throw error;
      }
      return {
        end(wrong) {
          leave(network, header);
          if (wrong || name === "") return;
          byName?.giveBack(key, monotonic());
          byNetwork?.giveBack(network, monotonic());
        },
      };
    },
  };
}
