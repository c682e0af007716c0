// The five verbs of a policy, one row a behaviour, and what holds whatever the policy says.

import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/config/v1/policy_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import { metadataFromJson } from "../../src/domain/metadata-json.js";
import { metadataToJson } from "../../src/domain/metadata-json.js";
import { applyPolicy, compilePolicy, type DecisionRow } from "../../src/domain/policy.js";
import type { MetadataViolation } from "../../src/domain/metadata-json.js";
import { decideRegistration } from "../../src/domain/registration.js";

interface Row {
  readonly name: string;
  readonly policy: JsonValue;
  readonly asked: Record<string, JsonValue>;
  readonly becomes?: Record<string, JsonValue | undefined>;
  readonly decisions?: readonly Omit<DecisionRow, "$typeName">[];
  readonly violations?: readonly (readonly [field: string, rule: string])[];
}

const rows: readonly Row[] = [
  { name: "no row: as asked", policy: {}, asked: { scope: "a" }, becomes: { scope: "a" } },
  { name: "allow: an allowed value stays", policy: { field: "scope", allow: ["a"] }, asked: { scope: "a" }, becomes: { scope: "a" } },
  { name: "allow: another is refused when nothing is said of it", policy: { field: "scope", allow: ["a"] }, asked: { scope: "b" }, violations: [["scope", "policy.p.scope.allow"]] },
  {
    name: "refuse others: each entry by itself",
    policy: { field: "contacts", allow: ["a"], others: "OTHER_VALUES_REFUSE" },
    asked: { contacts: ["b", "a", "c"] },
    violations: [["contacts[0]", "policy.p.contacts.allow"], ["contacts[2]", "policy.p.contacts.allow"]],
  },
  {
    name: "reduce: a list keeps what is allowed, in its order",
    policy: { field: "contacts", allow: ["a", "c"], others: "OTHER_VALUES_REDUCE" },
    asked: { contacts: ["c", "b", "a"] },
    becomes: { contacts: ["c", "a"] },
    decisions: [{ field: "contacts", asked: '["c","b","a"]', registered: '["c","a"]', rule: "policy.p.contacts.reduce" }],
  },
  {
    name: "reduce: a single value gives way to the policy's default",
    policy: { field: "token_endpoint_auth_method", allow: ["none"], others: "OTHER_VALUES_REDUCE", default: "none" },
    asked: { token_endpoint_auth_method: "magic" },
    becomes: { token_endpoint_auth_method: "none" },
    decisions: [{ field: "token_endpoint_auth_method", asked: '"magic"', registered: '"none"', rule: "policy.p.token_endpoint_auth_method.reduce" }],
  },
  { name: "reduce: what is omitted is not reduced", policy: { field: "scope", allow: ["a"], others: "OTHER_VALUES_REDUCE" }, asked: {}, becomes: { scope: undefined } },
  {
    name: "default: stands when the field is omitted",
    policy: { field: "grant_types", default: ["client_credentials"] },
    asked: {},
    becomes: { grant_types: ["client_credentials"] },
    decisions: [{ field: "grant_types", asked: "", registered: '["client_credentials"]', rule: "policy.p.grant_types.default" }],
  },
  { name: "default: gives way to what is asked", policy: { field: "scope", default: "a" }, asked: { scope: "b" }, becomes: { scope: "b" } },
  {
    name: "force: stands whatever is asked",
    policy: { field: "scope", force: "a" },
    asked: { scope: "b" },
    becomes: { scope: "a" },
    decisions: [{ field: "scope", asked: '"b"', registered: '"a"', rule: "policy.p.scope.force" }],
  },
  {
    name: "force: stands when nothing is asked",
    policy: { field: "scope", force: "a" },
    asked: {},
    becomes: { scope: "a" },
    decisions: [{ field: "scope", asked: "", registered: '"a"', rule: "policy.p.scope.force" }],
  },
  { name: "force: no decision when it was asked so", policy: { field: "scope", force: "a" }, asked: { scope: "a" }, becomes: { scope: "a" } },
  { name: "refuse: a field that is sent", policy: { field: "scope", refuse: true }, asked: { scope: "a" }, violations: [["scope", "policy.p.scope.refuse"]] },
  { name: "refuse: a field that is not sent", policy: { field: "scope", refuse: true }, asked: {}, becomes: { scope: undefined } },
];

