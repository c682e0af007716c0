// serve/: the composition root. It reads the configuration, constructs everything, listens, and drains. It may import everything;
// nothing imports it but main.ts.

import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfiguration, type LoadedConfiguration } from "../config/configuration.js";
import { createConnectDoor } from "../connect/handler.js";
import { createHealth } from "../connect/health.js";
import { createGateway } from "../gateway/gateway.js";
import { ensureDevelopmentPki } from "../net/development-pki.js";
import { readClientCertificate } from "../net/client-certificate.js";
import { createLocalListener, readLocalEvidence } from "../net/local-listener.js";
import type { ServerRequest } from "../net/request.js";
import { createServer } from "../net/server.js";
import type { TlsPaths } from "../net/tls.js";
import { createLogger, type Logger } from "../observe/logger.js";
import { decisionLog } from "../observe/decision-log.js";
import { leftOutLog } from "../observe/left-out-log.js";
import { createObserver } from "../observe/observer.js";
import { ClientUses } from "../service/client-uses.js";
import { createExpiredCounts, createExpirySweep } from "../service/expired-clients.js";
import { deriveKeys } from "../service/keys.js";
import { createLimits } from "../service/limits/limits.js";
import type { Registry } from "../service/registry.js";
import { createBasicWayIn } from "../service/ways-in/basic.js";
import { waysIn } from "../service/ways-in/rows.js";
import { openSqliteStore } from "../store/sqlite/store.js";
import { openCertificates } from "./certificates.js";
import { systemClock } from "./clock.js";
import { createEvidence } from "./evidence.js";
import { ensureFirstToken } from "./first-token.js";
import { lifetimesFile } from "./lifetimes-file.js";
import { createLiveRealms, type LiveRealms } from "./live-realms.js";
import { openOutgoingFetch } from "./outgoing-fetch.js";
import { createRandomBytes } from "./random.js";
import { demandKnownWaysIn, prepareRealm } from "./realms.js";
import { resting } from "./resting.js";
import { ensureServerKey, serverKeyVersion } from "./server-key.js";
import { openStatementIssuers } from "./statement-issuers.js";
import { openTokenIssuers } from "./token-issuers.js";
import { usersFilesOf, watchUsers } from "./users.js";
import { vouching } from "./vouching.js";
import { welcome } from "./welcome.js";
import { sweepExpired } from "./expiry-sweep.js";
import { writeUses } from "./written-uses.js";

/** What the command line says. */
export interface ServeOptions {
  readonly data?: string;
  readonly listen?: string;
  readonly open?: boolean;
  readonly config?: string;
}

/** Milliseconds in which open requests may end after a signal: the whole stop takes less than ten seconds. */
const drainTime = 8_000;

