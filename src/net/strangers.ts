import { peerOf } from "./connection-limits.js";

/** What can be ended to make room. */
export interface Ending {
  destroy(): unknown;
}

interface Stranger<Connection> {
  readonly connection: Connection;
  readonly address: string;
  readonly peer: string;
}

/**
 * Connections that nobody has vouched for: neither a certificate at the handshake nor a credential since. When there is no room they
 * give way, so that a flood of them cannot keep out who has a credential. A newcomer takes the place of the oldest from its own
 * network, else of the oldest of all: a flood replaces itself first.
 */
export class Strangers<Connection extends Ending> {
  readonly #all = new Map<string, Stranger<Connection>>();
  readonly #byPeer = new Map<string, Set<string>>();

  /** `key` is both endpoints of the connection. */
  add(key: string, address: string, connection: Connection): void {
    const peer = peerOf(address);
    this.#all.set(key, { connection, address, peer });
    const keys = this.#byPeer.get(peer);
    if (keys === undefined) this.#byPeer.set(peer, new Set([key]));
    else keys.add(key);
  }

  /** The connection is vouched for, or gone. */
  remove(key: string): void {
    const known = this.#all.get(key);
    if (known === undefined) return;
    this.#all.delete(key);
    const keys = this.#byPeer.get(known.peer)!;
    keys.delete(key);
    if (keys.size === 0) this.#byPeer.delete(known.peer);
  }

  /** Ends one connection in favour of a newcomer; `sameNetwork` when only one of its own would help. Undefined when there is none. */
  giveWay(address: string, sameNetwork: boolean): { readonly connection: Connection; readonly address: string } | undefined {
    const own = this.#byPeer.get(peerOf(address))?.values().next().value;
    const key = own ?? (sameNetwork ? undefined : this.#all.keys().next().value);
    if (key === undefined) return undefined;
    const stranger = this.#all.get(key)!;
    this.remove(key);
    stranger.connection.destroy();
    return stranger;
  }
}
