import { createServer, type Server, type Socket } from "node:net";
import type { Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { ConnectionLimits } from "./connection-limits.js";
import type { ServerLimits } from "./limits.js";
import type { ListenOptions, NetEvent } from "./server.js";
import { Strangers } from "./strangers.js";

/** An address that this machine does not have; IPv6 is often switched off in containers. */
const UNAVAILABLE = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);
/** A port that is free on one address may be taken on the other. */
const FREE_PORT_ATTEMPTS = 10;

/** The TCP side: accepts on several addresses for one TLS server, so that there is one context to reload, and counts before any handshake. */
export class Listeners {
  readonly #server: Http2SecureServer;
  readonly #admission: ConnectionLimits;
  readonly #onEvent: (event: NetEvent) => void;
  readonly #sockets = new Set<Socket>();
  /** Those whose handshake is not done, by both endpoints: Node does not say which TCP socket a TLS socket came from. */
  readonly #handshaking = new Map<string, Socket>();
  readonly #strangers = new Strangers<Socket>();
  /** Ended in favour of others, and already counted out. */
  readonly #gaveWay = new Set<Socket>();
  #acceptors: Server[] = [];
  #port = 0;

  constructor(server: Http2SecureServer, limits: ServerLimits, onEvent: (event: NetEvent) => void) {
    this.#server = server;
    this.#admission = new ConnectionLimits(limits);
    this.#onEvent = onEvent;
  }

  get port(): number {
    return this.#port;
  }

  get openConnections(): number {
    return this.#admission.open;
  }

  async listen({ hosts, port }: ListenOptions): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#listenOnAll(hosts, port);
        break;
      } catch (error) {
        for (const acceptor of this.#acceptors) acceptor.close();
        this.#acceptors = [];
        const { code } = error as NodeJS.ErrnoException;
        if (port !== 0 || code !== "EADDRINUSE" || attempt === FREE_PORT_ATTEMPTS) throw error;
      }
    }
    // Node starts its watch over slow HTTP/1.1 requests on this event, and this server itself never listens.
    this.#server.emit("listening");
    return this.#port;
  }

  async #listenOnAll(hosts: readonly string[], port: number): Promise<void> {
    let chosen = port;
    for (const host of hosts) {
      const acceptor = createServer({ noDelay: true }, (socket) => this.#accept(socket));
      try {
        // ipv6Only: `::` must not take the IPv4 port that another listener is asked to take.
        await listening(acceptor, { host, port: chosen, ipv6Only: hosts.length > 1, backlog: 511 });
      } catch (error) {
        if (this.#acceptors.length === 0 || !UNAVAILABLE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
        this.#onEvent({ kind: "listen-skipped", peer: host, error });
        continue;
      }
      acceptor.on("error", (error) => this.#onEvent({ kind: "session-error", error }));
      this.#acceptors.push(acceptor);
      chosen = (acceptor.address() as AddressInfo).port;
    }
    this.#port = chosen;
  }

  #accept(socket: Socket): void {
    socket.on("error", () => {});
    const { remoteAddress } = socket;
    // Without an address the peer is gone already.
    if (remoteAddress === undefined) return void socket.destroy();
    if (!this.#admit(remoteAddress)) {
      this.#onEvent({ kind: "connection-refused", peer: remoteAddress });
      return void socket.destroy();
    }
    const key = endpoints(socket);
    this.#sockets.add(socket);
    this.#handshaking.set(key, socket);
    this.#strangers.add(key, remoteAddress, socket);
    socket.once("close", () => {
      if (!this.#gaveWay.delete(socket)) this.#admission.release(remoteAddress);
      this.#sockets.delete(socket);
      this.#strangers.remove(key);
      if (this.#handshaking.get(key) === socket) this.#handshaking.delete(key);
    });
    this.#server.emit("connection", socket);
  }

  #admit(address: string): boolean {
    const verdict = this.#admission.admit(address);
    if (verdict === "admitted") return true;
    const ended = this.#strangers.giveWay(address, verdict === "peer");
    if (ended === undefined) return false;
    this.#onEvent({ kind: "gave-way", peer: ended.address });
    // Its 'close' comes later; its place is free now.
    this.#gaveWay.add(ended.connection);
    this.#admission.release(ended.address);
    return this.#admission.admit(address) === "admitted";
  }

  handshakeDone(socket: Socket): void {
    this.#handshaking.delete(endpoints(socket));
  }

  /** Whoever is at the other end has shown a credential that holds: the connection no longer gives way to newcomers. */
  vouch(socket: Socket): void {
    this.#strangers.remove(endpoints(socket));
  }

  /** Stops accepting, drops unfinished handshakes, resolves when the last connection has closed. */
  async close(): Promise<void> {
    const closed = Promise.all(this.#acceptors.map((acceptor) => new Promise<void>((resolve) => void acceptor.close(() => resolve()))));
    for (const socket of this.#handshaking.values()) socket.destroy();
    await closed;
    // Node counts a socket out before the socket says so itself.
    await Promise.all([...this.#sockets].map((socket) => new Promise<void>((resolve) => void socket.once("close", () => resolve()))));
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function endpoints(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`;
}

function listening(server: Server, options: { host: string; port: number; ipv6Only: boolean; backlog: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
