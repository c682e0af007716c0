// The thread that lists, so that a long scan never stands in the way of a request.

import { parentPort, workerData } from "node:worker_threads";
import type { ClientQuery, ClientRecord } from "../../domain/ports.js";
import { openReader } from "./database.js";
import { createList } from "./list.js";
import type { ReaderStart } from "./messages.js";

/** To the reader thread. */
export type ReaderRequest = { readonly id: number; readonly query: ClientQuery } | "close";

/** From the reader thread. */
export type ReaderReply = { readonly id: number; readonly clients: readonly ClientRecord[] } | { readonly id: number; readonly failed: string };

if (parentPort === null) throw new Error("this file runs as a worker thread");
const port = parentPort;
const { file } = workerData as ReaderStart;
const database = openReader(file);
const list = createList(database);

function answer(id: number, query: ClientQuery): ReaderReply {
  try {
    return { id, clients: list(query) };
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
  port.postMessage(answer(request.id, request.query));
});
