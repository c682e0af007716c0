// Holds the service against the ledger, through its API alone.

import https from "node:https";
import { createClient } from "@connectrpc/connect";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { transportOf } from "../program/doors.js";
import { exchange, membersOf } from "../program/http.js";
import { adminIdentity, type Program } from "../program/program.js";
import type { Expected, Ledger, Members } from "./ledger.js";

/** The answer without what changes with the port, and without the secret, which is told once. */
function lasting({ client_secret: _, registration_client_uri: uri, ...members }: Members): string {
  return JSON.stringify({ ...members, registration_client_uri: new URL(String(uri)).pathname }, Object.keys({ ...members, registration_client_uri: "" }).toSorted());
}

/** Runs `check` over all items, 16 at a time, on connections that are kept. */
async function inParallel<Item>(items: readonly Item[], check: (item: Item, agent: https.Agent) => Promise<void>): Promise<void> {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16 });
  let at = 0;
  const work = async () => {
    while (at < items.length) await check(items[at++]!, agent);
  };
  await Promise.all(Array.from({ length: 16 }, work));
  agent.destroy();
}

/** Every client as the ledger has it: a sentence for each that is not. */
export async function checkClients(program: Program, clients: readonly Expected[]): Promise<string[]> {
  const faults: string[] = [];
  await inParallel(clients, async (client, agent) => {
    const answer = await exchange(program, { path: `/register/${client.id}`, token: client.token, agent });
    if (client.deleted) {
      if (answer.status !== 401) faults.push(`the deleted client ${client.id} is back: ${answer.status}`);
    } else if (client.maybeDeleted && answer.status === 401) {
      // It may have happened.
    } else if (answer.status !== 200) faults.push(`the client ${client.id} is lost: ${answer.status}`);
    else if (!client.maybeUpdated && lasting(membersOf(answer)) !== lasting(client.answer)) {
      faults.push(`the client ${client.id} is not as acknowledged: ${answer.text} instead of ${JSON.stringify(client.answer)}`);
    }
  });
  return faults;
}

/** Repeats registrations by their keys: those that were answered are answered alike. Writes the new answers into the ledger. */
export async function checkKeys(program: Program, ledger: Ledger, clients: readonly Expected[], unanswered: ReadonlyMap<string, Members>): Promise<string[]> {
  const faults: string[] = [];
  const repeat = (key: string, body: Members, agent: https.Agent) => exchange(program, { path: "/register", json: body, headers: { "idempotency-key": key }, agent });
  await inParallel(clients.filter(({ key }) => key !== ""), async ({ id, key, body, answer }, agent) => {
    const again = await repeat(key, body, agent);
    if (again.status !== 201) faults.push(`the key ${key} of ${id} is answered with ${again.status}: ${again.text}`);
    else if (JSON.stringify(membersOf(again)) !== JSON.stringify(answer)) faults.push(`the key ${key} is answered anew: ${again.text} instead of ${JSON.stringify(answer)}`);
  });
  await inParallel([...unanswered], async ([key, body], agent) => {
    const [first, second] = await Promise.all([repeat(key, body, agent), repeat(key, body, agent)]);
    if (first.status !== 201 || first.text !== second.text) faults.push(`the key ${key}, repeated twice at once, is answered with ${first.status} ${first.text} and ${second.status} ${second.text}`);
    else ledger.write({ kind: "registered", key, body, answer: membersOf(first) });
  });
  return faults;
}

/** Pages through all clients: each key has made one, and none that was deleted is among them. */
export async function checkList(program: Program, clients: ReadonlyMap<string, Expected>): Promise<string[]> {
  const faults: string[] = [];
  const { transport, close } = transportOf({ ...program, identity: adminIdentity(program) }, "gRPC");
  const directory = createClient(ClientDirectoryService, transport);
  const bySoftware = new Map<string, number>();
  for (let pageToken = "", first = true; first || pageToken !== ""; first = false) {
    const page = await directory.listClients({ pageSize: 500, pageToken, filter: { states: [ClientState.ACTIVE] } });
    for (const { clientId = "", metadata } of page.clients) {
      const software = metadata?.softwareId;
      if (software !== undefined && software !== "") bySoftware.set(software, (bySoftware.get(software) ?? 0) + 1);
      if (clients.get(clientId)?.deleted === true) faults.push(`the deleted client ${clientId} is listed`);
    }
    pageToken = page.nextPageToken;
  }
  close();
  for (const { key, id } of clients.values()) if (key !== "" && bySoftware.get(key) !== 1) faults.push(`the key ${key} of ${id} has made ${bySoftware.get(key) ?? 0} clients`);
  return faults;
}
