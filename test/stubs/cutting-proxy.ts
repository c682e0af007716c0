// A proxy of TCP that loses all its connections when it is told to, and takes none while it is away.

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  /** Connections that were lost so far. */
  readonly lost: number;
  /** Connections that are there now. */
  readonly open: number;
  cut(): void;
  /** While it is away whoever comes is turned away. */
  setAway(isAway: boolean): void;
  close(): Promise<void>;
}

export async function startProxy(target: () => number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let lost = 0;
  let isAway = false;
  const server = createServer((client) => {
    if (isAway) return void client.destroy();
    const upstream = connect(target(), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    lost += sockets.size / 2;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get lost() {
      return lost;
    },
    get open() {
      return sockets.size / 2;
    },
    cut,
    setAway(away) {
      isAway = away;
      if (away) cut();
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