/** Starts the service; resolves with the exit code when it has stopped. Throws an error with a sentence when it cannot start. */
export async function serve(options: ServeOptions): Promise<number> {
  const opened: (() => Promise<void>)[] = [];
  try {
    return await run(options, (close) => opened.push(close));
  } catch (error) {
    // A port that is taken, say: a store's thread or an open port would keep the process alive for ever.
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

async function run(options: ServeOptions, opened: (close: () => Promise<void>) => void): Promise<number> {
  const { config, ...overrides } = options;
  const load = { ...(config === undefined ? {} : { file: config }), overrides };
  const configuration = loadConfiguration(load);
  const { data } = configuration;
  await mkdir(data, { recursive: true, mode: 0o700 });
  const file = join(data, "matricula.db");
  const fresh = await access(file).then(() => false, () => true);

  const logger = createLogger({ level: configuration.logLevel });
  const tlsPaths = await tlsPathsOf(configuration);
  const certificates = await openCertificates(tlsPaths, logger);
  opened(async () => certificates.stop());
  const tls = certificates.files;
  const serverKey = await ensureServerKey(data, fresh);
  const store = await openSqliteStore({ file, queuedWrites: configuration.limits.queuedWrites });
  opened(() => store.close());
  const issuers = await openTokenIssuers({ realms: configuration.realms.values(), clock: systemClock, log: logger });
  opened(async () => issuers.close());
  const statements = await openStatementIssuers({ realms: configuration.realms.values(), clock: systemClock, log: logger });
  opened(async () => statements.close());

  const outgoing = await openOutgoingFetch(configuration.outgoingFetch);
  opened(async () => outgoing?.close());

  const usersFiles = usersFilesOf(configuration);
  const users = await watchUsers(usersFiles, logger);
  opened(async () => users.stop());

  let stopping = false;
  const { limits } = configuration;
  const server = createServer({
    tls,
    limits: { maxConnections: limits.connections, maxConnectionsPerPeer: limits.connectionsPerAddress },
    onEvent: (event) => logger.debug({ event }, "connection"),
    handler: (request, response) => handler(request, response),
  });
  opened(() => server.drain(0));
  let handler: Parameters<typeof createServer>[0]["handler"] = (_request, response) => response.destroy();
  const wanted = configuration.listen[0]!.port;
  const port = await server
    .listen({ hosts: configuration.listen.map(({ host }) => host), port: wanted })
    .catch((error: NodeJS.ErrnoException) => explainListen(wanted, error));

  const url = configuration.publicUrl ?? ownUrl(configuration, port);
  const realms = [...configuration.realms.values()].map((realm) => prepareRealm(configuration, realm, url));
  const randomBytes = createRandomBytes();
  const ways = waysIn([...issuers.waysIn, ...(usersFiles.length === 0 ? [] : [createBasicWayIn({ users: users.of, randomBytes })])]);
  const live = createLiveRealms({ load, configuration, realms: realms.map(({ realm }) => realm), url, statements, demand: (next) => demandKnownWaysIn(next, ways) });
  const registry: Registry = {
    store,
    configuration: live,
    decided: decisionLog(logger),
    leftOut: leftOutLog(logger),
    get realms() {
      return live.realms();
    },
    limits: createLimits({
      rates: limits.rates.buckets, prefixes: limits.rates.prefixes, openCalls: limits.openCalls, monotonic: () => performance.now(), secret: randomBytes(32),
    }),
    uses: new ClientUses(store),
    expiredCounts: createExpiredCounts(store.lister),
    waysIn: ways,
    keys: deriveKeys(serverKey, serverKeyVersion, randomBytes),
    clock: systemClock,
    randomBytes,
    readCertificate: readClientCertificate,
    fetch: outgoing?.fetch,
  };
  demandKnownWaysIn(configuration, registry.waysIn);
  tellOfMistakes(configuration, logger);
  await ensureFirstToken(registry, registry.realms.get("default")!, data);

  const uses = writeUses(registry.uses, logger);
  opened(() => uses.stop());
  const sweep = sweepExpired(createExpirySweep(registry, lifetimesFile(data), logger), logger);
  opened(() => sweep.stop());

  const observer = vouching((connection) => server.vouch(connection), resting((connection) => server.rest(connection), createObserver(logger)));
  const ready = () => !stopping && store.writable();
  const started = createHealth();
  // Who cannot write serves half: load balancers are told what /readyz tells.
  const health = { ...started, serving: () => started.serving() && store.writable() };
  const shutdown = new AbortController();
  const evidence = createEvidence(configuration, tls);
  const readEvidence = (request: ServerRequest) => readLocalEvidence(request) ?? evidence.read(request);
  const connect = createConnectDoor({ registry, observer, readEvidence, health, shutdown: shutdown.signal, limits: { bodyBytes: limits.bodyBytes } });
  const gateway = createGateway({
    registry, observer, realms, readEvidence, ready, bodyLimit: limits.bodyBytes,
    corsOrigins: new Map([...configuration.realms.values()].map((realm) => [realm.name, realm.corsOrigins])),
  });
  handler = (request, response) => {
    if (!connect(request, response)) gateway(request, response);
  };
  const local = configuration.localListen === undefined ? undefined : createLocalListener(configuration.localListen, {
    limits: { maxConnections: limits.connections },
    onEvent: (event) => logger.debug({ event }, "local connection"),
    handler: (request, response) => handler(request, response),
  });
  opened(async () => local?.drain(0));
  await local?.listen().catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EADDRINUSE" ? new Error(`cannot listen on ${local.name}: another program does; name another port with local_listen`, { cause: error }) : error;
  });
  await writeFile(join(data, "url"), `${url}\n`, { mode: 0o600 });
  if (configuration.developmentPki) process.stderr.write(welcome(data, url, tlsPaths.clientCa));
  started.set(true);
  // Before the ready line: whoever reads it may signal at once.
  const stopSignal = nextSignal();
  process.stdout.write(`matricula listening on ${url}\n`);
  logger.info({ url, local: local?.name, data, configuration: configuration.file, hash: configuration.fileHash, node: process.version }, "started");

  certificates.follow((files) => {
    server.reload(files);
    evidence.reload(files);
  });
  process.on("SIGHUP", () => {
    void certificates.reload();
    void reloadConfiguration(live, logger);
  });
  const signal = await stopSignal;
  stopping = true;
  logger.info({ signal }, "draining");
  started.set(false);
  shutdown.abort();
  await Promise.all([server.drain(drainTime), local?.drain(drainTime)]);
  certificates.stop();
  users.stop();
  issuers.close();
  statements.close();
  outgoing?.close();
  await sweep.stop();
  await uses.stop();
  await store.close();
  logger.info("stopped");
  await logger.close();
  return 0;
}

