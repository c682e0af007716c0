// The five verbs of a policy, one row a behaviour, and what holds whatever the policy says.

import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import { metadataFromJson } from "../../src/domain/metadata-json.js";
import { metadataToJson } from "../../src/domain/metadata-json.js";
import { applyPolicy, compilePolicy, type DecisionRow } from "../../src/domain/policy.js";
import type { MetadataViolation } from "../../src/domain/metadata-json.js";
import { decideRegistration } from "../../src/domain/registration.js";
import type { UriSwitches } from "../../src/domain/uri.js";

interface Row {
  readonly name: string;
  readonly policy: JsonValue;
  readonly asked: Record<string, JsonValue>;
  readonly becomes?: Record<string, JsonValue | undefined>;
  readonly decisions?: readonly Pick<DecisionRow, "field" | "asked" | "registered" | "rule">[];
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
  {
    name: "reduce: a single value gives way to the first that is admitted, where the standard's default is not",
    policy: { field: "token_endpoint_auth_method", allow: ["none", "client_secret_post"], others: "OTHER_VALUES_REDUCE" },
    asked: { token_endpoint_auth_method: "magic" },
    becomes: { token_endpoint_auth_method: "none" },
    decisions: [{ field: "token_endpoint_auth_method", asked: '"magic"', registered: '"none"', rule: "policy.p.token_endpoint_auth_method.reduce" }],
  },
  {
    name: "reduce: a list of which nothing is left gives way to the default",
    policy: { field: "contacts", allow: ["a"], others: "OTHER_VALUES_REDUCE", default: ["a"] },
    asked: { contacts: ["b"] },
    becomes: { contacts: ["a"] },
    decisions: [{ field: "contacts", asked: '["b"]', registered: '["a"]', rule: "policy.p.contacts.reduce" }],
  },
  { name: "refuse: what stands by default may be sent back", policy: { field: "client_name", refuse: true, default: "House" }, asked: { client_name: "House" }, becomes: { client_name: "House" } },
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
  {
    name: "allow: a value in another language is a value",
    policy: { field: "client_name", allow: ["App", "Appli"] },
    asked: { client_name: "App", "client_name#fr": "Appli", "client_name#de": "Bank" },
    violations: [["client_name#de", "policy.p.client_name.allow"]],
  },
  {
    name: "allow: also where the field itself is not sent",
    policy: { field: "client_name", allow: ["App"] },
    asked: { "client_name#fr": "Banque", "client_name#de": "Bank" },
    violations: [["client_name#fr", "policy.p.client_name.allow"], ["client_name#de", "policy.p.client_name.allow"]],
  },
  {
    name: "reduce: leaves out what is not allowed in another language, and says so",
    policy: { field: "client_name", allow: ["App", "Appli"], others: "OTHER_VALUES_REDUCE", default: "App" },
    asked: { client_name: "App", "client_name#fr": "Appli", "client_name#de": "Bank" },
    becomes: { client_name: "App", "client_name#fr": "Appli", "client_name#de": undefined },
    decisions: [{ field: "client_name_localized", asked: '{"fr":"Appli","de":"Bank"}', registered: '{"fr":"Appli"}', rule: "policy.p.client_name.reduce" }],
  },
  {
    name: "reduce: what is left of the other languages may be nothing",
    policy: { field: "client_name", allow: ["App"], others: "OTHER_VALUES_REDUCE" },
    asked: { client_name: "App", "client_name#de": "Bank" },
    becomes: { client_name: "App", "client_name#de": undefined },
    decisions: [{ field: "client_name_localized", asked: '{"de":"Bank"}', registered: "", rule: "policy.p.client_name.reduce" }],
  },
  {
    name: "refuse: a field in any language",
    policy: { field: "client_name", refuse: true },
    asked: { client_name: "App", "client_name#fr": "Appli" },
    violations: [["client_name#fr", "policy.p.client_name.refuse"], ["client_name", "policy.p.client_name.refuse"]],
  },
  {
    name: "force: takes the values in other languages away, and says so",
    policy: { field: "client_name", force: "House" },
    asked: { client_name: "App", "client_name#fr": "Banque", "client_name#de": "Bank" },
    becomes: { client_name: "House", "client_name#fr": undefined, "client_name#de": undefined },
    decisions: [
      { field: "client_name_localized", asked: '{"fr":"Banque","de":"Bank"}', registered: "", rule: "policy.p.client_name.force" },
      { field: "client_name", asked: '"App"', registered: '"House"', rule: "policy.p.client_name.force" },
    ],
  },
  {
    name: "force: also where the field itself was asked so",
    policy: { field: "client_name", force: "House" },
    asked: { client_name: "House", "client_name#fr": "Banque" },
    becomes: { client_name: "House", "client_name#fr": undefined },
    decisions: [{ field: "client_name_localized", asked: '{"fr":"Banque"}', registered: "", rule: "policy.p.client_name.force" }],
  },
  {
    name: "default: leaves the values in other languages alone",
    policy: { field: "client_name", default: "House" },
    asked: { "client_name#fr": "Banque" },
    becomes: { client_name: "House", "client_name#fr": "Banque" },
    decisions: [{ field: "client_name", asked: "", registered: '"House"', rule: "policy.p.client_name.default" }],
  },
  {
    name: "scope is narrowed by its tokens",
    policy: { field: "scope", allow: ["openid", "email"], others: "OTHER_VALUES_REDUCE" },
    asked: { scope: "openid admin email" },
    becomes: { scope: "openid email" },
    decisions: [{ field: "scope", asked: '"openid admin email"', registered: '"openid email"', rule: "policy.p.scope.reduce" }],
  },
  {
    name: "scope of which no token is left gives way to the default, or to nothing",
    policy: { field: "scope", allow: ["openid"], others: "OTHER_VALUES_REDUCE" },
    asked: { scope: "admin root" },
    becomes: { scope: undefined },
    decisions: [{ field: "scope", asked: '"admin root"', registered: "", rule: "policy.p.scope.reduce" }],
  },
  { name: "scope: each token that is not admitted is a violation", policy: { field: "scope", allow: ["a"] }, asked: { scope: "a b c" }, violations: [["scope", "policy.p.scope.allow"], ["scope", "policy.p.scope.allow"]] },
  { name: "hosts: a URI on one of them stays", policy: { field: "redirect_uris", hosts: ["*.example.com"] }, asked: { redirect_uris: ["https://a.example.com/cb"] } },
  {
    name: "hosts: a name that merely ends alike is another (redirect hosts have label boundaries)",
    policy: { field: "redirect_uris", hosts: ["*.example.com"] },
    asked: { redirect_uris: ["https://attackerexample.com/cb", "https://example.com/cb", "https://a.example.com/cb", "com.example:/cb"] },
    violations: [0, 1, 3].map((i) => [`redirect_uris[${i}]`, "policy.p.redirect_uris.allow"] as const),
  },
  {
    name: "schemes: a private-use scheme is admitted by its name, beside hosts",
    policy: { field: "redirect_uris", hosts: ["app.example.com"], schemes: ["https", "com.example.app.*"] },
    asked: { redirect_uris: ["https://app.example.com/cb", "com.example.app.ios:/cb", "com.example.app:/cb", "com.example.apps.ios:/cb", "http://app.example.com/cb", "https://x.example/cb"] },
    violations: [2, 3, 4, 5].map((i) => [`redirect_uris[${i}]`, "policy.p.redirect_uris.allow"] as const),
  },
  {
    name: "allow beside hosts: one of both is enough",
    policy: { field: "client_uri", allow: ["https://partner.example/app"], hosts: ["example.com"], others: "OTHER_VALUES_REDUCE" },
    asked: { client_uri: "https://partner.example/app" },
  },
  { name: "another field's values in other languages are not this field's", policy: { field: "client_name", refuse: true }, asked: { "policy_uri#fr": "https://client.example/fr" }, becomes: { "policy_uri#fr": "https://client.example/fr" } },
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
  expect(() => compile([{ field: "subject_types", force: "public" }])).toThrow(TypeError);
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

