// Lists: every client once, and page tokens that say nothing to whom they were not given.

import { beforeAll, describe, expect, it } from "vitest";
import type { ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Evidence } from "../../src/service/caller.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service } from "./calls.js";

const { listClients, getClient } = ClientDirectoryService.method;
const { registerClient, deleteClient } = RegistrationService.method;

let registry: Registry;
let ids: string[];
let deleted: string;
beforeAll(async () => {
  registry = createRegistry();
  for (let i = 0; i < 23; i++) {
    await perform(registry, registerClient, { metadata: { redirectUris: ["https://client.example/cb"], softwareId: i % 2 === 0 ? "even" : "odd" } }, i < 5 ? service("registrar") : nobody);
  }
  const gone = await registered(registry);
  deleted = gone.clientId;
  await perform(registry, deleteClient, { clientId: deleted }, bearer(gone.token));
  ids = registry.store.changes.after(0, 100).filter(({ kind }) => kind === "registered").map(({ subject }) => subject).filter((id) => id !== deleted);
});

type Filter = Partial<Omit<ClientFilter, "$typeName" | "$unknown">>;

async function pages(pageSize: number, filter: Filter = {}, evidence: Evidence = service("reader")): Promise<string[][]> {
  const found: string[][] = [];
  let pageToken = "";
  do {
    const page = await perform(registry, listClients, { pageSize, pageToken, filter }, evidence);
    found.push(page.clients.map(({ clientId }) => clientId!));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
}

describe("pages", () => {
  it.each([1, 2, 7, 22, 23, 24, 500, 1_000_000, 0])("of %i hold every live client once, in one order", async (size) => {
    const found = await pages(size);
    expect(found.flat()).toEqual([...ids].sort());
    const full = size === 0 ? 50 : Math.min(size, 500);
    for (const page of found.slice(0, -1)) expect(page).toHaveLength(full);
    // Another page only where there is one.
    expect(found).toHaveLength(Math.ceil(23 / full));
  });

  it.each<[string, Filter, number]>([
    ["software", { softwareId: "even" }, 12],
    ["owner", { ownerId: "spiffe://test/registrar" }, 5],
    ["way in", { wayIn: "open" }, 18],
    ["policy", { policy: "rfc7591" }, 23],
    ["another policy", { policy: "other" }, 0],
    ["state", { states: [ClientState.DELETED] }, 1],
    ["states", { states: [ClientState.ACTIVE, ClientState.DELETED] }, 24],
    ["software and way in", { softwareId: "even", wayIn: "certificate" }, 3],
    ["a time to come", { issuedFrom: 4_000_000_000 }, 0],
    ["a time gone by", { issuedBefore: 1 }, 0],
  ])("are of what matches: %s", async (_by, filter, count) => expect((await pages(3, filter)).flat()).toHaveLength(count));
});

describe("a page token", () => {
  const token = async (filter: Filter = {}, evidence = service("reader")) => (await perform(registry, listClients, { pageSize: 3, filter }, evidence)).nextPageToken;
  const use = (pageToken: string, filter: Filter = {}, evidence = service("reader")) => perform(registry, listClients, { pageSize: 3, pageToken, filter }, evidence);
  const refused = { kind: "invalid_request" };

  it("opens its own list", async () => expect((await use(await token())).clients).toHaveLength(3));

  it("of another filter is refused", async () => {
    await expect(use(await token(), { softwareId: "even" })).rejects.toMatchObject(refused);
    await expect(use(await token({ softwareId: "even" }), { softwareId: "odd" })).rejects.toMatchObject(refused);
    await expect(use(await token({ softwareId: "even" }))).rejects.toMatchObject(refused);
  });

  it("of another caller is refused", async () => expect(use(await token(), {}, service("admin"))).rejects.toMatchObject(refused));

  it("with one bit of it another is refused, wherever the bit is (V17)", async () => {
    const bytes = Buffer.from(await token(), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      await expect(use(forged.toString("base64url"))).rejects.toMatchObject(refused);
    }
  });

  it.each(["x", "AAAA", "' OR 1=1 --", "A".repeat(43), "A".repeat(100), "😀"])("made by hand is refused: %s", async (forged) => expect(use(forged)).rejects.toMatchObject(refused));

  it("of another server's key is refused", async () => {
    const other = createRegistry();
    const keys = { ...other.keys, mac: (...args: Parameters<Registry["keys"]["mac"]>) => other.keys.mac(args[0], ...args.slice(1), "other") };
    const { sealPageToken } = await import("../../src/service/page-token.js");
    await expect(use(sealPageToken(keys, "anything", ids[0]!))).rejects.toMatchObject(refused);
  });
});

describe("who may look", () => {
  it("a role is needed; a registrar's opens its own clients alone", async () => {
    await expect(perform(registry, listClients, {}, nobody)).rejects.toMatchObject({ kind: "unauthenticated" });
    await expect(perform(registry, listClients, {}, service("roleless"))).rejects.toMatchObject({ kind: "permission_denied" });
    await expect(perform(registry, getClient, { clientId: ids[0]! }, service("roleless"))).rejects.toMatchObject({ kind: "permission_denied" });
    expect((await perform(registry, listClients, {}, service("registrar"))).clients).toHaveLength(5);
    const own = await registered(registry);
    await expect(perform(registry, getClient, { clientId: own.clientId }, bearer(own.token))).rejects.toMatchObject({ kind: "invalid_token" });
  });

  it("a reader finds what is there, and nothing that is gone", async () => {
    expect((await perform(registry, getClient, { clientId: ids[0]! }, service("reader"))).client?.clientId).toBe(ids[0]);
    await expect(perform(registry, getClient, { clientId: deleted }, service("reader"))).rejects.toMatchObject({ kind: "not_found" });
  });

  it("no secret is in what a reader sees", async () => {
    const page = await perform(registry, listClients, { pageSize: 500 }, service("reader"));
    expect(JSON.stringify(page)).not.toMatch(/m[cri][st]_[\w-]{48}/);
  });
});
