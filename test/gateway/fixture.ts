// A whole registry behind both doors on a real TLS port, as serve.ts wires them; for what is asked of the JSON door.

import { createConnectDoor } from "../../src/connect/handler.js";
import { createHealth } from "../../src/connect/health.js";
import { createGateway, type GatewayOptions } from "../../src/gateway/gateway.js";
import { createEvidenceReader } from "../../src/net/evidence.js";
import type { ServerLimits } from "../../src/net/limits.js";
import { createServer, type NetEvent } from "../../src/net/server.js";
import type { TlsFiles } from "../../src/net/tls.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry, testPki, type Finished, type Pki } from "../connect/fixture.js";
import type { ClientOptions } from "../net/fixture.js";

export interface GatewayServer extends ClientOptions {
  readonly registry: Registry;
  /** Every call's end, in order. */
  readonly finished: Finished[];
  readonly events: NetEvent[];
  readonly pki: Pki;
  reload(tls: TlsFiles): void;
  close(): Promise<void>;
}

export const bodyLimit = 65_536;

/** A client that registers, as it comes in the body. */
export const example = JSON.stringify({ redirect_uris: ["https://client.example/callback"] });

export async function startGateway({ limits, tls, ...options }: Partial<GatewayOptions> & { readonly limits?: Partial<ServerLimits>; readonly tls?: TlsFiles } = {}): Promise<GatewayServer> {
  const pki = await testPki();
  const registry = options.registry ?? createRegistry();
  const finished: Finished[] = [];
  const events: NetEvent[] = [];
  const shared = {
    registry,
    observer: { finished: (arrival, call, error) => void finished.push({ arrival, call, error }) },
    readEvidence: (request) => createEvidenceReader()(request, Date.now()),
    ...options,
  } satisfies Partial<GatewayOptions>;
  const gateway = createGateway({
    realms: [...registry.realms.values()].map((realm) => ({ realm, issuer: "https://localhost", base: "https://localhost", authorizationServer: undefined })),
    bodyLimit,
    corsOrigins: new Map(),
    ready: () => true,
    ...shared,
  });
  const shutdown = new AbortController();
  const connect = createConnectDoor({ ...shared, health: createHealth(), shutdown: shutdown.signal });
  const server = createServer({
    tls: tls ?? pki.tls,
    handler: (request, response) => {
      if (!connect(request, response)) gateway(request, response);
    },
    onEvent: (event) => events.push(event),
    ...(limits === undefined ? {} : { limits }),
  });
  const port = await server.listen({ hosts: ["127.0.0.1"], port: 0 });
  return {
    port, ca: pki.ca.certificate, registry, finished, events, pki, reload: server.reload,
    async close() {
      shutdown.abort();
      await server.drain(0);
    },
  };
}
