// Blocked software: an issuer, a software_id or one statement comes in no more, and what it has admitted is suspended in one call.

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { PolicyService } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { SoftwareBlockKind, SoftwareBlockService } from "../../gen/ts/matricula/v1/software_block_service_pb.js";
import type { Registry } from "../../src/service/registry.js";
import { statementDigest } from "../../src/service/software-statements/blocks.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { bearer, nobody, perform, service, watched } from "./calls.js";
import { directory, issuerOf, sign, signingKey, trusting, type SigningKey } from "./statements.js";

const { registerClient, updateClient, readClient } = RegistrationService.method;
const { blockSoftware, unblockSoftware, listSoftwareBlocks } = SoftwareBlockService.method;
const admin = service("admin");

let key: SigningKey;
beforeAll(async () => void (key = await signingKey("ES256", "ec")));

let registry: Registry;
let store: ReturnType<typeof watched>;
beforeEach(() => {
  store = watched(createMemoryStore());
  registry = trusting([issuerOf([key.jwk]), issuerOf([key.jwk], { issuer: "https://other.example" })], { store });
});

const register = (metadata: object) => perform(registry, registerClient, { metadata: { redirectUris: ["https://c.example/cb"], ...metadata } }, nobody);
const block = (kind: SoftwareBlockKind, value: string, suspendClients = false, issuer = "") => perform(registry, blockSoftware, { kind, value, issuer, reason: "leaked", suspendClients }, admin);
const refusal = (call: Promise<unknown>) => call.then(() => Promise.reject(new Error("it was let in")), ({ kind, violations }: { kind: string; violations: { rule: string }[] }) => [kind, ...(violations ?? []).map(({ rule }) => rule)]);

/** Three clients: two of one software, by one statement and another, and one of another issuer; and one that says nothing. */
async function admitted() {
  const statements = { first: await sign(key, { jti: "first" }), second: await sign(key, { jti: "second" }), other: await sign(key, { jti: "third", iss: "https://other.example", software_id: "software-2" }) };
  const clients: Record<string, string> = {};
  const tokens: Record<string, string> = {};
  for (const [name, softwareStatement] of [...Object.entries(statements), ["plain", undefined]] as const) {
    const { client, credentials } = await register(softwareStatement === undefined ? { softwareId: "software-1" } : { softwareStatement });
    clients[name] = client!.clientId!;
    tokens[name] = credentials!.registrationAccessToken!;
  }
  const suspended = () => Object.entries(clients).filter(([, id]) => store.clients.find("default", id)!.client.state === "suspended").map(([name]) => name);
  return { statements, clients, tokens, suspended };
}

describe("what is blocked comes in no more, and its clients are suspended where that is asked", () => {
  it.each<[string, SoftwareBlockKind, (statements: Record<string, string>) => string, string[], string?]>([
    ["an issuer", SoftwareBlockKind.ISSUER, () => directory, ["first", "second"]],
    ["a software_id", SoftwareBlockKind.SOFTWARE_ID, () => "software-1", ["first", "second", "plain"]],
    ["a statement by its jti", SoftwareBlockKind.STATEMENT, () => "first", ["first"], directory],
    ["a statement by its digest", SoftwareBlockKind.STATEMENT, ({ first }) => statementDigest(first!), ["first"]],
    ["a statement by its digest in capitals", SoftwareBlockKind.STATEMENT, ({ first }) => `sha256:${statementDigest(first!).slice(7).toUpperCase()}`, ["first"]],
  ])("%s", async (_, kind, valueOf, expected, issuer = "") => {
    const { statements, suspended, clients } = await admitted();
    const value = valueOf(statements);
    expect((await block(kind, value, false, issuer)).clientsSuspended).toBe(0);
    expect(suspended()).toEqual([]);
    const answer = await block(kind, value, true, issuer);
    expect([answer.clientsSuspended, answer.more, suspended()]).toEqual([expected.length, false, expected]);
    for (const [name, softwareStatement] of Object.entries(statements)) {
      const outcome = register({ softwareStatement });
      if (expected.includes(name)) expect(await refusal(outcome)).toEqual(["unapproved_software_statement", "software_statement.blocked"]);
      else expect((await outcome).client!.state).toBe(ClientState.ACTIVE);
    }
    // Twice is once; what was done is on record with its reason.
    expect((await block(kind, value, true, issuer)).clientsSuspended).toBe(0);
    const rows = store.changes.after(0, 100).map(({ kind: what, subject, reason }) => [what, subject, reason]);
    expect(rows.filter(([what]) => what === "software_blocked")).toHaveLength(1);
    expect(rows.filter(([what]) => what === "suspended").sort()).toEqual(expected.map((name) => ["suspended", clients[name], "leaked"]).sort());
  });
});

