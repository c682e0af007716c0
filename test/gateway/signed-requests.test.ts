// A registration that comes signed (UK Open Banking): the metadata as claims of a JWT by the software's own keys.

import { randomUUID } from "node:crypto";
import https from "node:https";
import { once } from "node:events";
import { CompactSign, type CryptoKey, type JWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Registry } from "../../src/service/registry.js";
import { fixedSeconds } from "../connect/fixture.js";
import { watched } from "../service/calls.js";
import { base64url, issuerOf, sign, signingKey, trusting, type SigningKey } from "../service/statements.js";
import { startGateway, type GatewayServer } from "./fixture.js";

const uri = "https://keystore.example/software-1.jwks";
const names = new Map([["software_jwks_endpoint", "jwks_uri"], ["software_redirect_uris", "redirect_uris"]]);

let directory: SigningKey;
let software: SigningKey;
let stranger: SigningKey;
let statement: string;
let fetched: string[] = [];
const servers: GatewayServer[] = [];
let taken: GatewayServer;
let required: GatewayServer;
let off: GatewayServer;

async function start(signedRequests: "taken" | "required" | undefined): Promise<GatewayServer> {
  const base = trusting([issuerOf([directory.jwk], { claimNames: names, bindingFields: new Set(["redirect_uris"]) })]);
  const realm = base.realms.get("default")!;
  const fetch: Registry["fetch"] = async ({ url }) => {
    fetched.push(url);
    return { status: 200, body: Buffer.from(JSON.stringify({ keys: [software.jwk] as JWK[] })) };
  };
  const registry = { ...base, realms: new Map([["default", { ...realm, signedRequests }]]), fetch };
  const server = await startGateway({ registry });
  servers.push(server);
  return server;
}

/** A server that takes them, with a store that keeps what it commits. */
async function watching() {
  const store = watched(taken.registry.store);
  const server = await startGateway({ registry: { ...taken.registry, store } });
  servers.push(server);
  return { server, store };
}

beforeAll(async () => {
  directory = await signingKey("ES256", "ec");
  software = await signingKey("PS256", "own");
  stranger = await signingKey("PS256", "own");
  statement = await sign(directory, { redirect_uris: undefined, software_jwks_endpoint: uri, software_redirect_uris: ["https://signed.example/cb", "https://signed.example/cb2"] });
  [taken, required, off] = await Promise.all([start("taken"), start("required"), start(undefined)]);
});
afterAll(async () => void (await Promise.all(servers.map((server) => server.close()))));

const good = () => ({ iss: "software-1", aud: "https://localhost/register", iat: fixedSeconds, exp: fixedSeconds + 300, jti: randomUUID(), software_statement: statement, redirect_uris: ["https://signed.example/cb2"] });

function signed(claims: object = {}, header: object = {}, key: CryptoKey = software.privateKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify({ ...good(), ...claims }))).setProtectedHeader({ alg: "PS256", kid: "own", ...header }).sign(key);
}

async function send(server: GatewayServer, body: string, type = "application/jwt", path = "/register", method = "POST", headers: Record<string, string> = {}) {
  const request = https.request({ host: "127.0.0.1", port: server.port, ca: server.ca, servername: "localhost", agent: false, method, path, headers: { "content-type": type, ...headers } });
  request.end(body);
  const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, accept: response.headers["accept"], body: JSON.parse(text) as Record<string, unknown> & { violations?: { rule: string }[] } };
}

