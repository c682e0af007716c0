// Each row of the rules on records proves itself: its example passes, its counter-example breaks it and no other.

import { describe, expect, it } from "vitest";
import { metadataFromJson, type MetadataViolation } from "../../src/domain/metadata-json.js";
import { applyFieldRules, fieldRules } from "../../src/domain/field-rules.js";
import { presentRows } from "../../src/domain/fields.js";
import { applyRules, consistencyRules, digestOnlyRules, recordRules, rulesWith, type RuleExample } from "../../src/domain/rules.js";

const recordOf = (example: RuleExample) => {
  const violations: MetadataViolation[] = [];
  const metadata = metadataFromJson(example as never, new Map(), violations);
  expect(violations, "the example has members of a wrong type").toEqual([]);
  return metadata;
};

const broken = (example: RuleExample, rules = recordRules) => {
  const violations: MetadataViolation[] = [];
  const record = recordOf(example);
  applyRules(rules, record, violations);
  applyFieldRules(record, presentRows(record), violations);
  return violations;
};

describe.each([...recordRules, ...fieldRules].map((rule) => ({ rule, sealed: true })).concat(digestOnlyRules.map((rule) => ({ rule, sealed: false }))))("$rule.id, secrets sealed: $sealed", ({ rule, sealed }) => {
  const rules = rulesWith(sealed);
  it("accepts its example", () => expect(broken(rule.accepts, rules)).toEqual([]));

  it("refuses its counter-example, alone", () => {
    expect(broken(rule.refuses, rules)).toEqual([
      { error: rule.error, rule: rule.id, clause: rule.clause, field: expect.stringMatching(/^[a-z_]+(\[\d+\])?$/), description: expect.stringMatching(/^[\x20-\x7e]+$/) },
    ]);
  });

  it("cites its clause", () => expect(rule.clause).toMatch(/section|requirements|UK Open Banking DCR/));
});

it("no two rules have one id", () => {
  const ids = [...recordRules, ...fieldRules].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each(fieldRules)("$id is asked of records that have $when, and its counter-example has it", ({ when, refuses }) => expect(refuses).toHaveProperty(when));

it("what is asked of requests is asked of records too", () => {
  for (const rule of consistencyRules) expect(recordRules).toContain(rule);
});

// RFC 7591 section 2.1 and OpenID Connect Registration section 2: every response type with the grants it needs, and without each of them.
const table: readonly (readonly [responseType: string, grants: readonly string[]])[] = [
  ["code", ["authorization_code"]],
  ["token", ["implicit"]],
  ["id_token", ["implicit"]],
  ["id_token token", ["implicit"]],
  ["code id_token", ["authorization_code", "implicit"]],
  ["code token", ["authorization_code", "implicit"]],
  ["code id_token token", ["authorization_code", "implicit"]],
];

describe.each(table)("DCR-31: %s", (responseType, grants) => {
  const record = (grantTypes: readonly string[], responseTypes: readonly string[] = [responseType]) => ({ redirect_uris: ["https://client.example/cb"], grant_types: grantTypes, response_types: responseTypes });
  const rulesOf = (example: RuleExample) => broken(example).map(({ rule }) => rule);

  it("goes with its grants", () => expect(rulesOf(record(grants))).toEqual([]));
  it.each(grants)("not without %s", (missing) => expect(rulesOf(record([...grants.filter((grant) => grant !== missing), "refresh_token"]))).toContain("response_types.grant"));
  it("its grants do not go without a response type", () => expect(rulesOf(record(grants, []))).toContain("grant_types.response"));
});

it.each(["password", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer"])(
  "DCR-31: %s goes with no response type",
  (grant) => expect(broken({ grant_types: [grant], response_types: [] })).toEqual([]),
);
