// ORG-18: the document at sector_identifier_uri is fetched and has every redirect URI, or nobody is registered.

import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { compilePolicy } from "../../src/domain/policy.js";
import type { OutgoingAnswer } from "../../src/service/fetch.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform } from "./calls.js";

const { registerClient, updateClient } = RegistrationService.method;
const sectorIdentifierUri = "https://sector.example/uris.json";
const redirectUris = ["https://a.example/cb", "https://b.example/cb"];

/** A registry whose outgoing port gives this answer; and how often it was asked. */
function world(answer: unknown, status = 200): { registry: Registry; asked: string[]; answerWith(next: unknown): void } {
  const asked: string[] = [];
  let current = answer;
  const fetch = async ({ url }: { url: string }): Promise<OutgoingAnswer> => {
    asked.push(url);
    if (current instanceof Error) throw current;
    return { status, body: current instanceof Uint8Array ? current : Buffer.from(typeof current === "string" ? current : JSON.stringify(current)) } as OutgoingAnswer;
  };
  return { registry: { ...createRegistry(), fetch }, asked, answerWith: (next) => void (current = next) };
}

const register = (registry: Registry, metadata: object = { redirectUris, sectorIdentifierUri }) => perform(registry, registerClient, { metadata }, nobody);
const refusal = (call: Promise<unknown>) => call.then(() => Promise.reject(new Error("it was let in")), (error: { kind: string; message: string; violations: { rule: string }[] }) => error);

it("a document that has every redirect URI lets the client in, and is asked for once", async () => {
  const { registry, asked } = world([...redirectUris, "https://c.example/cb"]);
  expect((await register(registry)).client!.metadata).toMatchObject({ sectorIdentifierUri, redirectUris });
  expect(asked).toEqual([sectorIdentifierUri]);
});

it("without one, and for what is refused anyhow, nothing is fetched", async () => {
  const { registry, asked } = world([]);
  await register(registry, { redirectUris });
  await refusal(register(registry, { redirectUris: ["http://a.example/cb"], sectorIdentifierUri }));
  await refusal(register(registry, { redirectUris, sectorIdentifierUri: "http://sector.example/uris.json" }));
  expect(asked).toEqual([]);
});

describe("is refused, and leaves nothing behind", () => {
  it.each<[string, unknown, number, string]>([
    ["one URI is missing", [redirectUris[0]], 200, "member"],
    ["one is spelled otherwise", [redirectUris[0], "https://B.example/cb"], 200, "member"],
    ["the array is empty", [], 200, "member"],
    ["it is an object", { redirect_uris: redirectUris }, 200, "form"],
    ["an entry is no text", [...redirectUris, 5], 200, "form"],
    ["it is no JSON", "<html>", 200, "form"],
    ["it is no UTF-8", Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 200, "form"],
    ["it is not there", redirectUris, 404, "unreachable"],
    ["it is another kind of success", redirectUris, 206, "unreachable"],
    ["nobody answers", new Error("10.0.0.1 has an address that is not connected to"), 200, "unreachable"],
  ])("%s", async (_, answer, status, rule) => {
    const { registry } = world(answer, status);
    const error = await refusal(register(registry));
    expect([error.kind, ...error.violations.map((row) => row.rule)]).toEqual(["invalid_client_metadata", `sector_identifier_uri.${rule}`]);
    // V1: what this machine can reach is nobody's business.
    expect(error.message).not.toMatch(/10\.0\.0\.1|404|206/);
    expect(registry.store.changes.after(0, 10)).toEqual([]);
  });

  it("where the service fetches nothing, which it says", async () => {
    const error = await refusal(register(createRegistry()));
    expect(error).toMatchObject({ kind: "invalid_client_metadata", message: expect.stringContaining("leave it out") });
  });
});

it("an update is held to the document where it brings what was not in it; what stays is not looked at again", async () => {
  const { registry, asked, answerWith } = world(redirectUris);
  const { client, credentials } = await register(registry);
  const update = (metadata: object) => perform(registry, updateClient, { clientId: client!.clientId!, metadata }, bearer(credentials!.registrationAccessToken!));
  answerWith(new Error("gone"));
  await update({ redirectUris, sectorIdentifierUri, clientName: "New" });
  await update({ redirectUris: [redirectUris[0]!], sectorIdentifierUri });
  expect(asked).toHaveLength(1);
  expect((await refusal(update({ redirectUris, sectorIdentifierUri }))).violations[0]!.rule).toBe("sector_identifier_uri.unreachable");
  expect((await refusal(update({ redirectUris: [redirectUris[0]!], sectorIdentifierUri: `${sectorIdentifierUri}?` }))).violations[0]!.rule).toBe("sector_identifier_uri.unreachable");
  answerWith(redirectUris);
  await update({ redirectUris, sectorIdentifierUri });
});

describe("the sector of a CIBA client with pairwise subjects (CIBA section 4)", () => {
  const ciba = { grantTypes: ["urn:openid:params:grant-type:ciba"], subjectType: "pairwise", sectorIdentifierUri };
  const jwksUri = "https://a.example/jwks";
  const endpoint = "https://a.example/ciba";
  const cibaWorld = (answer: unknown) => {
    const { registry } = world(answer);
    const realm = registry.realms.get("default")!;
    const policy = compilePolicy(create(PolicySchema, { name: "any" }), "1");
    const waysIn = new Map([...realm.waysIn].map(([name, way]) => [name, { ...way, policy }]));
    return { ...registry, realms: new Map([["default", { ...realm, waysIn }]]) };
  };

  it.each<[string, object, string]>([
    ["poll: where its keys are (CIBA-06)", { backchannelTokenDeliveryMode: "poll", jwksUri }, jwksUri],
    ["ping: where its keys are (CIBA-06)", { backchannelTokenDeliveryMode: "ping", jwksUri, backchannelClientNotificationEndpoint: endpoint }, jwksUri],
    ["push: where it is notified (CIBA-07)", { backchannelTokenDeliveryMode: "push", jwksUri, backchannelClientNotificationEndpoint: endpoint }, endpoint],
  ])("%s is in the document, whatever else is (CIBA-08)", async (_, mode, member) => {
    await register(cibaWorld([member, "https://c.example/cb", "https://c.example/jwks"]), { ...ciba, ...mode });
    const others = ["https://c.example/cb", jwksUri, endpoint].filter((one) => one !== member);
    expect((await refusal(register(cibaWorld(others), { ...ciba, ...mode }))).violations.map(({ rule }) => rule)).toEqual(["sector_identifier_uri.member"]);
  });
});
