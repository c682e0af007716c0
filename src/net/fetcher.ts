// The one outgoing fetcher: whatever URL the service goes to, an operator's or a client's, it goes there by this.

import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { isLoopbackAddress, isPublicAddress } from "./public-address.js";

/** A question. */
export interface FetchRequest {
  /** An absolute URL without user and password. */
  readonly url: string;
  /** GET when absent. */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole answer, whatever its status, but for redirects. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface FetcherOptions {
  /** Which addresses it may connect to: any for URLs of the operator, public ones for those of anybody else. */
  readonly addresses: "any" | "public" | ((address: string) => boolean);
  /** Whether plain http is taken to this machine's own addresses. */
  readonly loopbackHttp?: boolean;
  /** The authorities of the servers' certificates (PEM), instead of those that Node knows. */
  readonly ca?: string;
  /** Milliseconds from the call to the last byte. */
  readonly timeLimit?: number;
  /** Bytes of a body. */
  readonly sizeLimit?: number;
  /** Exchanges under way with one host. */
  readonly perHost?: number;
  /** Exchanges under way with all hosts together. */
  readonly atOnce?: number;
  /** Hosts, each with its port unless that is the scheme's own, that may have any address. */
  readonly internalHosts?: ReadonlySet<string>;
  /** Resolves names; the system's way when absent. */
  readonly lookup?: Lookup;
}

/** As dns.lookup with `all`. */
export type Lookup = (hostname: string, options: LookupOptions & { all: true }, callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

export interface Fetcher {
  /** Rejects with an Error, whose message is for the log alone, when there is no whole answer within the limits. */
  fetch(request: FetchRequest): Promise<FetchAnswer>;
  /** Ends idle connections. */
  close(): void;
}

const defaults = { timeLimit: 5_000, sizeLimit: 262_144, perHost: 64, atOnce: 256 } as const;

/** Milliseconds after which a connection that nobody uses is ended. */
const idleTime = 30_000;

const allowedAddresses = { any: () => true, public: isPublicAddress } as const;

/** Makes a fetcher: https, no redirects, bounded in time, size and number, and each address looked at that is connected to. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { timeLimit, sizeLimit, perHost, atOnce, internalHosts } = { ...defaults, ...options };
  const allowed = typeof options.addresses === "function" ? options.addresses : allowedAddresses[options.addresses];
  // Idle connections of many hosts are nobody's memory to hold.
  const connections = { keepAlive: true, maxSockets: perHost, maxFreeSockets: 4, timeout: idleTime };
  const tls = { ...connections, ...(options.ca === undefined ? {} : { ca: options.ca }) };
  // A lookup cannot be called off: it goes on when its exchange has been given up, and the system does few at once.
  let lookups = 0;
  const lookup: Lookup = (hostname, wanted, callback) => {
    lookups += 1;
    (options.lookup ?? systemLookup)(hostname, wanted, (error, addresses) => {
      lookups -= 1;
      callback(error, addresses);
    });
  };
  const toPublic = schemeOf(https, new https.Agent(tls), allowed, lookup);
  // Agents of their own: a connection that one kind of host has left open is never another's.
  const toInternal = internalHosts === undefined ? toPublic : schemeOf(https, new https.Agent(tls), allowedAddresses.any, lookup);
  const plain = options.loopbackHttp === true ? schemeOf(http, new http.Agent(connections), (address) => isLoopbackAddress(address) && allowed(address), lookup) : undefined;
  const schemeFor = ({ protocol, host }: URL) => (protocol === "https:" ? (internalHosts?.has(host) === true ? toInternal : toPublic) : protocol === "http:" ? plain : undefined);
  const underWay = new Map<string, number>();
  let all = 0;

  async function exchange(request: FetchRequest, signal: AbortSignal): Promise<FetchAnswer> {
    const url = new URL(request.url);
    const scheme = schemeFor(url);
    if (scheme === undefined || url.username !== "" || url.password !== "") throw new Error("only https URLs without a user are fetched");
    url.hash = "";
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    // Node resolves no address, so nothing else would look at one.
    if (isIP(literal) !== 0 && !scheme.allowed(literal)) throw notAllowed(url.host);
    const others = underWay.get(url.host) ?? 0;
    if (others >= perHost) throw new FetcherBusyError(`${url.host} is being asked ${perHost} times already`);
    if (lookups >= atOnce) throw new FetcherBusyError(`${atOnce} names are being looked up already`);
    if (all >= atOnce) throw new FetcherBusyError(`${atOnce} exchanges are under way already`);
    underWay.set(url.host, others + 1);
    all += 1;
    try {
      const attempt = () => exchangeOnce(scheme, url, request, sizeLimit, signal);
      // The server may close an idle connection at the very moment that it is used again. Every exchange here is a question.
      return await attempt().catch((error: unknown) => (error instanceof StaleConnection ? attempt() : Promise.reject(error)));
    } finally {
      all -= 1;
      const left = underWay.get(url.host)! - 1;
      if (left === 0) underWay.delete(url.host);
      else underWay.set(url.host, left);
    }
  }

  return {
    async fetch(request) {
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(new Error(`there was no whole answer within ${timeLimit} ms`)), timeLimit);
      try {
        return await exchange(request, limit.signal);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      for (const scheme of [toPublic, toInternal, plain]) scheme?.agent.destroy();
    },
  };
}

/** That nothing was asked, because too much is being asked already. */
export class FetcherBusyError extends Error {
  override readonly name = "FetcherBusyError";
}

interface Scheme {
  readonly request: typeof https.request;
  readonly agent: http.Agent;
  readonly allowed: (address: string) => boolean;
  readonly lookup: LookupFunction;
}

function schemeOf({ request }: { readonly request: typeof https.request }, agent: http.Agent, allowed: Scheme["allowed"], resolve: Lookup): Scheme {
  return {
    request, agent, allowed,
    // Asked by the connection itself, for what it then connects to: a name that resolves otherwise a moment later gains nothing. One
    // address that is not allowed among others is an attack or a mistake.
    lookup: (hostname, options, callback) =>
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? [];
        if (error !== null) callback(error, "", 0);
        else if (first === undefined || !addresses.every(({ address }) => allowed(address))) callback(notAllowed(hostname), "", 0);
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      }),
  };
}

