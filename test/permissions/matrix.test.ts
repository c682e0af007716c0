// Every kind of caller x every method of the permission table x its own and another's client, at the RPCs and at the gateway. What is
// expected follows from what the caller is and from the method's row, in the few lines of `verdict`; a method that has no request here fails.

import { beforeAll, describe, expect, it, test } from "vitest";
import { methods, type MethodRow } from "../../src/service/access.js";
import { configurationEndpoint, registrationEndpoint } from "../../src/gateway/registration.js";
import { example, membersOf, type Request } from "../program/http.js";
import { cleanPrograms } from "../program/program.js";
import { startCallers, type Caller, type Callers } from "./callers.js";

cleanPrograms("all");

type Verdict = "ok" | "unauthenticated" | "permission_denied" | "not_found";

/** Whose client a request is about; registering is about none. */
type Target = "own" | "foreign" | "none";

function verdict(caller: Caller, row: MethodRow, target: Target): Verdict {
  if (!caller.holds) return "unauthenticated";
  // A token is worthless in every slot but its own, also where none is needed.
  if (row.anybody) return caller.shows === "header" ? "unauthenticated" : "ok";
  if (row.roles.size > 0 && caller.roles.some((role) => row.roles.has(role)) && !row.wayIn) return target === "foreign" && ownOnly(caller, row) ? "not_found" : "ok";
  if (row.wayIn && caller.registers) return "ok";
  if (row.ownClient && caller.manages && target === "own") return "ok";
  if (caller.shows === "nothing") return "unauthenticated";
  if (caller.shows === "certificate") return "permission_denied";
  // What is known and manages, but not this client; a token that is one client's own is worthless for another.
  return row.ownClient && caller.manages && caller.clientId === undefined ? "permission_denied" : "unauthenticated";
}

/** Of the methods for readers, a registrar is shown its own clients. */
const ownOnly = (caller: Caller, row: MethodRow) => row.name.includes("ClientDirectoryService") && caller.name.includes("registrar");

interface Context {
  readonly clientId: string;
  readonly tokenId: string;
}

/** A lawful request of each method that is not a stream. */
const requests: Readonly<Record<string, (context: Context) => object>> = {
  "matricula.v1.RegistrationService.RegisterClient": () => ({ metadata: { grant_types: ["client_credentials"] } }),
  "matricula.v1.RegistrationService.ReadClient": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.RegistrationService.UpdateClient": ({ clientId }) => ({ client_id: clientId, metadata: { grant_types: ["client_credentials"] } }),
  "matricula.v1.RegistrationService.DeleteClient": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.ClientDirectoryService.GetClient": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.ClientDirectoryService.BatchGetClients": () => ({ client_ids: ["none"] }),
  "matricula.v1.ClientDirectoryService.ListClients": () => ({}),
  "matricula.v1.ClientDirectoryService.CountClients": () => ({}),
  "matricula.v1.ClientDirectoryService.ReportClientUse": () => ({ uses: [{ client_id: "none" }] }),
  "matricula.v1.ClientAdminService.SuspendClient": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.ClientAdminService.ResumeClient": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.ClientAdminService.ModifyClient": ({ clientId }) => ({ client_id: clientId, metadata: { scope: "read" }, update_mask: "scope" }),
  "matricula.v1.ClientAdminService.SuspendClients": () => ({ filter: { software_id: "nobody's" } }),
  "matricula.v1.ClientAdminService.ResumeClients": () => ({ filter: { software_id: "nobody's" } }),
  "matricula.v1.ClientAdminService.RemoveClient": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.ClientAdminService.RotateClientSecret": ({ clientId }) => ({ client_id: clientId, overlap: 0 }),
  "matricula.v1.ClientAdminService.RotateRegistrationAccessToken": ({ clientId }) => ({ client_id: clientId }),
  "matricula.v1.ClientDirectoryService.AuthenticateClient": ({ clientId }) => ({ client_id: clientId, client_secret: "wrong" }),
  "matricula.v1.InitialAccessTokenService.CreateInitialAccessToken": () => ({}),
  "matricula.v1.InitialAccessTokenService.GetInitialAccessToken": ({ tokenId }) => ({ id: tokenId }),
  "matricula.v1.InitialAccessTokenService.ListInitialAccessTokens": () => ({}),
  "matricula.v1.InitialAccessTokenService.RevokeInitialAccessToken": ({ tokenId }) => ({ id: tokenId }),
  "matricula.v1.SoftwareBlockService.BlockSoftware": () => ({ kind: "SOFTWARE_BLOCK_KIND_SOFTWARE_ID", value: "none such" }),
  "matricula.v1.SoftwareBlockService.UnblockSoftware": () => ({ kind: "SOFTWARE_BLOCK_KIND_SOFTWARE_ID", value: "none such" }),
  "matricula.v1.SoftwareBlockService.ListSoftwareBlocks": () => ({}),
  "matricula.v1.PolicyService.ListPolicies": () => ({}),
  "matricula.v1.PolicyService.GetPolicy": () => ({ name: "rfc7591" }),
  "matricula.v1.PolicyService.ExplainRegistration": () => ({ metadata: { grant_types: ["client_credentials"] } }),
  "matricula.v1.PolicyService.TestPolicy": () => ({ name: "rfc7591" }),
  "matricula.v1.PolicyService.PutPolicy": () => ({ document: "name: put" }),
  "matricula.v1.PolicyService.DeletePolicy": () => ({ name: "put" }),
  "matricula.v1.PolicyService.ReloadConfiguration": () => ({}),
  "grpc.health.v1.Health": () => ({}),
};

