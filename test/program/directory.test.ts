// The directory at the program's door: what is reported before a stop is on record after it.

import { expect, test } from "vitest";
import { example, exchange, membersOf } from "./http.js";
import { adminIdentity, cleanPrograms, startProgram, type Program } from "./program.js";

cleanPrograms("all");

const call = (program: Program, method: string, json: object) =>
  exchange({ ...program, identity: adminIdentity(program) }, { path: `/matricula.v1.ClientDirectoryService/${method}`, json });

test("uses that wait when the program is told to stop are written before it ends", async () => {
  const first = await startProgram({ open: true });
  const { client_id: clientId } = membersOf(await exchange(first, { path: "/register", json: example }));
  const usedAt = membersOf(await call(first, "GetClient", { client_id: clientId }))["client"].client_id_issued_at;
  const reported = await call(first, "ReportClientUse", { uses: [{ client_id: clientId, used_at: usedAt, secret_label: "1" }] });
  expect([reported.status, membersOf(reported)]).toEqual([200, { taken: 1 }]);
  expect((await first.stop()).code).toBe(0);

  const second = await startProgram({ data: first.data, open: true });
  const { client, secrets } = membersOf(await call(second, "GetClient", { client_id: clientId }));
  expect(client.last_used_at).toBe(usedAt);
  expect(secrets).toMatchObject([{ label: "1", last_used_at: usedAt }]);
});

test("several are read, listed by what they hold, and counted", async () => {
  const program = await startProgram({ open: true });
  const register = async (json: object) => membersOf(await exchange(program, { path: "/register", json }))["client_id"] as string;
  const shop = await register({ ...example, client_name: "Shop", "client_name#de": "Gesch\u00e4ft" });
  const device = await register({ grant_types: ["client_credentials"] });
  const ids = (answer: { text: string }) => (JSON.parse(answer.text) as { clients: { client_id: string }[] }).clients.map((client) => client.client_id);
  const batch = await call(program, "BatchGetClients", { client_ids: [device, "none", shop] });
  expect([ids(batch), membersOf(batch)["missing"]]).toEqual([[device, shop], ["none"]]);
  expect(ids(await call(program, "ListClients", { order: "CLIENT_ORDER_ISSUED_DESCENDING" }))).toEqual([device, shop]);
  expect(ids(await call(program, "ListClients", { filter: { redirect_host: "CLIENT.example" } }))).toEqual([shop]);
  expect(ids(await call(program, "ListClients", { filter: { name: "gesch\u00c4ft" } }))).toEqual([shop]);
  expect(ids(await call(program, "ListClients", { filter: { grant_type: "client_credentials" } }))).toEqual([device]);
  expect(membersOf(await call(program, "CountClients", { filter: { used_from: 1 } }))).toEqual({ clients: 2 });
  expect((await call(program, "CountClients", { filter: { states: [9] } })).status).toBe(400);
});
