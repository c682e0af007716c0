// Whom a certificate is taken for, and what it may do: realm by realm.

import { beforeEach, describe, expect, test } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { compileCertificateRows, type CertificateRow } from "../../src/domain/certificate-match.js";
import { methodNamed } from "../../src/service/access.js";
import type { AcceptedCertificate, Evidence } from "../../src/service/caller.js";
import { arrive, beginCall, receive } from "../../src/service/front.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry, makeInitialAccessToken } from "../connect/fixture.js";
import { perform } from "./calls.js";

const fingerprint = "ab".repeat(32);
const shows = (certificate: Partial<AcceptedCertificate>, authorization?: string): Evidence => ({
  certificate: Object.freeze({ kind: "accepted", uris: [], dnsNames: [], subject: "CN=Billing,O=Acme", fingerprint, ...certificate }),
  authorization,
});

let registry: Registry;

/** The realm "default" with these rows, and the realm "other" with none. */
function withRows(rows: readonly CertificateRow<readonly Role[]>[]): Registry {
  const made = createRegistry({ open: true });
  const realm = made.realms.get("default")!;
  return { ...made, realms: new Map([["default", { ...realm, certificates: compileCertificateRows(rows) }], ["other", { ...realm, name: "other", certificates: compileCertificateRows([]) }]]) };
}

const method = methodNamed(`${RegistrationService.typeName}.RegisterClient`);
const callerOf = async (evidence: Evidence, realm = "default") => (await beginCall(registry, arrive("grpc", method, evidence, undefined), realm)).caller;
const register = (evidence: Evidence, realm = "default") => perform(registry, RegistrationService.method.registerClient, { realm, metadata: { redirectUris: ["https://a.example/cb"] } }, evidence);
const refused = { kind: "invalid_certificate" };

describe("a certificate without a URI and a DNS name", () => {
  test("is refused where no row knows it, before a body is read, with an open door and with a token beside it", async () => {
    registry = withRows([{ spiffeId: "spiffe://a/b", grant: [Role.ADMIN] }, { dnsName: "billing", grant: [Role.ADMIN] }]);
    const token = await makeInitialAccessToken(registry);
    for (const evidence of [shows({}), shows({}, `Bearer ${token}`), shows({ subject: "CN=spiffe://a/b" }), shows({ subject: "" })]) {
      expect(() => receive(registry, arrive("grpc", method, evidence, undefined))).toThrow(expect.objectContaining(refused));
    }
  });

  test("is refused in a realm that does not know it, though another does, also with a token beside it", async () => {
    registry = withRows([{ subject: "CN=billing,O=acme", grant: [Role.REGISTRAR] }]);
    receive(registry, arrive("grpc", method, shows({}), undefined));
    const token = await makeInitialAccessToken(registry);
    await expect(register(shows({}), "other")).rejects.toMatchObject(refused);
    await expect(register(shows({}, `Bearer ${token}`), "other")).rejects.toMatchObject(refused);
  });

  test("is its subject where a row names that, and a renewal written otherwise is the same", async () => {
    registry = withRows([{ subject: "CN=billing,O=acme", grant: [Role.REGISTRAR] }]);
    const caller = await callerOf(shows({}));
    expect(caller.principal).toEqual({ kind: "certificate", id: "CN=billing,O=acme", credentialId: fingerprint });
    const { client } = await register(shows({}));
    const renewed = shows({ subject: "CN=#130742494c4c494e47,O= ACME ", fingerprint: "cd".repeat(32) });
    const read = await perform(registry, RegistrationService.method.readClient, { clientId: client!.clientId! }, renewed);
    expect(read.client!.clientId).toBe(client!.clientId);
  });

  test("is its fingerprint where only that is in a row: a renewal is somebody else", async () => {
    registry = withRows([{ fingerprint, grant: [Role.REGISTRAR] }]);
    expect((await callerOf(shows({}))).principal.id).toBe(`sha256:${fingerprint}`);
    await expect(callerOf(shows({ fingerprint: "cd".repeat(32) }))).rejects.toMatchObject(refused);
  });
});

describe("roles", () => {
  beforeEach(() => {
    registry = withRows([
      { spiffeId: "spiffe://a/*", grant: [Role.READER] },
      { spiffeId: "spiffe://a/b", grant: [Role.REGISTRAR] },
      { dnsName: "*.example.com", grant: [Role.VERIFIER, Role.READER] },
      { fingerprint, grant: [Role.DEVELOPER] },
    ]);
  });

  test.each<[string, Partial<AcceptedCertificate>, readonly Role[]]>([
    ["of a pattern", { uris: ["spiffe://a/c"], fingerprint: "" }, [Role.READER]],
    ["of a pattern and of what is below it", { uris: ["spiffe://a/b"], fingerprint: "" }, [Role.READER, Role.REGISTRAR]],
    ["of every kind of name", { uris: ["spiffe://a/b"], dnsNames: ["x.example.com"] }, [Role.READER, Role.REGISTRAR, Role.VERIFIER, Role.DEVELOPER]],
    ["of no row: a name and no role", { uris: ["spiffe://b/c"], fingerprint: "" }, []],
  ])("%s add up", async (_what, certificate, roles) => {
    const caller = await callerOf(shows(certificate));
    expect(new Set(caller.roles)).toEqual(new Set(roles));
    expect(caller.principal.id).toBe(certificate.uris![0]);
  });

  test("are worked out once for a connection and a realm", async () => {
    const evidence = shows({ uris: ["spiffe://a/b"] });
    const caller = await callerOf(evidence);
    expect((await callerOf(evidence)).roles).toBe(caller.roles);
    expect((await callerOf(evidence, "other")).roles.size).toBe(0);
    expect((await callerOf({ ...evidence, certificate: { ...evidence.certificate } as AcceptedCertificate })).roles).not.toBe(caller.roles);
  });

  test("a pattern makes no common owner: one workload's client is not another's", async () => {
    registry = withRows([{ spiffeId: "spiffe://acme.org/payments/*", grant: [Role.REGISTRAR] }]);
    const { client } = await register(shows({ uris: ["spiffe://acme.org/payments/a"] }));
    const read = (uri: string) => perform(registry, RegistrationService.method.readClient, { clientId: client!.clientId! }, shows({ uris: [uri] }));
    expect((await read("spiffe://acme.org/payments/a")).client!.clientId).toBe(client!.clientId);
    await expect(read("spiffe://acme.org/payments/b")).rejects.toMatchObject({ kind: "permission_denied" });
    await expect(read("spiffe://acme.org/payments/*")).rejects.toMatchObject({ kind: "permission_denied" });
  });
});