/** What a signal asks for: who sent it reads the log. */
async function reloadConfiguration(live: LiveRealms, logger: Pick<Logger, "info" | "warn">): Promise<void> {
  try {
    const { fileHash, restartNeeded } = await live.reload();
    logger.info({ hash: fileHash, restart_needed: restartNeeded }, "configuration reloaded");
  } catch (error) {
    logger.warn({ error }, "the configuration was not reloaded; the one before goes on");
  }
}

/** A stored policy that has a mistake does not keep the service from starting: it admits nothing, and somebody has to know. */
function tellOfMistakes({ realms }: LoadedConfiguration, logger: Logger): void {
  for (const [realm, { policies }] of realms) {
    for (const [policy, { mistake }] of policies) if (mistake !== undefined) logger.error({ realm, policy, mistake }, "a stored policy has a mistake: nothing is admitted by it until it is mended or deleted");
  }
}

/** The usual reasons why an address cannot be listened on, with what to do. */
function explainListen(port: number, error: NodeJS.ErrnoException): never {
  const reasons: Record<string, string> = {
    EADDRINUSE: "another program listens there; stop it, or choose another port with --listen",
    EACCES: "a port below 1024 needs more rights; choose another with --listen",
    EADDRNOTAVAIL: "this machine has no such address; choose another with --listen",
  };
  const reason = reasons[error.code ?? ""];
  throw reason === undefined ? error : new Error(`cannot listen on port ${port}: ${reason}`, { cause: error });
}

async function tlsPathsOf({ tls, data, listen, publicUrl }: LoadedConfiguration): Promise<TlsPaths> {
  if (tls !== undefined) {
    const { certificateFile: certificate, keyFile: key, clientCaFile: clientCa, crlFile } = tls;
    return { certificate, key, clientCa, ...(crlFile === undefined ? {} : { crl: crlFile }) };
  }
  const hosts = [...listen.map(({ host }) => host), ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, "")])];
  const pki = await ensureDevelopmentPki(join(data, "pki"), { now: new Date(), hosts });
  return { certificate: pki.serverCertificate, key: pki.serverKey, clientCa: pki.ca };
}

/** The URL of what is listened on: localhost when that is both loopback addresses. */
function ownUrl({ listen }: LoadedConfiguration, port: number): string {
  const host = listen.length > 1 ? "localhost" : listen[0]!.host;
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The handlers stay: npm passes a terminal's ^C on to a program that has had it already, and the second one must not cut the drain short. */
function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve(signal));
  });
}
