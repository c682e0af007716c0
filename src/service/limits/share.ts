import type { Arrival } from "../front.js";

/** Calls looked at for one that can give way: those before it that cannot are about to end by themselves. */
const mostLookedAt = 64;

/**
 * A part of the calls in flight, for those of whom nothing is proven. When it is full, a call whose body has not come yet gives way to a
 * newcomer: the oldest of the newcomer's own network, else the oldest of all. Who sends slowly can so hold no place against others.
 */
export class Share {
  readonly #limit: number;
  readonly #networks = new Map<Arrival, string>();
  readonly #byNetwork = new Map<string, Set<Arrival>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place; false when there is none. */
  enter(arrival: Arrival, network: string): boolean {
    if (this.#networks.size >= this.#limit && !this.#giveWay(this.#byNetwork.get(network)) && !this.#giveWay(this.#networks.keys())) return false;
    this.#networks.set(arrival, network);
    const own = this.#byNetwork.get(network);
    if (own === undefined) this.#byNetwork.set(network, new Set([arrival]));
    else own.add(arrival);
    return true;
  }

  /** Gives the place back; nothing happens when there is none. */
  leave(arrival: Arrival): void {
    const network = this.#networks.get(arrival);
    if (network === undefined) return;
    this.#networks.delete(arrival);
    const own = this.#byNetwork.get(network)!;
    own.delete(arrival);
    if (own.size === 0) this.#byNetwork.delete(network);
  }

  #giveWay(arrivals: Iterable<Arrival> | undefined): boolean {
    let left = mostLookedAt;
    for (const arrival of arrivals ?? []) {
      if (arrival.giveUp?.() === true) {
        this.leave(arrival);
        return true;
      }
      if (--left === 0) return false;
    }
    return false;
  }
}