const compile = (fields: JsonValue) => compilePolicy(fromJson(PolicySchema, { name: "p", fields }), "1");
const metadataOf = (asked: Record<string, JsonValue>) => metadataFromJson(asked, new Map(), []);

it.each(rows)("$name", ({ policy, asked, becomes = asked, decisions = [], violations = [] }) => {
  const metadata = metadataOf(asked);
  const decided: DecisionRow[] = [];
  const refused: MetadataViolation[] = [];
  applyPolicy(compile("field" in (policy as object) ? [policy] : []), metadata, decided, refused);
  const after: Record<string, JsonValue> = {};
  metadataToJson(metadata, after);
  for (const [member, value] of Object.entries(becomes)) expect(after[member], member).toEqual(value);
  expect(decided.map(({ field, asked: sent, registered, rule }) => ({ field, asked: sent, registered, rule }))).toEqual(decisions);
  expect(refused.map(({ field, rule }) => [field, rule])).toEqual(violations);
});

it("a policy for a field that is not offered does not start", () => {
  expect(() => compile([{ field: "subject_type", force: "public" }])).toThrow(TypeError);
  expect(() => compile([{ field: "nonsense", force: "x" }])).toThrow(TypeError);
});

describe("the result of a policy", () => {
  const decide = (fields: JsonValue, asked: Record<string, JsonValue>) =>
    decideRegistration(metadataOf({ redirect_uris: ["https://client.example/cb"], ...asked }), { policy: compile(fields), customAttributes: new Map() });
  const refusal = (run: () => unknown): RegistryError => {
    try {
      run();
    } catch (error) {
      if (error instanceof RegistryError) return error;
      throw error;
    }
    throw new Error("it was accepted");
  };

  it("obeys the standards' rules: a forced value that clashes is refused", () => {
    const error = refusal(() => decide([{ field: "grant_types", force: ["client_credentials"] }, { field: "token_endpoint_auth_method", force: "none" }], {}));
    expect(error.violations.map(({ rule }) => rule)).toContain("client_credentials.confidential");
  });

  it("obeys the fields' syntax: a forced value that is no URL is refused", () => {
    expect(refusal(() => decide([{ field: "client_uri", force: "nonsense" }], {})).violations.map(({ rule }) => rule)).toEqual(["uri.absolute"]);
  });

  it("takes the first allowed value for a default that it does not allow, rather than refuse its own", () => {
    const { metadata } = decide([{ field: "token_endpoint_auth_method", allow: ["client_secret_post", "none"] }], {});
    expect(metadata.tokenEndpointAuthMethod).toBe("client_secret_post");
  });

  it("derives response types from the grants that it gives (T-06)", () => {
    expect(decide([{ field: "grant_types", default: ["client_credentials"] }], {}).metadata).toMatchObject({ grantTypes: ["client_credentials"], responseTypes: [] });
    expect(decide([{ field: "grant_types", force: ["authorization_code", "refresh_token"] }], {}).metadata.responseTypes).toEqual(["code"]);
    expect(decide([{ field: "response_types", default: ["code"] }], {}).metadata.grantTypes).toEqual(["authorization_code"]);
  });

  it("registers implicit where a policy lets it, under the rules of OpenID Connect (ORG-05)", () => {
    const asked = { grant_types: ["implicit"], response_types: ["id_token", "id_token token"] };
    expect(decide([], asked).metadata).toMatchObject({ grantTypes: ["implicit"], responseTypes: ["id_token", "id_token token"] });
    expect(refusal(() => decide([], { ...asked, redirect_uris: ["https://localhost/cb"] })).kind).toBe("invalid_redirect_uri");
  });
});

it("an unnamed policy with no rows is the empty one", () => expect(compilePolicy(create(PolicySchema), "1").rows).toEqual([]));
