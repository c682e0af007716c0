// The thread that lists, so that a long scan never stands in the way of a request.

import { parentPort, workerData } from "node:worker_threads";
import type { ClientQuery, ClientRecord, InitialAccessTokenQuery, InitialAccessTokenRecord } from "../../domain/ports.js";
import { openReader } from "./database.js";
import { createList, createTokenList } from "./list.js";
import type { ReaderStart } from "./messages.js";

/** What the thread lists, by name: what it is asked and what it answers with. */
export interface Lists {
  readonly clients: { readonly query: ClientQuery; readonly row: ClientRecord };
  readonly initialAccessTokens: { readonly query: InitialAccessTokenQuery; readonly row: InitialAccessTokenRecord };
}

/** To the reader thread. */
export type ReaderRequest = { [Name in keyof Lists]: { readonly id: number; readonly list: Name; readonly query: Lists[Name]["query"] } }[keyof Lists] | "close";

/** From the reader thread. */
export type ReaderReply = { readonly id: number; readonly rows: readonly Lists[keyof Lists]["row"][] } | { readonly id: number; readonly failed: string };

if (parentPort === null) throw new Error("this file runs as a worker thread");
const port = parentPort;
const { file } = workerData as ReaderStart;
const database = openReader(file);
const list = createList(database);
const listTokens = createTokenList(database);

function answer(request: Exclude<ReaderRequest, "close">): ReaderReply {
  const { id } = request;
  try {
    return { id, rows: request.list === "clients" ? list(request.query) : listTokens(request.query) };
  } catch (error) {
    return { id, failed: String(error) };
  }
}

port.on("message", (request: ReaderRequest) => {
  if (request === "close") {
    database.close();
    port.close();
    return;
  }
  port.postMessage(answer(request));
});
