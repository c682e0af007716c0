import { isIPv4, isIPv6 } from "node:net";

/** Counts connections in all and by peer, and says whether one more may come in. Asked before the handshake, which is what costs. */
export class ConnectionLimits {
  readonly #total: number;
  readonly #perPeer: number;
  readonly #byPeer = new Map<string, number>();
  #open = 0;

  constructor(limits: { maxConnections: number; maxConnectionsPerPeer: number }) {
    this.#total = limits.maxConnections;
    this.#perPeer = limits.maxConnectionsPerPeer;
  }

  get open(): number {
    return this.#open;
  }

  /** Admits a connection, or says which limit it meets; `release` must follow with the same address when it closes. */
  admit(address: string): "admitted" | "total" | "peer" {
    const peer = peerOf(address);
    const open = this.#byPeer.get(peer) ?? 0;
    if (open >= this.#perPeer) return "peer";
    if (this.#open >= this.#total) return "total";
    this.#byPeer.set(peer, open + 1);
    this.#open += 1;
    return "admitted";
  }

  release(address: string): void {
    const peer = peerOf(address);
    const open = (this.#byPeer.get(peer) ?? 0) - 1;
    if (open > 0) this.#byPeer.set(peer, open);
    else this.#byPeer.delete(peer);
    this.#open -= 1;
  }
}

/** Who an address belongs to: IPv4 as it is, also when mapped into IPv6; of IPv6 the first 64 bits, as a host has all the rest to choose from. */
export function peerOf(address: string): string {
  if (isIPv4(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