it("a jti is one issuer's: another's statement of the same jti comes in, and its clients stay", async () => {
  const [mine, theirs] = [await sign(key, { jti: "same" }), await sign(key, { jti: "same", iss: "https://other.example" })];
  const { client } = await register({ softwareStatement: theirs });
  const jti = { kind: SoftwareBlockKind.STATEMENT, value: "same", issuer: directory };
  const { block: made } = await perform(registry, blockSoftware, { ...jti, suspendClients: true }, admin);
  expect(made).toMatchObject(jti);
  expect(await refusal(register({ softwareStatement: mine }))).toEqual(["unapproved_software_statement", "software_statement.blocked"]);
  expect((await register({ softwareStatement: theirs })).client!.state).toBe(ClientState.ACTIVE);
  expect(store.clients.find("default", client!.clientId!)!.client.state).toBe("active");
  expect((await perform(registry, listSoftwareBlocks, {}, admin)).blocks).toMatchObject([jti]);
  expect(await refusal(perform(registry, unblockSoftware, { ...jti, issuer: "https://other.example" }, admin))).toEqual(["not_found"]);
  await perform(registry, unblockSoftware, jti, admin);
  await register({ softwareStatement: mine });
  // Names that run together are two.
  await perform(registry, blockSoftware, { ...jti, value: "a", issuer: 'x","y' }, admin);
  expect(await refusal(perform(registry, unblockSoftware, { ...jti, value: 'y","a', issuer: "x" }, admin))).toEqual(["not_found"]);
});

it("a software_id that a client says by itself is blocked too", async () => {
  await block(SoftwareBlockKind.SOFTWARE_ID, "mine");
  expect(await refusal(register({ softwareId: "mine" }))).toEqual(["invalid_client_metadata", "software_id.blocked"]);
  await register({ softwareId: "other" });
  // Who asks what would become of it is told the same.
  const { refusal: explained } = await perform(registry, PolicyService.method.explainRegistration, { metadata: { redirectUris: ["https://c.example/cb"], softwareId: "mine" } }, admin);
  expect(explained?.violations.map(({ rule }) => rule)).toEqual(["software_id.blocked"]);
});

it("a statement that says nothing of its software, or by another name, covers no software_id that is blocked", async () => {
  registry = trusting([issuerOf([key.jwk], { claimNames: new Map([["app", "software_id"]]) })], { store });
  const saysNothing = await sign(key, { software_id: undefined });
  const saysOtherwise = await sign(key, { software_id: undefined, app: "mine" });
  const { client, credentials } = await register({ softwareStatement: saysNothing });
  await block(SoftwareBlockKind.SOFTWARE_ID, "mine");
  const blocked = ["invalid_client_metadata", "software_id.blocked"];
  expect(await refusal(register({ softwareStatement: saysNothing, softwareId: "mine" }))).toEqual(blocked);
  expect(await refusal(register({ softwareStatement: saysOtherwise }))).toEqual(blocked);
  const update = { clientId: client!.clientId!, metadata: { redirectUris: ["https://c.example/cb"], softwareStatement: saysNothing, softwareId: "mine" } };
  expect(await refusal(perform(registry, updateClient, update, bearer(credentials!.registrationAccessToken!)))).toEqual(blocked);
  await register({ softwareStatement: saysNothing, softwareId: "other" });
});

