// Two services with certificates of their own: neither can read, replace or delete the other's client, at any door, nor tell whether it is there.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueCertificate, type KeyAndCertificate } from "../../src/net/certificate.js";
import { Code, ConnectError, createClient, type Client as RpcClient } from "@connectrpc/connect";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { doorNames, openDoor, transportOf, type Door, type DoorName, type Outcome, type RpcDoorName } from "./doors.js";
import { example } from "./http.js";
import { adminIdentity, cleanUp, startProgram, temporaryFolder, type Program } from "./program.js";

const config = `
realms:
  default:
    certificates:
      - spiffe_id: spiffe://test/one
        roles: [registrar]
      - dns_name: two.example
        roles: [registrar]
      - spiffe_id: spiffe://test/reader
        roles: [reader]
    custom_attributes:
      - name: example_attribute
        type: string
`;

let program: Program;
let identities: Record<"one" | "two" | "reader" | "roleless", KeyAndCertificate>;

beforeAll(async () => {
  const file = join(temporaryFolder(), "matricula.yaml");
  writeFileSync(file, config);
  program = await startProgram({ config: file });
  const ca = { certificate: program.ca, key: readFileSync(join(program.data, "pki/ca.key"), "utf8") };
  const now = Date.now();
  const issue = (subject: string, names: { uris?: string[]; dns?: string[] }) =>
    issueCertificate({ ca, subject: `CN=${subject}`, usage: "client", notBefore: new Date(now - 3_600_000), notAfter: new Date(now + 86_400_000), ...names });
  identities = {
    one: await issue("one", { uris: ["spiffe://test/one"] }),
    two: await issue("two", { dns: ["two.example"] }),
    reader: await issue("reader", { uris: ["spiffe://test/reader"] }),
    // The subject of one, and a name that has no role.
    roleless: await issue("one", { uris: ["spiffe://test/one/"] }),
  };
});
afterAll(cleanUp);

const as = (name: keyof typeof identities, door: DoorName) => openDoor({ ...program, identity: identities[name] }, door);

const operations: Readonly<Record<string, (door: Door, clientId: string) => Promise<Outcome>>> = {
  read: (door, clientId) => door.read(clientId),
  replace: (door, clientId) => door.update(clientId, { ...example, client_name: "taken" }),
  delete: (door, clientId) => door.delete(clientId),
};

/** An id that this service could have made and has not. */
const unknownId = (known: string) => `${known.slice(0, -4)}${known.endsWith("AAAA") ? "BBBB" : "AAAA"}`;

/** A refusal without the id that was asked for, which a server may echo. */
const without = (outcome: Outcome, clientId: string) => JSON.stringify(outcome.refused).replaceAll(clientId, "ID");

describe.each(doorNames)("%s", (name) => {
  test.each([["one", "two"], ["two", "one"]] as const)("%s cannot touch the client of %s, and the refusal is that of an unknown and of a deleted client", async (mine, theirs) => {
    const [me, owner] = [as(mine, name), as(theirs, name)];
    const { clientId = "", refused } = await owner.register({ ...example, client_name: "theirs" });
    expect(refused).toBeUndefined();
    const deleted = (await owner.register(example)).clientId!;
    expect(await owner.delete(deleted)).toEqual({});
    const own = (await me.register(example)).clientId!;
    expect(await me.delete(own)).toEqual({});

    for (const [operation, run] of Object.entries(operations)) {
      const refusals = await Promise.all([clientId, unknownId(clientId), deleted, own].map(async (id) => without(await run(me, id), id)));
      expect(new Set(refusals).size, `${operation}: ${refusals.join("\n")}`).toBe(1);
      expect(refusals[0]).toMatch(name === "gateway" ? /"status":403/ : /"code":"PermissionDenied"/);
    }
    // Nothing happened to it, and its owner goes on.
    expect((await owner.read(clientId)).metadata).toMatchObject({ client_name: "theirs" });
    expect((await owner.update(clientId, { ...example, client_name: "still theirs" })).metadata).toMatchObject({ client_name: "still theirs" });
    expect(await owner.delete(clientId)).toEqual({});
    me.close();
    owner.close();
  });

  test("a reader, and a certificate without a role, may not register and may not touch a client", async () => {
    const owner = as("one", name);
    const { clientId = "" } = await owner.register(example);
    for (const stranger of ["reader", "roleless"] as const) {
      const door = as(stranger, name);
      expect(await door.register(example)).toHaveProperty("refused");
      for (const run of Object.values(operations)) expect(await run(door, clientId)).toHaveProperty("refused");
      door.close();
    }
    expect((await owner.read(clientId)).clientId).toBe(clientId);
    owner.close();
  });

  test("the administrator may, and is told what is not there", async () => {
    const owner = as("two", name);
    const admin = openDoor({ ...program, identity: adminIdentity(program) }, name);
    const { clientId = "" } = await owner.register(example);
    expect((await admin.read(clientId)).clientId).toBe(clientId);
    expect((await admin.update(clientId, { ...example, client_name: "by admin" })).metadata).toMatchObject({ client_name: "by admin" });
    expect(await admin.delete(clientId)).toEqual({});
    expect(await admin.read(clientId)).toHaveProperty("refused");
    expect(await owner.read(clientId)).toHaveProperty("refused");
    owner.close();
    admin.close();
  });

  test("one client's registration access token is worth nothing for another's", async () => {
    const owner = as("one", name);
    const [first, second] = [await owner.register(example), await owner.register(example)];
    const door = openDoor(program, name, first.token!);
    for (const run of Object.values(operations)) {
      const refusals = await Promise.all([second.clientId!, unknownId(second.clientId!)].map(async (id) => without(await run(door, id), id)));
      expect(new Set(refusals).size).toBe(1);
      expect(refusals[0]).toMatch(name === "gateway" ? /"status":401/ : /"code":"Unauthenticated"/);
    }
    door.close();
    owner.close();
  });
});

