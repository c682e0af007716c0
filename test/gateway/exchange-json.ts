import { once } from "node:events";
import https from "node:https";
import type { ClientOptions } from "../net/fixture.js";

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** {} for none. */
  readonly body: Record<string, unknown>;
}

/** One request of JSON over HTTP/1.1, on a connection of its own. */
export async function exchangeJson(server: ClientOptions, method: string, path: string, headers: Record<string, string | string[]>, body?: unknown): Promise<JsonAnswer> {
  const sent = https.request({
    host: "127.0.0.1", port: server.port, ca: server.ca, servername: "localhost", agent: false, method, path,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, headers: response.headers, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
