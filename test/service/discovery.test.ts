// ASM-18: what discovery lists, registration accepts; what it does not list, registration refuses or leaves out.

import https from "node:https";
import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange, openDoors, registrationPath, type Doors } from "../doors/doors.js";
import { startWorld, type RealmName, type World } from "../doors/world.js";

let world: World;
let doors: Doors;
beforeAll(async () => {
  world = await startWorld();
  doors = openDoors(world);
});
afterAll(async () => {
  doors.close();
  await world.close();
});

const get = (path: string, method = "GET") => exchange(world.baseUrl + path, { method, ca: world.ca, agent: new https.Agent() }, undefined);

/** Values that are lawful somewhere, and that no policy of the world lists. */
const unlisted = { grant: "urn:ietf:params:oauth:grant-type:device_code", response: "id_token", method: "tls_client_auth" };

describe.each<RealmName>(["default", "open", "policed"])("the realm %s", (realm) => {
  let document: JsonObject;
  const list = (member: string) => document[member] as string[];
  const own = realm === "default" ? "" : `/realms/${realm}`;
  beforeAll(async () => {
    document = JSON.parse((await get(`/.well-known/oauth-authorization-server${own}`)).body) as JsonObject;
  });

  const register = async (metadata: JsonObject) =>
    doors.perform("gateway", { kind: "register", realm, metadata: { redirect_uris: ["https://client.example/cb"], token_endpoint_auth_method: list("token_endpoint_auth_methods_supported").find((method) => method !== "none")!, ...metadata } }, {
      token: await world.makeInitialAccessToken(realm),
    });

  it("is described alike at both well-known places (ASM-13, ASM-14)", async () => {
    const other = await get(`${own}/.well-known/openid-configuration`);
    expect([other.status, other.headers["content-type"], JSON.parse(other.body)]).toEqual([200, "application/json", document]);
    for (const [member, value] of Object.entries(document)) expect(value === "" || value === null || (Array.isArray(value) && value.length === 0), member).toBe(false);
  });

  it("names its registration endpoint, where registration is (ASM-03)", () => {
    expect(document["issuer"]).toBe(world.baseUrl + own);
    expect(document["registration_endpoint"]).toBe(world.baseUrl + registrationPath(realm));
  });

  it("lists its grants (ASM-05), each is registered, and an unlisted one is not", async () => {
    expect(list("grant_types_supported").length).toBeGreaterThan(0);
    for (const grant of list("grant_types_supported")) {
      const outcome = await register({ grant_types: [grant] });
      expect(outcome.ok && outcome.information!["grant_types"], grant).toEqual([grant]);
    }
    expect(await register({ grant_types: [unlisted.grant] })).toMatchObject({ ok: false, kinds: ["invalid_client_metadata"] });
  });

  it("lists its response types (ASM-04), each is registered, and an unlisted one is not", async () => {
    for (const type of list("response_types_supported")) {
      const outcome = await register({ response_types: [type] });
      expect(outcome.ok && outcome.information!["response_types"], type).toEqual([type]);
    }
    expect(await register({ response_types: [unlisted.response] })).toMatchObject({ ok: false, kinds: ["invalid_client_metadata"] });
  });

  it("lists its methods (ASM-06), each is registered, and an unlisted one is not", async () => {
    for (const method of list("token_endpoint_auth_methods_supported")) {
      const outcome = await register({ token_endpoint_auth_method: method });
      expect(outcome.ok && outcome.information!["token_endpoint_auth_method"], method).toBe(method);
    }
    expect(await register({ token_endpoint_auth_method: unlisted.method })).toMatchObject({ ok: false, kinds: ["invalid_client_metadata"] });
  });

  it("has stand-ins for what its authorization server would answer, each with a sentence", async () => {
    for (const member of ["authorization_endpoint", "token_endpoint", "jwks_uri"]) {
      const answer = await get(new URL(document[member] as string).pathname);
      expect(answer.status, member).toBe(501);
      expect(JSON.parse(answer.body), member).toMatchObject({ error_description: expect.stringContaining("authorization_server") });
    }
  });
});