  it("a default is held to what is allowed, also where the server supports nothing of it", () => {
    const context = { policy: compile([{ field: "id_token_signed_response_alg", allow: ["PS256"] }]), customAttributes: new Map(), support: new Map([["id_token_signed_response_alg", ["RS256"]]]) };
    const error = refusal(() => decideRegistration(metadataOf({ redirect_uris: ["https://client.example/cb"], scope: "openid" }), context));
    expect(error.violations.map(({ rule }) => rule)).toEqual(["server.id_token_signing_alg_values_supported"]);
  });

  it.each<[string, JsonValue, Record<string, JsonValue>]>([
    ["a native client's", [{ field: "application_type", allow: ["native"] }], { redirect_uris: ["https://client.example/cb"] }],
    ["a native client's, reduced to", [{ field: "application_type", allow: ["native"], others: "OTHER_VALUES_REDUCE" }], { redirect_uris: ["https://client.example/cb"], application_type: "web" }],
    ["a public client's", [{ field: "token_endpoint_auth_method", allow: ["none"] }], { post_logout_redirect_uris: ["http://client.example/out"] }],
  ])("URIs are %s where the policy leaves nothing else to be", (_, fields, asked) => {
    const switches = { nativeWithoutHttps: true, httpLogout: true } as UriSwitches;
    const run = () => decideRegistration(metadataOf({ redirect_uris: ["https://client.example/cb"], ...asked }), { policy: compile(fields), customAttributes: new Map(), uris: switches });
    expect(refusal(run).violations.map(({ rule }) => rule)).toEqual([asked["post_logout_redirect_uris"] === undefined ? "uri.native_https" : "uri.http_logout"]);
  });