it("a client of blocked software reads, and changes nothing", async () => {
  const { clients, tokens } = await admitted();
  await block(SoftwareBlockKind.ISSUER, directory);
  const mine = { clientId: clients["first"]! };
  await perform(registry, readClient, mine, bearer(tokens["first"]!));
  expect(await refusal(perform(registry, updateClient, { ...mine, metadata: {} }, bearer(tokens["first"]!)))).toEqual(["unapproved_software_statement", "software_statement.blocked"]);
});

it("a registration that is under way when its software is blocked fails", async () => {
  const softwareStatement = await sign(key);
  store.hold(2);
  const registration = register({ softwareStatement });
  // The registration has looked, and stands before its commit.
  while (store.units.length === 0) await new Promise(setImmediate);
  const first = store.commit([{ kind: "insert_software_block", block: { realm: "default", kind: "issuer", value: directory, reason: "", createdAt: 0, createdBy: { kind: "anonymous", id: "", credentialId: "" } } }]);
  // Both go on together: whichever is first, an unblocked registration that is committed is older than the block.
  const outcome = await registration.then(() => "registered", ({ violations }: { violations: { rule: string }[] }) => violations[0]!.rule);
  await first;
  expect(["registered", "software_statement.blocked"]).toContain(outcome);
  // With the block first, by hand.
  store.hold(0);
  const unit = store.units.find((changes) => changes.some(({ kind }) => kind === "insert_client"))!;
  expect(unit.filter(({ kind }) => kind === "demand_unblocked")).toHaveLength(4);
  expect(await store.commit(unit)).toMatchObject({ committed: false, precondition: "unblocked" });
});

it("a block is ended, listed page by page, and asks for what it can be", async () => {
  for (const value of ["c", "a", "b"]) await block(SoftwareBlockKind.SOFTWARE_ID, value);
  await block(SoftwareBlockKind.ISSUER, directory);
  const first = await perform(registry, listSoftwareBlocks, { pageSize: 3 }, admin);
  expect(first.blocks.map(({ kind, value, reason }) => [kind, value, reason])).toEqual([[SoftwareBlockKind.ISSUER, directory, "leaked"], [SoftwareBlockKind.SOFTWARE_ID, "a", "leaked"], [SoftwareBlockKind.SOFTWARE_ID, "b", "leaked"]]);
  expect(first.blocks[0]!.createdBy).toMatchObject({ id: "spiffe://test/admin" });
  const rest = await perform(registry, listSoftwareBlocks, { pageToken: first.nextPageToken }, admin);
  expect([rest.blocks.map(({ value }) => value), rest.nextPageToken]).toEqual([["c"], ""]);
  await perform(registry, unblockSoftware, { kind: SoftwareBlockKind.SOFTWARE_ID, value: "a", reason: "mended" }, admin);
  await register({ softwareId: "a" });
  expect(await refusal(perform(registry, unblockSoftware, { kind: SoftwareBlockKind.SOFTWARE_ID, value: "a" }, admin))).toEqual(["not_found"]);
  for (const wrong of [{ kind: 0, value: "x" }, { kind: 9, value: "x" }, { kind: 1, value: "" }, { kind: 1, value: "a\u001bb" }, { kind: 3, value: "jti" }, { kind: 1, value: "x", issuer: "y" }, { kind: 3, value: "jti", issuer: "a\u001bb" }, { kind: 3, value: `sha256:${"0".repeat(64)}`, issuer: "y" }]) {
    expect(await refusal(perform(registry, blockSoftware, wrong as never, admin))).toEqual(["invalid_request"]);
  }
  expect(await refusal(perform(registry, listSoftwareBlocks, { pageToken: "AAAA" }, admin))).toEqual(["invalid_request"]);
  expect(await refusal(perform(registry, blockSoftware, { kind: 1, value: "x" }, service("registrar")))).toEqual(["permission_denied"]);
});