const pathOf: Readonly<Record<string, string>> = { "grpc.health.v1.Health": "/grpc.health.v1.Health/Check" };

/** Streams, which JSON over HTTP/1.1 does not reach; test/connect has their callers. */
const streams = new Set(["grpc.reflection", "matricula.v1.ClientDirectoryService.WatchClients"]);

const rows = [...methods.values()].filter(({ name }) => !streams.has(name));
const aboutClients = (row: MethodRow) => row.ownClient || /\.(?:Get|Modify|Suspend|Resume|Remove)Client$/.test(row.name);

describe.each([
  { open: false, name: "nobody may register without a credential" },
  { open: true, name: "anybody may register" },
])("where $name", ({ open }) => {
  let world: Callers;
  beforeAll(async () => {
    world = await startCallers(open);
  }, 120_000);

  const rpc = (row: MethodRow, context: Context): Request => ({
    path: pathOf[row.name] ?? `/${row.name.replace(/\.([^.]+)$/, "/$1")}`,
    json: requests[row.name]!(context),
  });

  async function registered(caller: Caller): Promise<string> {
    if (caller.clientId !== undefined) return caller.clientId;
    const answer = await caller.send({ path: "/matricula.v1.RegistrationService/RegisterClient", json: { metadata: { grant_types: ["client_credentials"] } } });
    if (answer.status !== 200) throw new Error(`${caller.name} could not register: ${answer.text}`);
    return (membersOf(answer)["client"] as { client_id: string }).client_id;
  }

  async function makeToken(): Promise<string> {
    const answer = await world.admin.send({ path: "/matricula.v1.InitialAccessTokenService/CreateInitialAccessToken", json: {} });
    return (membersOf(answer)["initial_access_token"] as { id: string }).id;
  }

  /** The clients that a request of the row can be about, and whose they are. */
  const targetsOf = (row: MethodRow, caller: Caller): readonly Target[] =>
    !aboutClients(row) ? ["none"] : caller.registers && caller.manages && row.ownClient ? ["own", "foreign"] : caller.clientId !== undefined && row.ownClient ? ["foreign", "own"] : ["foreign"];

  test.each(rows.map((row) => [row.name, row] as const))("%s opens to those it is for, at every kind of caller", async (name, row) => {
    expect(requests[name], "a request in this file").toBeDefined();
    const wrong: string[] = [];
    for (const caller of world.callers) {
      for (const target of targetsOf(row, caller)) {
        // What ends a client that is a caller's one and only would end its caller.
        if (target === "own" && caller.clientId !== undefined && name.endsWith("DeleteClient")) continue;
        const clientId = target === "none" ? "" : await registered(target === "own" ? caller : world.admin);
        const answer = await caller.send(rpc(row, { clientId, tokenId: await makeToken() }));
        const seen = answer.status === 200 ? "ok" : String(membersOf(answer)["code"]);
        const expected = verdict(caller, row, target);
        if (seen !== expected) wrong.push(`${caller.name}, ${target} client: ${seen} instead of ${expected}: ${answer.text}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  const routes = [
    ...[...registrationEndpoint].map(([method, operation]) => ({ method, operation, path: "/register" })),
    ...[...configurationEndpoint].map(([method, operation]) => ({ method, operation, path: "/register/" })),
  ];

  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s at the gateway is the same", async (_name, { method, operation, path }) => {
    const wrong: string[] = [];
    for (const caller of world.callers) {
      for (const target of targetsOf(operation.row, caller)) {
        if (target === "own" && caller.clientId !== undefined && method === "DELETE") continue;
        const clientId = target === "none" ? "" : await registered(target === "own" ? caller : world.admin);
        const json = { grant_types: ["client_credentials"], ...(clientId === "" ? {} : { client_id: clientId }) };
        const answer = await caller.send({ method, path: path + clientId, ...(operation.body ? { json } : {}) });
        const seen = answer.status === operation.status ? "ok" : ({ 401: "unauthenticated", 403: "permission_denied" }[answer.status] ?? String(answer.status));
        const expected = verdict(caller, operation.row, target);
        if (seen !== expected) wrong.push(`${caller.name}, ${target} client: ${seen} instead of ${expected}: ${answer.text}`);
        // A 401 names what could have been shown (RFC 9110 section 15.5.2).
        if (answer.status === 401 && !/^Bearer realm="matricula".*, Basic realm="matricula"/.test(answer.headers["www-authenticate"] ?? "")) {
          wrong.push(`${caller.name}: 401 with the challenge ${answer.headers["www-authenticate"]}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it("lets nobody see more of a list than is theirs", async () => {
    const registrar = world.callers.find(({ name }) => name === "a certificate with the role registrar")!;
    const own = await registered(registrar);
    const foreign = await registered(world.admin);
    const ids = async (caller: Caller) =>
      (membersOf(await caller.send({ path: "/matricula.v1.ClientDirectoryService/ListClients", json: { page_size: 500, order: "CLIENT_ORDER_ISSUED_DESCENDING" } }))["clients"] as { client_id: string }[]).map(({ client_id }) => client_id);
    expect(await ids(registrar)).toContain(own);
    expect(await ids(registrar)).not.toContain(foreign);
    expect(await ids(world.admin)).toEqual(expect.arrayContaining([own, foreign]));
  });

  it("counts wrong passwords by user, and no others suffer for it (BAS-05)", async () => {
    const ulla = (password: string) => ({ authorization: `Basic ${Buffer.from(`ulla:${password}`).toString("base64")}` });
    const nobody = world.callers[0]!;
    let refused = 0;
    for (let i = 0; i < 15 && refused === 0; i += 1) {
      const answer = await nobody.send({ path: "/register", json: example, headers: ulla(`wrong ${i}`) });
      if (answer.status === 429) refused = i;
      else expect(answer.status).toBe(401);
    }
    expect(refused).toBeGreaterThan(0);
    const token = world.callers.find(({ name }) => name === "an initial access token")!;
    expect((await token.send({ path: "/register", json: example })).status).toBe(201);
  });
});