const rpcDoorNames = doorNames.filter((name): name is RpcDoorName => name !== "gateway");
const clientId = (made: Outcome) => made.clientId!;

type Admin = RpcClient<typeof ClientAdminService>;
const rotations: Readonly<Record<string, (admin: Admin, clientId: string) => Promise<object>>> = {
  "a secret": (admin, id) => admin.rotateClientSecret({ clientId: id }),
  "a registration access token": (admin, id) => admin.rotateRegistrationAccessToken({ clientId: id }),
};
const operatorsAlone: Readonly<Record<string, (admin: Admin, clientId: string) => Promise<object>>> = {
  suspend: (admin, id) => admin.suspendClient({ clientId: id }),
  "suspend all": (admin) => admin.suspendClients({ filter: { ownerId: "spiffe://test/one" } }),
  resume: (admin, id) => admin.resumeClient({ clientId: id }),
  modify: (admin, id) => admin.modifyClient({ clientId: id, updateMask: { paths: ["client_name"] } }),
  remove: (admin, id) => admin.removeClient({ clientId: id }),
};

describe.each(rpcDoorNames)("%s, to an operator's service", (name) => {
  /** Calls it with a certificate, or with a token. */
  async function asked(who: { as: keyof typeof identities } | { token: string }, call: (admin: Admin) => Promise<object>): Promise<string> {
    const { transport, close } = "as" in who ? transportOf({ ...program, identity: identities[who.as] }, name) : transportOf(program, name, who.token);
    try {
      await call(createClient(ClientAdminService, transport));
      return "done";
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      return `${Code[code]}: ${rawMessage}`;
    } finally {
      close();
    }
  }

  test.each(Object.entries(rotations))("%s is rotated by the client and its owner, and not by another service or another client", async (_what, rotate) => {
    const owner = as("one", name);
    const [own, other] = [await owner.register(example), await owner.register(example)];
    for (const stranger of [{ as: "two" }, { as: "reader" }, { token: other.token! }] as const) {
      const refusals = new Set(await Promise.all([clientId(own), unknownId(clientId(own))].map((id) => asked(stranger, (admin) => rotate(admin, id)))));
      expect([...refusals]).toEqual([expect.stringMatching("token" in stranger ? /^Unauthenticated/ : /^PermissionDenied/)]);
    }
    expect((await owner.read(clientId(own))).clientId).toBe(own.clientId);
    expect(await asked({ as: "one" }, (admin) => rotate(admin, clientId(own)))).toBe("done");
    expect(await asked({ token: own.token! }, (admin) => rotate(admin, clientId(own)))).toBe("done");
    owner.close();
  });

  test("the rest is for operators alone: not for the client, and not for its owner", async () => {
    const owner = as("one", name);
    const own = await owner.register(example);
    for (const call of Object.values(operatorsAlone)) {
      expect(await asked({ as: "one" }, (admin) => call(admin, clientId(own)))).toMatch(/^PermissionDenied/);
      expect(await asked({ token: own.token! }, (admin) => call(admin, clientId(own)))).toMatch(/^Unauthenticated/);
    }
    expect((await owner.read(clientId(own))).metadata).toMatchObject(example);
    owner.close();
  });
});
