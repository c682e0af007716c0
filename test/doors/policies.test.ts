// Explaining, trying and testing policies at the RPC door and on the command line; none of it leaves a trace.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectError, createClient, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import { PolicyService, type TestPolicyResponse } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { cli } from "../cli/fixture.js";
import { exchangeJson } from "../gateway/exchange-json.js";
import { startWorld, type IdentityName, type World } from "./world.js";

let world: World;
let policies: Client<typeof PolicyService>;
let folder: string;
const transports = new Map<string, ReturnType<typeof createGrpcTransport>>();
const transport = (identity?: IdentityName, token?: string) => {
  const files = identity === undefined ? undefined : world.identities[identity];
  const made = createGrpcTransport({
    baseUrl: world.baseUrl, nodeOptions: { ca: world.ca, ...(files === undefined ? {} : { cert: files.certificate, key: files.key }) }, idleConnectionTimeoutMs: 500,
    interceptors: [(next) => (request) => {
      if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
      return next(request);
    }],
  });
  transports.set(`${identity} ${token}`, made);
  return made;
};
const registration = (identity?: IdentityName, token?: string) => createClient(RegistrationService, transport(identity, token));

beforeAll(async () => {
  world = await startWorld();
  policies = createClient(PolicyService, transport("admin"));
  folder = await mkdtemp(join(tmpdir(), "matricula-policies-"));
  await writeFile(join(folder, "ca.pem"), world.ca);
  await writeFile(join(folder, "admin.pem"), world.identities.admin.certificate);
  await writeFile(join(folder, "admin.key"), world.identities.admin.key);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const changes = () => world.store.changes.after(0, Number.MAX_SAFE_INTEGER).length;
const uris = { redirectUris: ["https://client.example/cb"] };
const implicit = { ...uris, grantTypes: ["authorization_code", "implicit"], responseTypes: ["code", "token"] };
const violationsOf = async (call: Promise<unknown>) => {
  const error = ConnectError.from(await call.then(() => "accepted", (thrown: unknown) => thrown));
  return error.findDetails(RegistrationErrorSchema).flatMap(({ violations }) => violations);
};

describe("validate_only", () => {
  it("decides as a registration does, and registers nothing: no client, no use of a token, no credential", async () => {
    const token = await world.makeInitialAccessToken("default", { uses: 1 });
    const before = changes();
    const client = registration(undefined, token);
    for (let i = 0; i < 3; i++) {
      const { client: would, credentials, decisions } = await client.registerClient({ metadata: implicit, validateOnly: true, idempotencyKey: "c5b0a7ad-34c0-4a6c-a0a2-6e0e7e3d3f10" });
      expect([would?.clientId, credentials, would?.metadata?.grantTypes, would?.policy]).toEqual([undefined, undefined, ["authorization_code"], "rfc7591"]);
      expect(decisions.map(({ rule, policyVersion }) => [rule, policyVersion === would?.policyVersion])).toEqual([["policy.rfc7591.grant_types.reduce", true], ["policy.rfc7591.response_types.reduce", true]]);
    }
    expect(changes()).toBe(before);
    expect((await client.registerClient({ metadata: implicit })).client?.clientId).toMatch(/./);
  });

  it("is asked for at the gateway by ?validate_only=true, and answers what the RPC answers", async () => {
    const before = changes();
    const body = { redirect_uris: ["https://client.example/cb"], grant_types: ["authorization_code", "implicit"], response_types: ["code", "token"] };
    const send = (method: string, path: string, sent: object, token?: string) =>
      exchangeJson(world, method, path, { prefer: "return=decisions", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, sent);
    const { client: would, decisions } = await registration().registerClient({ realm: "open", metadata: implicit, validateOnly: true });
    const { status, body: json, headers } = await send("POST", "/realms/open/register?validate_only=true", body);
    expect([status, json["client_id"], json["client_secret"], json["registration_access_token"], headers["etag"]]).toEqual([200, undefined, undefined, undefined, undefined]);
    expect(json["grant_types"]).toEqual(would!.metadata!.grantTypes);
    expect((json["decisions"] as { rule: string }[]).map(({ rule }) => rule)).toEqual(decisions.map(({ rule }) => rule));
    expect(changes()).toBe(before);
    const wrong = await send("POST", "/realms/open/register?validate_only=true", { redirect_uris: ["http://a.example/cb"] });
    expect([wrong.status, wrong.body["error"]]).toEqual([400, "invalid_redirect_uri"]);

    const made = await send("POST", "/realms/open/register?validate_only=false", body);
    expect(made.status).toBe(201);
    const at = `/realms/open/register/${String(made.body["client_id"])}`;
    const own = String(made.body["registration_access_token"]);
    const put = await send("PUT", `${at}?validate_only=true`, { ...body, client_id: made.body["client_id"], client_name: "New" }, own);
    expect([put.status, put.body["client_name"]]).toEqual([200, "New"]);
    // What a deletion would do is not told, and least of all by doing it.
    const deleted = await exchangeJson(world, "DELETE", `${at}?validate_only=true`, { authorization: `Bearer ${own}` });
    expect([deleted.status, deleted.body["error"]]).toEqual([400, "invalid_request"]);
    expect((await exchangeJson(world, "GET", at, { authorization: `Bearer ${own}` })).status).toBe(200);
    expect((await send("GET", at, {}, own)).body["client_name"]).toBeUndefined();
    for (const query of ["validate_only=1", "validate_only", "validate_only=true&validate_only=true", "validate_only=TRUE"]) {
      const refused = await send("POST", `/realms/open/register?${query}`, body);
      expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_request"]);
    }
    expect((await send("POST", "/realms/open/register?other=1", body)).status).toBe(201);
  });

  it("refuses as a registration does", async () => {
    const wrong = { metadata: { redirectUris: ["http://a.example/cb"], scope: "a  b" } };
    const rules = (list: { rule: string }[]) => list.map(({ rule }) => rule);
    expect(rules(await violationsOf(registration("orders").registerClient({ ...wrong, validateOnly: true })))).toEqual(rules(await violationsOf(registration("orders").registerClient(wrong))));
  });

  it("decides an update and changes nothing, and still wants to know who asks", async () => {
    const { client } = await registration("orders").registerClient({ metadata: uris });
    const before = changes();
    const clientId = client!.clientId!;
    const would = await registration("orders").updateClient({ clientId, metadata: { ...implicit, clientName: "New" }, validateOnly: true });
    expect([would.client?.metadata?.clientName, would.client?.version, would.decisions.length]).toEqual(["New", 1, 2]);
    expect((await registration("orders").readClient({ clientId })).client?.metadata?.clientName).toBeUndefined();
    expect(changes()).toBe(before);
    await expect(registration("billing").updateClient({ clientId, metadata: uris, validateOnly: true })).rejects.toMatchObject({ code: 7 });
  });
});

describe("ExplainRegistration", () => {
  it("says why implicit vanished, to whoever shows nothing", async () => {
    const answer = await policies.explainRegistration({ realm: "open", metadata: implicit });
    expect([answer.wayIn, answer.policy, answer.obstacle, answer.refusal]).toEqual(["open", "rfc7591", "", undefined]);
    expect(answer.decisions[0]).toMatchObject({ field: "grant_types", asked: '["authorization_code","implicit"]', registered: '["authorization_code"]', policyVersion: answer.policyVersion });
    expect(answer.decisions[0]?.reason).toContain("RFC 9700");
  });

  it("decides as for the principal: its way in, its token's terms, its certificate's name", async () => {
    await world.makeInitialAccessToken("open", { terms: { policy: "mobile", force: { client_name: "House" }, redirect_hosts: ["app.example"] } });
    const [token] = await world.store.lister.listInitialAccessTokens({ realm: "open", usableAt: null, after: "", limit: 1 });
    const byToken = await policies.explainRegistration({ realm: "open", metadata: { ...uris, softwareId: "a" }, principal: `initial_access_token:${token!.id}` });
    expect([byToken.wayIn, byToken.policy, byToken.refusal?.violations.map(({ rule }) => rule)]).toEqual(["initial_access_token", "mobile", ["initial_access_token.redirect_host"]]);
    const service = await policies.explainRegistration({ realm: "guarded", metadata: { tokenEndpointAuthMethod: "tls_client_auth" }, principal: "certificate:spiffe://example.com/orders" });
    expect([service.policy, service.metadata?.tlsClientAuthSanUri]).toEqual(["machines", "spiffe://example.com/orders"]);
  });

  it("tells what stands in the way whatever is asked, and decides by a policy that is named", async () => {
    const answer = await policies.explainRegistration({ metadata: uris, policy: "fapi2" });
    expect([answer.obstacle, answer.policy, answer.refusal?.violations.map(({ rule }) => rule)]).toEqual([
      "the way in open is off in this realm", "fapi2", ["policy.fapi2.token_endpoint_auth_signing_alg.required", "private_key_jwt.keys"],
    ]);
  });

  it.each(["nobody", "certificate", "user:", "initial_access_token:no-such-id", "client:x", "__proto__:x"])("takes no principal %s that is none", async (principal) => {
    const call = policies.explainRegistration({ metadata: uris, principal });
    if (principal === "certificate" || principal === "user:") await expect(call).resolves.toBeDefined();
    else await expect(call).rejects.toMatchObject({ code: 3 });
  });

  it("is for an administrator alone, and leaves nothing behind", async () => {
    const before = changes();
    await expect(createClient(PolicyService, transport("orders")).explainRegistration({ metadata: uris })).rejects.toMatchObject({ code: 7 });
    await policies.explainRegistration({ realm: "open", metadata: uris });
    expect(changes()).toBe(before);
  });
});

describe("TestPolicy", () => {
  const document = "name: strict\nrequired: [client_name]\nfields:\n  - {field: scope, allow: [openid], others: reduce}\n";
  const ids: string[] = [];
  beforeAll(async () => {
    const client = registration();
    for (let i = 0; i < 12; i++) {
      const metadata = { ...uris, ...(i % 3 === 0 ? {} : { clientName: `Client ${i}` }), ...(i % 4 === 1 ? { scope: "openid admin" } : {}) };
      ids.push((await client.registerClient({ realm: "ready-oidc", metadata })).client!.clientId!);
    }
  });

  it("tells who would be refused and who changed, in slices that add up", async () => {
    const seen: TestPolicyResponse["clients"] = [];
    let last: TestPolicyResponse | undefined;
    let slices = 0;
    for (let pageToken = ""; last === undefined || pageToken !== ""; slices++) {
      last = await policies.testPolicy({ realm: "ready-oidc", candidate: { case: "document", value: document }, allClients: true, pageSize: 2, pageToken });
      seen.push(...last.clients);
      pageToken = last.nextPageToken;
    }
    expect([last.tested, last.total, last.refused, last.changed, slices > 2]).toEqual([12, 12, 4, 2, true]);
    expect(seen.map(({ clientId, refusal, decisions }) => [ids.indexOf(clientId), refusal?.violations.map(({ rule }) => rule) ?? decisions.map(({ rule }) => rule)] as const).sort(([a], [b]) => a - b)).toEqual([
      [0, ["policy.strict.client_name.required"]], [1, ["policy.strict.scope.reduce"]], [3, ["policy.strict.client_name.required"]],
      [5, ["policy.strict.scope.reduce"]], [6, ["policy.strict.client_name.required"]], [9, ["policy.strict.client_name.required"]],
    ]);
  });

  it("looks at those that the policy of this name guards, where no more is asked", async () => {
    const oidc = await policies.testPolicy({ realm: "ready-oidc", candidate: { case: "name", value: "oidc" } });
    expect([oidc.tested, oidc.refused, oidc.changed, oidc.nextPageToken]).toEqual([12, 0, 0, ""]);
    expect((await policies.testPolicy({ realm: "ready-oidc", candidate: { case: "document", value: document } })).tested).toBe(0);
  });

  it("tells every mistake of a document with line and column", async () => {
    const wrong = "name: p\nfield: []\nfields:\n  - {field: scopes, allow: [a]}\n  - {field: scope, default: 5}\n";
    const violations = await violationsOf(policies.testPolicy({ candidate: { case: "document", value: wrong } }));
    expect(violations.map(({ field, description }) => [field, description.split(" ")[0]])).toEqual([["field", "2:1:"], ["fields[0].field", "4:13:"], ["fields[1].default", "5:29:"]]);
  });

  it("goes on for nobody else, and for no other policy", async () => {
    const { nextPageToken } = await policies.testPolicy({ realm: "ready-oidc", candidate: { case: "document", value: document }, allClients: true, pageSize: 1 });
    expect(nextPageToken).not.toBe("");
    await expect(policies.testPolicy({ realm: "ready-oidc", candidate: { case: "name", value: "oidc" }, allClients: true, pageToken: nextPageToken })).rejects.toMatchObject({ code: 3 });
    await expect(policies.testPolicy({ realm: "ready-oidc" })).rejects.toMatchObject({ code: 3 });
    await expect(policies.testPolicy({ realm: "ready-oidc", candidate: { case: "name", value: "none" } })).rejects.toMatchObject({ code: 5 });
  });
});

describe("the policies of a realm", () => {
  it("are listed with the ways in that they are bound to", async () => {
    const { policies: all } = await policies.listPolicies({ realm: "guarded" });
    expect(all.slice(0, 2).map(({ policy }) => policy?.name)).toEqual(["rfc7591", "services"]);
    const machines = all.find(({ policy }) => policy?.name === "machines");
    expect([machines?.readyMade, machines?.waysIn, machines?.policy?.certificateRequired]).toEqual([false, ["certificate"], true]);
    expect((await policies.getPolicy({ realm: "guarded", name: "machines" })).policy?.version).toBe(machines?.version);
    await expect(policies.getPolicy({ name: "machines" })).rejects.toMatchObject({ code: 5 });
  });
});

describe("PutPolicy and DeletePolicy", () => {
  const house = (field: string) => `name: house\nrequired: [${field}]\n`;
  const put = (document: string, expectedVersion = "") => policies.putPolicy({ realm: "open", document, expectedVersion });
  const explained = async () => (await policies.explainRegistration({ realm: "open", metadata: uris, policy: "house" })).refusal?.violations.map(({ rule }) => rule);

  it("puts a policy in force at once, and the next one only in the place of the version that is known", async () => {
    const before = changes();
    const first = (await put(house("client_name"))).policy!;
    expect([first.stored, first.readyMade, await explained()]).toEqual([true, false, ["policy.house.client_name.required"]]);
    await expect(put(house("scope"), "000000000000")).rejects.toMatchObject({ code: 10 });
    const second = (await put(house("scope"), first.version)).policy!;
    expect([second.version === first.version, await explained()]).toEqual([false, ["policy.house.scope.required"]]);
    const rows = world.store.changes.after(0, Number.MAX_SAFE_INTEGER).slice(before);
    expect(rows.map(({ kind, subject, previous }) => [kind, subject, Buffer.from(previous).toString()])).toEqual([["policy_put", "house", ""], ["policy_put", "house", house("client_name")]]);
  });

  it("decides for the token that is bound to it, and is gone when it is deleted", async () => {
    const token = await world.makeInitialAccessToken("open", { terms: { policy: "house" } });
    const register = () => registration(undefined, token).registerClient({ realm: "open", metadata: uris });
    expect((await violationsOf(register())).map(({ rule }) => rule)).toEqual(["policy.house.scope.required"]);
    const { client } = await registration(undefined, token).registerClient({ realm: "open", metadata: { ...uris, scope: "a" } });
    const refused = ConnectError.from(await policies.deletePolicy({ realm: "open", name: "house" }).catch((thrown: unknown) => thrown));
    expect([refused.code, refused.findDetails(ErrorInfoSchema).map(({ reason }) => reason), refused.rawMessage]).toEqual([
      9, ["POLICY_IN_USE"], "clients are guarded by this policy, 1 of them, and would be by that of their way in; test that one over them, then delete with force",
    ]);
    expect((await policies.getPolicy({ realm: "open", name: "house" })).policy?.stored).toBe(true);
    await policies.deletePolicy({ realm: "open", name: "house", force: true });
    expect((await createClient(ClientAdminService, transport("admin")).removeClient({ realm: "open", clientId: client!.clientId! }))).toBeDefined();
    await expect(register()).rejects.toMatchObject({ code: 7 });
    await expect(policies.deletePolicy({ realm: "open", name: "house" })).rejects.toMatchObject({ code: 5 });
  });

  it("changes nothing that the file or the program defines, and nothing with a mistake in it", async () => {
    const before = changes();
    for (const document of ["name: rfc7591", "name: mobile"]) await expect(put(document)).rejects.toMatchObject({ code: 7 });
    await expect(policies.putPolicy({ realm: "policed", document: "name: house" })).rejects.toMatchObject({ code: 7 });
    await expect(policies.deletePolicy({ realm: "policed", name: "house" })).rejects.toMatchObject({ code: 7 });
    expect((await violationsOf(put("name: x\nrequired: [scop]\n"))).map(({ description }) => description.slice(0, 5))).toEqual(["2:12:"]);
    await expect(put("name: ../x")).rejects.toMatchObject({ code: 3 });
    await expect(createClient(PolicyService, transport("reader")).putPolicy({ realm: "open", document: "name: x" })).rejects.toMatchObject({ code: 7 });
    expect(changes()).toBe(before);
  });

  it("outlives a reload", async () => {
    await put(house("contacts"));
    await policies.reloadConfiguration({});
    expect(await explained()).toEqual(["policy.house.contacts.required"]);
    await policies.deletePolicy({ realm: "open", name: "house" });
  });
});

describe("the command line", () => {
  const run = (argv: string[], stdin = "") => cli([...argv, "--url", world.baseUrl, "--ca", "ca.pem", "--cert", "admin.pem", "--key", "admin.key"], { cwd: folder, stdin });

  it("explains so that a person reads why implicit vanished", async () => {
    const { code, out } = await run(["explain", "-f", "-", "--realm", "open"], JSON.stringify({ redirect_uris: uris.redirectUris, grant_types: implicit.grantTypes, response_types: implicit.responseTypes }));
    expect(code).toBe(0);
    expect(out).toMatch(/^The way in is open, the policy rfc7591, version [0-9a-f]{12}\.$/m);
    expect(out).toMatch(/^ {2}grant_types: implicit was asked and left out; registered is authorization_code \[policy\.rfc7591\.grant_types\.reduce, version [0-9a-f]{12}\]\n {4}because RFC 9700/m);
    expect(out).toContain('  grant_types: ["authorization_code"]');
  });

  it("ends with 1 for what would be refused, and says all of it", async () => {
    const { code, out } = await run(["explain", "-f", "-", "--as", "certificate:spiffe://example.com/orders", "--policy", "internal"], '{"token_endpoint_auth_method": "client_secret_basic", "scope": "a  b"}');
    expect(code).toBe(1);
    expect(out).toContain("This would be refused with invalid_client_metadata:\n  scope must be");
    expect(out).toContain("token_endpoint_auth_method must be one of tls_client_auth, private_key_jwt (a service has");
  });

  it("tests a file's policy over the clients there are", async () => {
    await writeFile(join(folder, "strict.yaml"), "name: strict\nrequired: [client_name]\n");
    const { code, out, err } = await run(["policy", "test", "strict.yaml", "--all", "--realm", "ready-oidc"]);
    expect([code, out.match(/would be refused:\n {2}client_name is required by the policy strict/g)?.length]).toEqual([1, 4]);
    expect(err).toMatch(/^matricula: 12 of 12 clients tested with version [0-9a-f]{12}: 4 would be refused, 0 changed$/m);
  });

  it("tells who lacks a certificate that a policy requires", async () => {
    const { code, out, err } = await run(["policy", "test", "-", "--all", "--realm", "ready-oidc"], "name: bound\ncertificate_required: true\n");
    expect([code, out.match(/lacks the certificate that the policy requires$/gm)?.length]).toEqual([0, 12]);
    expect(err).toMatch(/: 0 would be refused, 0 changed, 12 lack a certificate$/m);
  });

  it("lists and shows policies", async () => {
    expect((await run(["policy", "list", "--realm", "guarded"])).out).toMatch(/^machines +[0-9a-f]{12} +no +certificate$/m);
    expect(JSON.parse((await run(["policy", "show", "mobile"])).out)).toMatchObject({ policy: { policy: { name: "mobile", required: ["software_id"] }, ready_made: true } });
  });

  it("puts and deletes a policy", async () => {
    expect((await run(["policy", "put", "-", "--realm", "open"], "name: by-hand\nrequired: [scope]\n")).out).toMatch(/^by-hand is in force, version [0-9a-f]{12}\.$/m);
    expect((await run(["policy", "list", "--realm", "open"])).out).toMatch(/^by-hand /m);
    const { code, err } = await run(["policy", "put", "-", "--realm", "open"], "name: by-hand\nrequired: [scop]\n");
    expect([code === 0, /required\[0\]: 2:12: required\[0\] is not a metadata field that is offered; did you mean scope\?/.test(err)]).toEqual([false, true]);
    const token = await world.makeInitialAccessToken("open", { terms: { policy: "by-hand" } });
    const { client } = await registration(undefined, token).registerClient({ realm: "open", metadata: { ...uris, scope: "a" } });
    const refused = await run(["policy", "delete", "by-hand", "--realm", "open"]);
    expect([refused.code === 0, refused.err]).toEqual([false, expect.stringContaining("clients are guarded by this policy, 1 of them") as string]);
    expect((await run(["policy", "delete", "by-hand", "--in-use", "--realm", "open"])).out).toBe("by-hand is deleted.\n");
    await createClient(ClientAdminService, transport("admin")).removeClient({ realm: "open", clientId: client!.clientId! });
  });

  it("reloads", async () => expect((await run(["reload"])).out).toBe("Reloaded.\n"));
});