it("discovery may be cached and read by any page; writing to it is not allowed", async () => {
  const path = "/.well-known/oauth-authorization-server";
  expect((await get(path)).headers).toMatchObject({ "cache-control": expect.stringContaining("max-age"), "access-control-allow-origin": "*" });
  expect((await get(path, "HEAD")).body).toBe("");
  const post = await get(path, "POST");
  expect([post.status, post.headers["allow"]]).toEqual([405, "GET, HEAD, OPTIONS"]);
});

describe("ASM-07: algorithms of assertions", () => {
  const documentOf = async (realm: RealmName) => JSON.parse((await get(`/realms/${realm}/.well-known/openid-configuration`)).body) as Record<string, string[]>;

  it("are listed where a listed method has assertions: RS256 among them, and never none", async () => {
    const { token_endpoint_auth_methods_supported: methods, token_endpoint_auth_signing_alg_values_supported: algorithms } = await documentOf("sealed");
    expect(methods).toEqual(expect.arrayContaining(["client_secret_jwt", "private_key_jwt", "self_signed_tls_client_auth", "tls_client_auth"]));
    expect(algorithms).toEqual(expect.arrayContaining(["RS256", "ES256", "PS256", "HS256"]));
    expect(algorithms).not.toContain("none");
  });

  it("are not where none has, and no method that needs a sealed secret is listed where none is sealed", async () => {
    expect(await documentOf("open")).not.toHaveProperty("token_endpoint_auth_signing_alg_values_supported");
    const { token_endpoint_auth_methods_supported: methods, token_endpoint_auth_signing_alg_values_supported: algorithms } = await documentOf("expiring");
    expect(methods).toContain("private_key_jwt");
    expect(methods).not.toContain("client_secret_jwt");
    expect(algorithms).not.toContain("HS256");
  });
});

describe("a realm whose authorization server is described", () => {
  let document: JsonObject;
  beforeAll(async () => {
    document = JSON.parse((await get("/.well-known/oauth-authorization-server/realms/described")).body) as JsonObject;
  });
  const register = (metadata: JsonObject) =>
    doors.perform("gateway", { kind: "register", realm: "described", metadata: { redirect_uris: ["https://client.example/cb"], jwks_uri: "https://client.example/jwks", scope: "openid", ...metadata } }, {});

  it("what is configured of the server is in the document, and what is not is in none (ASM-08, ASM-11, CIBA-09, INT-04, JAR-02, JARM-03, LOG-09, MTLS-08, MTLS-09)", () => {
    expect(document).toMatchObject({
      authorization_endpoint: "https://as.example/authorize", jwks_uri: "https://as.example/jwks", acr_values_supported: ["silver", "gold"], backchannel_logout_supported: true,
      response_modes_supported: ["query", "query.jwt"], request_object_signing_alg_values_supported: ["ES256", "none"], subject_types_supported: ["pairwise", "public"],
    });
    for (const member of ["frontchannel_logout_supported", "mtls_endpoint_aliases", "authorization_signing_alg_values_supported", "introspection_signing_alg_values_supported", "dpop_signing_alg_values_supported"]) {
      expect(document, member).not.toHaveProperty(member);
    }
  });

  it.each([
    ["id_token_signing_alg_values_supported", "id_token_signed_response_alg", ["PS256", "ES256", "none"], "RS256"],
    ["id_token_encryption_alg_values_supported", "id_token_encrypted_response_alg", ["ECDH-ES", "RSA-OAEP"], "RSA-OAEP-256"],
    ["userinfo_signing_alg_values_supported", "userinfo_signed_response_alg", ["RS256", "none"], "ES256"],
    ["request_object_signing_alg_values_supported", "request_object_signing_alg", ["ES256", "none"], "RS256"],
    ["subject_types_supported", "subject_type", ["pairwise", "public"], undefined],
  ] as const)("ASM-18: each value of %s is registered as %s, and no other", async (list, field, values, other) => {
    expect(document[list]).toEqual(values);
    for (const value of values) expect((await register({ [field]: value })).ok, value).toBe(true);
    if (other !== undefined) expect(await register({ [field]: other })).toMatchObject({ ok: false, kinds: ["invalid_client_metadata"] });
  });
});