describe("UKOB-01: a signed request", () => {
  it.each(["application/jwt", "application/jose", "application/jwt; charset=utf-8"])("as %s registers what it says and its statement allows; its own claims are no metadata", async (type) => {
    const { status, body } = await send(taken, await signed(), type);
    expect([status, body["redirect_uris"], body["client_name"], body["jwks_uri"], body["software_statement"]]).toEqual([201, ["https://signed.example/cb2"], "Signed", uri, statement]);
    for (const claim of ["iss", "aud", "iat", "exp", "jti"]) expect(body).not.toHaveProperty(claim);
  });

  it("has its keys fetched once, however many come, and once more for one that is new", async () => {
    const own = await start("taken");
    fetched = [];
    for (let i = 0; i < 5; i += 1) expect((await send(own, await signed())).status).toBe(201);
    expect(fetched).toEqual([uri]);
    for (let i = 0; i < 5; i += 1) expect((await send(own, await signed({}, { kid: "new" }, stranger.privateKey))).status).toBe(400);
    expect(fetched.length).toBeLessThanOrEqual(2);
  });

  it("updates, too", async () => {
    const { body } = await send(taken, await signed());
    const answer = await send(taken, await signed({ client_id: body["client_id"], redirect_uris: ["https://signed.example/cb"] }), "application/jwt", `/register/${String(body["client_id"])}`, "PUT", { authorization: `Bearer ${String(body["registration_access_token"])}` });
    expect([answer.status, answer.body["redirect_uris"]]).toEqual([200, ["https://signed.example/cb"]]);
  });

  it.each<[string, () => Promise<string>, string]>([
    ["by a stranger's key of the same name", () => signed({}, {}, stranger.privateKey), "signature"],
    ["with an algorithm that is not taken", async () => [base64url({ alg: "PS512", kid: "own" }), ...(await signed()).split(".").slice(1)].join("."), "header"],
    ["with its own key in the header (UKOB-14)", () => signed({}, { jwk: stranger.jwk, kid: undefined }, stranger.privateKey), "header"],
    ["with the URL of its own keys", () => signed({}, { jku: "https://evil.example/" }, stranger.privateKey), "header"],
    ["of other software (UKOB-02)", () => signed({ iss: "software-2" }), "iss"],
    ["for another service", () => signed({ aud: "https://other.example" }), "aud"],
    ["that has expired", () => signed({ exp: fixedSeconds - 31 }), "exp"],
    ["without an expiry", () => signed({ exp: undefined }), "exp"],
    ["that is hours old", () => signed({ iat: fixedSeconds - 7200 }), "iat"],
    ["without a jti", () => signed({ jti: undefined }), "jti"],
    ["with a jti that is no text", () => signed({ jti: 1 }), "jti"],
    ["with a jti too long to keep", () => signed({ jti: "j".repeat(256) }), "jti"],
    ["without a statement", () => signed({ software_statement: undefined }), "statement"],
    ["that is no JWS", async () => JSON.stringify(good()), "form"],
    ["that is not signed at all", async () => `${(await signed()).split(".").slice(0, 2).join(".")}.`, "form"],
  ])("%s is refused", async (_, make, rule) => {
    const before = taken.registry.store.changes.after(0, 100).length;
    const { status, body } = await send(taken, await make());
    expect([status, body["error"], body.violations?.map((row) => row.rule)]).toEqual([400, "invalid_client_metadata", [`signed_request.${rule}`]]);
    expect(taken.registry.store.changes.after(0, 100)).toHaveLength(before);
  });

  it.each([
    ["its expiry", { exp: fixedSeconds + 10 }, fixedSeconds + 10 + 30],
    ["its hour", { exp: fixedSeconds + 86_400, iat: fixedSeconds - 3600 }, fixedSeconds],
  ])("is on record for longer than it could be taken, until %s", async (_, claims, last) => {
    const { server, store } = await watching();
    expect((await send(server, await signed(claims))).status).toBe(201);
    expect(store.units.flat().flatMap((change) => (change.kind === "use_once" ? [change.expiresAt] : []))).toEqual([last + 30]);
  });

  it("is one registration, and one update, when it is sent twice at once; with a key both are told of it", async () => {
    const { server, store } = await watching();
    const twice = async (body: string, headers: Record<string, string>, path = "/register", method = "POST") => {
      store.hold(2);
      return (await Promise.all([0, 1].map(() => send(server, body, "application/jwt", path, method, headers)))).toSorted((one, other) => one.status! - other.status!);
    };
    const [, second] = await twice(await signed(), {});
    expect([second!.status, second!.body.violations?.map(({ rule }) => rule)]).toEqual([400, ["signed_request.jti"]]);
    const [one, other] = await twice(await signed(), { "idempotency-key": randomUUID() });
    expect([one!.status, other!.status, other!.body]).toEqual([201, 201, one!.body]);
    const { client_id: id, registration_access_token: token } = one!.body as { client_id: string; registration_access_token: string };
    const authorization = `Bearer ${token}`;
    const [, late] = await twice(await signed({ client_id: id }), { authorization }, `/register/${id}`, "PUT");
    expect([late!.status, late!.body.violations?.map(({ rule }) => rule)]).toEqual([400, ["signed_request.jti"]]);
    const updates = await twice(await signed({ client_id: id }), { authorization, "idempotency-key": randomUUID() }, `/register/${id}`, "PUT");
    expect([updates.map(({ status }) => status), updates[1]!.body]).toEqual([[200, 200], updates[0]!.body]);
  });

  it("with a statement that does not hold is refused for that", async () => {
    const { status, body } = await send(taken, await signed({ software_statement: await sign(stranger, {}, { alg: "PS256", kid: "own" }) }));
    expect([status, body["error"]]).toEqual([400, "invalid_software_statement"]);
  });

  it("beyond its statement is refused as a plain one is (UKOB-04)", async () => {
    const { status, body } = await send(taken, await signed({ redirect_uris: ["https://evil.example/cb"] }));
    expect([status, body["error"], body.violations?.map((row) => row.rule)]).toEqual([400, "invalid_redirect_uri", ["software_statement.binding"]]);
  });
});

describe("RFC 9110 section 15.5.16: 415 says what is taken", () => {
  const plain = JSON.stringify({ redirect_uris: ["https://client.example/cb"] });

  it("where signed requests are off, for them", async () => {
    expect(await send(off, await signed())).toMatchObject({ status: 415, accept: "application/json" });
    expect(await send(off, plain, "application/json")).toMatchObject({ status: 201 });
  });

  it("where they are required, for anything else", async () => {
    expect(await send(required, plain, "application/json")).toMatchObject({ status: 415, accept: "application/jwt" });
    expect(await send(required, await signed())).toMatchObject({ status: 201 });
  });

  it("where they are taken, for neither", async () => {
    expect(await send(taken, plain, "application/json")).toMatchObject({ status: 201 });
    expect(await send(taken, plain, "text/plain")).toMatchObject({ status: 415, accept: "application/json, application/jwt" });
  });
});
