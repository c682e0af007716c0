// The gateway's own description: as committed, and about the very fields, errors and endpoints that are there.

import { readFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { offeredFields, serverFields, taggedFields } from "../../src/domain/fields.js";
import { jwksLimits } from "../../src/domain/jwks.js";
import { errorTable } from "../../src/gateway/errors.js";
import { openApiDocument } from "../../src/gateway/openapi/document.js";
import { exchangeJson } from "./exchange-json.js";
import { startGateway, type GatewayServer } from "./fixture.js";

let server: GatewayServer;
beforeAll(async () => void (server = await startGateway()));
afterAll(() => server.close());

const file = () => JSON.parse(readFileSync("gen/openapi/matricula.json", "utf8")) as JsonObject;

/** A member by path. */
const at = (object: unknown, ...path: readonly string[]) => path.reduce((value, name) => (value as Record<string, unknown>)[name], object) as Record<string, unknown>;

describe("the description of the gateway", () => {
  it("is committed as it is made, and served with the service's own address", async () => {
    expect(file()).toEqual(JSON.parse(JSON.stringify(openApiDocument("https://localhost:8443"))));
    const { status, body } = await exchangeJson(server, "GET", "/openapi.json", {});
    expect(status).toBe(200);
    expect(body).toEqual({ ...file(), servers: [{ url: "https://localhost" }] });
  });

  it("has every member that is offered, in requests and answers, with its bound and its languages, and no other", () => {
    const schemas = at(file(), "components", "schemas");
    for (const [name, row] of offeredFields) {
      const schema = at(schemas, "ClientMetadata", "properties", name);
      const bounded = row.type === "strings" ? at(schema, "items") : schema;
      if (Number.isFinite(row.maxLength)) expect(bounded["maxLength"], name).toBe(row.maxLength);
      expect(schema["description"], name).toContain(row.clause);
    }
    expect(Object.keys(at(schemas, "ClientMetadata", "properties"))).toEqual([...offeredFields.keys()]);
    expect(Object.keys(at(schemas, "ClientInformation", "properties")).sort()).toEqual([...[...offeredFields.values()].filter((row) => !row.requestOnly).map(({ name }) => name), ...serverFields, "decisions"].sort());
    expect(Object.keys(at(schemas, "ClientMetadata", "patternProperties")).map((pattern) => /^\^(\w+)#/.exec(pattern)?.[1])).toEqual([...taggedFields.keys()]);
  });

  it("has every type of body that is taken, every form of a key, and the bounds of a set", () => {
    for (const path of [["/register", "post"], ["/realms/{realm}/register/{client_id}", "put"]]) {
      expect(Object.keys(at(file(), "paths", ...path, "requestBody", "content"))).toEqual(["application/json", "application/jwt", "application/jose"]);
      expect(at(file(), "paths", ...path, "responses", "403", "headers")).toHaveProperty("WWW-Authenticate");
    }
    expect(at(file(), "components", "parameters", "IdempotencyKey", "schema")).toEqual({ type: "string", anyOf: [{ format: "uuid" }, { pattern: "^[A-Za-z0-9_-]{22,128}$" }] });
    const keys = at(file(), "components", "schemas", "ClientMetadata", "properties", "jwks", "properties", "keys");
    expect([keys["minItems"], keys["maxItems"]]).toEqual([1, jwksLimits.keys]);
  });

  it("has every error code of the table", () => {
    const codes = at(file(), "components", "schemas", "Error", "properties", "error")["enum"] as string[];
    for (const { error } of Object.values(errorTable)) expect(codes).toContain(error);
  });
});
