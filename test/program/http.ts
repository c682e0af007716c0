// One JSON exchange over HTTPS, for tests of the gateway.

import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import type { IncomingHttpHeaders } from "node:http";

/** Where, and as whom. */
export interface Target {
  readonly url: string;
  readonly ca: string;
  readonly identity?: { readonly certificate: string; readonly key: string };
}

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
  readonly token?: string;
  readonly agent?: https.Agent;
  /** The address that the connection comes from. */
  readonly localAddress?: string;
  /** Milliseconds. */
  readonly patience?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The members of a JSON answer. */
export const membersOf = (answer: Answer) => JSON.parse(answer.text) as Record<string, any>;

function headersOf({ headers = {}, json, token }: Request): Record<string, string> {
  return { ...(json === undefined ? {} : { "content-type": "application/json" }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers };
}

/** One exchange over HTTP/1.1. Rejects when there is no whole answer in time. */
export function exchange(target: Target, request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = https.request(
      new URL(request.path, target.url),
      {
        method: request.method ?? (request.json === undefined ? "GET" : "POST"),
        headers: headersOf(request),
        ca: target.ca,
        // Node 22.23 looks for "::1." in the certificate, which nothing could be issued for.
        ...(target.url.includes("[") && { servername: "localhost" }),
        ...(target.identity && { cert: target.identity.certificate, key: target.identity.key }),
        agent: request.agent ?? false,
        ...(request.localAddress && { localAddress: request.localAddress }),
        signal: AbortSignal.timeout(request.patience ?? 20_000),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("aborted", () => reject(new Error("the answer was cut off")));
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }));
      },
    );
    sent.on("error", reject);
    sent.end(request.json === undefined ? undefined : JSON.stringify(request.json));
  });
}

/** One exchange over HTTP/2 on a connection of its own. */
export async function exchange2(target: Target, request: Request): Promise<Answer> {
  const session = http2.connect(target.url, { ca: target.ca, ...(target.identity && { cert: target.identity.certificate, key: target.identity.key }) });
  try {
    const failed = new Promise<never>((_, reject) => session.once("error", reject));
    const stream = session.request({ ":path": request.path, ":method": request.method ?? (request.json === undefined ? "GET" : "POST"), ...headersOf(request) });
    stream.end(request.json === undefined ? undefined : JSON.stringify(request.json));
    const [headers] = (await Promise.race([once(stream, "response"), failed])) as [IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return { status: headers[":status"]!, headers, text: Buffer.concat(chunks).toString() };
  } finally {
    session.destroy();
  }
}

export const example = { redirect_uris: ["https://client.example/callback"] };