  it.each<[string, JsonValue]>([
    ["the method", [{ field: "token_endpoint_auth_method", allow: ["none"] }]],
    ["the type", [{ field: "application_type", allow: ["native"] }]],
  ])("who may be on the local machine may leave out %s that says so", (_, fields) => {
    expect(decide(fields, { redirect_uris: ["http://127.0.0.1/cb"] }).metadata.redirectUris).toEqual(["http://127.0.0.1/cb"]);
  });

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

  it("allows no grant that was left out and derived from the response types", () => {
    const fields = [{ field: "grant_types", allow: ["authorization_code"], others: "OTHER_VALUES_REDUCE" }];
    const error = refusal(() => decide(fields, { response_types: ["code", "token"] }));
    expect(error).toMatchObject({ kind: "invalid_client_metadata" });
    expect(error.violations.map(({ field, rule }) => [field, rule])).toEqual([["grant_types[1]", "policy.p.grant_types.allow"]]);
    expect(error.violations[0]!.description).toContain("grant_types[1] would be implicit");
    expect(decide(fields, { response_types: ["code"] }).metadata.grantTypes).toEqual(["authorization_code"]);
  });

  it("allows no grant that is the standard's default", () => {
    const error = refusal(() => decide([{ field: "grant_types", allow: ["client_credentials"] }], {}));
    expect(error.violations.map(({ field, rule }) => [field, rule])).toEqual([["grant_types[0]", "policy.p.grant_types.allow"]]);
  });

  it("allows no response type that was left out and derived from the grants", () => {
    const fields = [{ field: "response_types", allow: ["code"] }];
    const error = refusal(() => decide(fields, { grant_types: ["authorization_code", "implicit"] }));
    expect(error.violations.map(({ field, rule }) => [field, rule])).toEqual([["response_types[1]", "policy.p.response_types.allow"]]);
    expect(decide(fields, { grant_types: ["authorization_code"] }).metadata.responseTypes).toEqual(["code"]);
  });

  it("forces what it would not allow to be asked", () => {
    const fields = [{ field: "grant_types", allow: ["client_credentials"], force: ["authorization_code"] }];
    expect(decide(fields, { grant_types: ["client_credentials"], response_types: [] }).metadata.grantTypes).toEqual(["authorization_code"]);
  });

  it("says of one list once what it does not allow", () => {
    const error = refusal(() => decide([{ field: "contacts", allow: ["a"] }], { contacts: ["b"] }));
    expect(error.violations).toHaveLength(1);
  });

  it("registers implicit where a policy lets it, under the rules of OpenID Connect (ORG-05)", () => {
    const asked = { grant_types: ["implicit"], response_types: ["id_token", "id_token token"] };
    expect(decide([], asked).metadata).toMatchObject({ grantTypes: ["implicit"], responseTypes: ["id_token", "id_token token"] });
    expect(refusal(() => decide([], { ...asked, redirect_uris: ["https://localhost/cb"] })).kind).toBe("invalid_redirect_uri");
  });
});

it("an unnamed policy with no rows is the empty one", () => expect(compilePolicy(create(PolicySchema), "1").rows).toEqual([]));
