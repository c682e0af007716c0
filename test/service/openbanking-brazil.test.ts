// Open Finance Brasil, Dynamic Client Registration 1.0 (section 7.1): the profile of the directory's statements, the ready-made policy and
// tokens bound to certificates, configured as an operator would.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PolicyService } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { loadConfiguration } from "../../src/config/configuration.js";
import { prepareRealm } from "../../src/serve/realms.js";
import { openStatementIssuers } from "../../src/serve/statement-issuers.js";
import type { Evidence } from "../../src/service/caller.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { perform, service } from "./calls.js";
import { base64url, sign, signingKey, type SigningKey } from "./statements.js";

const { registerClient, readClient, updateClient } = RegistrationService.method;
const { explainRegistration } = PolicyService.method;

const configuration = `
realms:
  default:
    certificates: [{spiffe_id: "spiffe://test/admin", roles: [admin]}]
    ways_in: {open: {enabled: true, policy: openbanking-brazil}, certificate: {policy: openbanking-brazil}}
    registration_access_token_binding: certificate
    software_statement_issuers:
      - {issuer: Open Banking Brasil production, jwks_file: directory.jwks, profile: openbanking_brazil}
`;

let folder: string;
let directory: SigningKey;
let registry: Registry;
let close: () => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "matricula-brazil-"));
  directory = await signingKey("PS256", "directory");
  await writeFile(join(folder, "directory.jwks"), JSON.stringify({ keys: [directory.jwk] }));
  await writeFile(join(folder, "matricula.yaml"), configuration);
  const loaded = loadConfiguration({ file: join(folder, "matricula.yaml"), overrides: { data: folder } });
  const base = createRegistry();
  const opened = await openStatementIssuers({ realms: loaded.realms.values(), clock: base.clock, log: { info() {}, error() {} } });
  close = opened.close;
  const { realm } = prepareRealm(loaded, loaded.realms.get("default")!, "https://localhost");
  registry = { ...base, realms: new Map([["default", { ...realm, statementIssuers: opened.of("default") }]]) };
});
afterAll(async () => {
  close();
  await rm(folder, { recursive: true, force: true });
});

const softwareId = "10120340-3318-4baf-99e2-0b56429c4ab2";
const orgId = "a1b2c3d4-3318-4baf-99e2-0b56429c4ab2";

/** A certificate of ICP-Brasil: its organizationIdentifier as the object identifier that nobody has a name for. */
const certificate = (subject = `UID=${softwareId},2.5.4.97=OFBBR-${orgId},CN=tpp.example,O=TPP,C=BR`): Evidence => ({
  certificate: { kind: "accepted", uris: ["spiffe://test/tpp"], dnsNames: [], subject, fingerprint: subject }, authorization: undefined,
});

const claims = {
  iss: "Open Banking Brasil production", client_name: undefined, redirect_uris: undefined, software_client_name: "TPP", software_id: softwareId, org_id: orgId,
  software_redirect_uris: ["https://tpp.example/cb", "https://tpp.example/cb2"], software_jwks_uri: "https://keystore.example/tpp.jwks",
  software_statement_roles: [{ role: "DADOS", authorisation_domain: "Open Banking", status: "Active" }, { role: "PAGTO", authorisation_domain: "Open Banking", status: "Inactive" }],
};
const statement = (more: object = {}) => sign(directory, { ...claims, ...more }, { alg: "PS256", kid: "directory", typ: "JWT" });
const register = async (sent: object = {}, more: object = {}, evidence = certificate()) =>
  perform(registry, registerClient, { metadata: { redirectUris: ["https://tpp.example/cb"], softwareStatement: await statement(more), ...sent } }, evidence);
const refusal = (call: Promise<unknown>) => call.then(() => Promise.reject(new Error("it was let in")), ({ kind, violations }: { kind: string; violations: { rule: string }[] }) => [kind, ...(violations ?? []).map(({ rule }) => rule)]);