const notAllowed = (host: string): NodeJS.ErrnoException => new Error(`${host} has an address that is not connected to`);

class StaleConnection extends Error {}

const redirects: ReadonlySet<number | undefined> = new Set([300, 301, 302, 303, 305, 306, 307, 308]);

function exchangeOnce({ request: open, agent, allowed, lookup }: Scheme, url: URL, request: FetchRequest, sizeLimit: number, signal: AbortSignal): Promise<FetchAnswer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers, body } = request;
    let answered = false;
    const sent = open(url, {
      method, agent, lookup, signal,
      headers: { "user-agent": "matricula", ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
    });
    const fail = (error: Error) => {
      const stale = !answered && sent.reusedSocket && !signal.aborted && (error as NodeJS.ErrnoException).code === "ECONNRESET";
      reject(signal.aborted ? signal.reason : stale ? new StaleConnection(error.message) : error);
      sent.destroy();
    };
    sent.on("error", fail);
    // From its first byte on, the answer says by itself when it breaks off.
    sent.on("close", () => answered || fail(new Error(`${url.host} ended the connection`)));
    sent.on("socket", (socket) => checkPeer(socket, allowed, url.host));
    sent.on("response", (response) => {
      answered = true;
      readAnswer(response, sizeLimit, url.host).then(resolve, fail);
    });
    sent.end(body);
  });
}

/** The lookup has seen to it; this is the word of the connection itself. */
function checkPeer(socket: Socket, allowed: Scheme["allowed"], host: string): void {
  if (!socket.connecting) return;
  socket.once("connect", () => {
    if (!allowed(socket.remoteAddress ?? "")) socket.destroy(notAllowed(host));
  });
}

async function readAnswer(response: IncomingMessage, sizeLimit: number, host: string): Promise<FetchAnswer> {
  const { statusCode: status = 0, headers } = response;
  if (redirects.has(status)) throw new Error(`${host} answers with a redirect (${status}), which is not followed`);
  // None was asked for, and what is small on the wire may not be so unpacked.
  if ((headers["content-encoding"] ?? "identity") !== "identity") throw new Error(`${host} answers in an encoding that was not asked for`);
  const tooLarge = new Error(`${host} answers with more than ${sizeLimit} bytes`);
  if (Number(headers["content-length"] ?? 0) > sizeLimit) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > sizeLimit) throw tooLarge;
    chunks.push(chunk);
  }
  return { status, headers, body: Buffer.concat(chunks) };
}
