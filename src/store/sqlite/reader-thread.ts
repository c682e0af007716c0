// The thread that lists, so that a long scan never stands in the way of a request. Scans take turns, so that none stands in the way of another.

import { parentPort, workerData } from "node:worker_threads";
import type { ClientChangeLister, ClientConditions, ClientQuery, InitialAccessTokenQuery, InitialAccessTokenRecord } from "../../domain/ports.js";
import { openReader } from "./database.js";
import { createChangeList, createClientLists, createTokenList, type IsWanted } from "./list.js";
import type { ReaderStart } from "./messages.js";
import { packClients } from "./pack.js";
import type { Parcel } from "./parcel.js";

/** What the thread reads, by name: what it is asked and what it answers with. */
export interface Lists {
  readonly clients: { readonly query: ClientQuery; readonly answer: Parcel };
  readonly clientCount: { readonly query: ClientConditions; readonly answer: number };
  readonly initialAccessTokens: { readonly query: InitialAccessTokenQuery; readonly answer: readonly InitialAccessTokenRecord[] };
  readonly clientChanges: {
    readonly query: { readonly realm: string; readonly sequence: number; readonly limit: number };
    readonly answer: Awaited<ReturnType<ClientChangeLister["changesAfter"]>>;
  };
}

type Readers = { readonly [Name in keyof Lists]: (query: Lists[Name]["query"], isWanted: IsWanted) => Promise<Lists[Name]["answer"]> | Lists[Name]["answer"] };

/** To the reader thread. */
export type ReaderRequest = { [Name in keyof Lists]: { readonly id: number; readonly list: Name; readonly query: Lists[Name]["query"] } }[keyof Lists] | { readonly abandoned: number } | "close";

/** From the reader thread. */
export type ReaderReply = { readonly id: number; readonly answer: Lists[keyof Lists]["answer"] } | { readonly id: number; readonly failed: string };

if (parentPort === null) throw new Error("this file runs as a worker thread");
const port = parentPort;
const { file } = workerData as ReaderStart;
const database = openReader(file);
// Between two stretches of a scan: what has come in meanwhile is begun, and the other scans have their turn.
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const clients = createClientLists(database, turn);
const readers: Readers = {
  clients: async (query, isWanted) => packClients(await clients.list(query, isWanted)),
  clientCount: clients.count,
  initialAccessTokens: createTokenList(database),
  clientChanges: createChangeList(database),
};
/** By the id of what they answer. */
const running = new Map<number, Promise<void>>();

async function answer({ id, list, query }: Exclude<ReaderRequest, "close" | { readonly abandoned: number }>): Promise<void> {
  try {
    port.postMessage({ id, answer: await readers[list](query as never, () => running.has(id)) } satisfies ReaderReply);
  } catch (error) {
    port.postMessage({ id, failed: String(error) } satisfies ReaderReply);
  }
}

async function close(): Promise<void> {
  await Promise.all(running.values());
  database.close();
  port.close();
}

port.on("message", (request: ReaderRequest) => {
  if (request === "close") return void close();
  if ("abandoned" in request) return void running.delete(request.abandoned);
  running.set(request.id, answer(request).finally(() => running.delete(request.id)));
});