describe("a client of Open Finance Brasil", () => {
  it("BRZ-04 to BRZ-06: has what the directory says, and all scopes of its active roles when it asks for none", async () => {
    const { client } = await register();
    expect(client!.metadata).toMatchObject({ clientName: "TPP", jwksUri: "https://keystore.example/tpp.jwks", redirectUris: ["https://tpp.example/cb"], softwareId, tokenEndpointAuthMethod: "private_key_jwt" });
    const scopes = client!.metadata!.scope!.split(" ");
    expect(scopes).toContain("accounts");
    expect(scopes).not.toContain("payments");
    expect((await register({ scope: "openid accounts" })).client!.metadata!.scope).toBe("openid accounts");
  });

  it.each<[string, object, object, string[]]>([
    ["BRZ-02: six minutes after it was issued", {}, { iat: fixedSeconds - 360 }, ["invalid_software_statement", "software_statement.iat"]],
    ["BRZ-03: with keys elsewhere", { jwksUri: "https://tpp.example/keys" }, {}, ["invalid_client_metadata", "software_statement.binding"]],
    ["BRZ-04: with a redirect URI of its own", { redirectUris: ["https://tpp.example/other"] }, {}, ["invalid_redirect_uri", "software_statement.binding"]],
    ["BRZ-05: with a scope of an inactive role", { scope: "openid payments" }, {}, ["invalid_client_metadata", "software_statement.binding"]],
    ["without the claims that a directory makes", {}, { software_jwks_uri: undefined }, ["invalid_software_statement", "software_statement.required"]],
  ])("%s: refused", async (_, sent, more, expected) => {
    expect(await refusal(register(sent, more))).toEqual(expected);
  });

  it("BRZ-08: is explained by the certificate that it would show, not by the administrator's", async () => {
    const explain = async (subject: string) => perform(registry, explainRegistration, { metadata: { softwareStatement: await statement() }, principal: `certificate:${subject}` }, service("admin"));
    const subject = `UID=${softwareId},2.5.4.97=OFBBR-${orgId},CN=tpp.example`;
    const { refusal: none, metadata } = await explain(subject);
    expect([none, metadata?.softwareId]).toEqual([undefined, softwareId]);
    expect((await explain("CN=tpp.example")).refusal?.violations.map(({ rule }) => rule)).toEqual(["software_statement.certificate"]);
  });

  it("BRZ-03: with keys of its own by value: refused", async () => {
    expect((await refusal(register({ jwks: { keys: [{ ...directory.jwk }] } })))[0]).toBe("invalid_client_metadata");
  });

  it("BRZ-02: signed by anything but PS256, or not at all: refused", async () => {
    const rest = (await statement()).split(".").slice(1).join(".");
    for (const alg of ["RS256", "none"]) {
      const softwareStatement = `${base64url({ alg, kid: "directory" })}.${rest}`;
      expect(await refusal(perform(registry, registerClient, { metadata: { redirectUris: ["https://tpp.example/cb"], softwareStatement } }, certificate()))).toEqual(["invalid_software_statement", "software_statement.header.alg"]);
    }
  });

  it.each<[string, Evidence]>([
    ["of other software", certificate(`UID=${orgId},2.5.4.97=OFBBR-${orgId},CN=x`)],
    ["of another organisation", certificate(`UID=${softwareId},2.5.4.97=OFBBR-other,CN=x`)],
    ["that only looks like it", certificate(`CN=UID\\=${softwareId}\\,2.5.4.97\\=OFBBR-${orgId}`)],
  ])("BRZ-08: with a certificate %s: refused", async (_, evidence) => {
    expect(await refusal(register({}, {}, evidence))).toEqual(["unapproved_software_statement", "software_statement.certificate"]);
  });

  it("BRZ-01, BRZ-09: without a certificate it neither registers nor manages, also with its token", async () => {
    const nobody: Evidence = { certificate: { kind: "none" }, authorization: undefined };
    expect(await refusal(register({}, {}, nobody))).toEqual(["unauthenticated"]);
    const { client, credentials } = await register();
    const mine = { clientId: client!.clientId! };
    const authorization = `Bearer ${credentials!.registrationAccessToken}`;
    expect((await perform(registry, readClient, mine, { ...certificate(), authorization })).client!.clientId).toBe(mine.clientId);
    expect((await perform(registry, updateClient, { ...mine, metadata: { redirectUris: ["https://tpp.example/cb2"] } }, { ...certificate(), authorization })).client!.metadata!.redirectUris).toEqual(["https://tpp.example/cb2"]);
    for (const call of [perform(registry, readClient, mine, { ...nobody, authorization }), perform(registry, updateClient, { ...mine, metadata: {} }, { ...nobody, authorization })]) {
      expect((await refusal(call))[0]).toMatch(/unauthenticated|invalid_token|permission_denied/);
    }
  });
});
