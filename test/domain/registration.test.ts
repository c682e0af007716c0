// What holds of every registration, whatever is asked.

import { clone, create, equals, toBinary, type JsonObject } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { readyMadePolicies } from "../../src/config/ready-made.js";
import { RegistryError } from "../../src/domain/errors.js";
import { decodeMetadata, encodeMetadata } from "../../src/domain/metadata-bytes.js";
import { metadataFromJson, metadataToJson } from "../../src/domain/metadata-json.js";
import { compilePolicy } from "../../src/domain/policy.js";
import { decideRegistration, type Registration, type RegistrationContext } from "../../src/domain/registration.js";
import { applyRules, recordRules } from "../../src/domain/rules.js";
import type { CustomAttribute } from "../../src/domain/validate.js";
import { anyMetadata, likelyMetadata } from "./arbitrary-metadata.js";

const attribute: CustomAttribute = { name: "example_attribute", type: "string", maxBytes: 64, setBy: "client" };
const contexts: readonly RegistrationContext[] = [readyMadePolicies().get("rfc7591")!, { name: "everything" }].map((policy) => ({
  policy: compilePolicy(create(PolicySchema, policy), "1"),
  customAttributes: new Map([[attribute.name, attribute]]),
}));

/** The registration of a copy, or undefined for a refusal. Any other error is the test's. */
function decide(metadata: ClientMetadata, context: RegistrationContext): Registration | undefined {
  try {
    return decideRegistration(clone(ClientMetadataSchema, metadata), context);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    expect(["invalid_redirect_uri", "invalid_client_metadata", "invalid_software_statement"]).toContain(error.kind);
    expect(error.violations.length).toBeGreaterThan(0);
    for (const { field, rule, clause, description } of error.violations) {
      // DCR-73: a rule's id, its clause, and a sentence in ASCII.
      expect(rule).toMatch(/^[a-z0-9_.]+$/);
      expect(clause).not.toBe("");
      expect(description).toMatch(/^[\x20-\x7e]+$/);
      expect(field).not.toBe("");
    }
    return undefined;
  }
}

const runs = { numRuns: 2000 };

describe.each(contexts)("under the policy $policy.name", (context) => {
  it("many are registered and many refused, so that what follows says something", () => {
    const results = fc.sample(likelyMetadata, { numRuns: 2000, seed: 1 }).map((metadata) => decide(metadata, context) !== undefined);
    expect(results.filter(Boolean).length).toBeGreaterThan(50);
    expect(results.filter((registered) => !registered).length).toBeGreaterThan(200);
  });

  it("what is registered, asked for again, is registered the same, with nothing left to decide", () => {
    fc.assert(
      fc.property(likelyMetadata, (asked) => {
        const first = decide(asked, context);
        if (first === undefined) return;
        const again = decideRegistration(clone(ClientMetadataSchema, first.metadata), context);
        expect(again.metadata).toEqual(first.metadata);
        expect(again.decisions).toEqual([]);
      }),
      runs,
    );
  });

  it("redirect_uris are never altered (T-10, ORG-40)", () => {
    fc.assert(
      fc.property(likelyMetadata, (asked) => {
        const before = [...asked.redirectUris];
        const registration = decide(asked, context);
        if (registration !== undefined) expect(registration.metadata.redirectUris).toEqual(before);
      }),
      runs,
    );
  });

  it("what is registered breaks no rule, has its defaults, and survives the disk and the wire", () => {
    fc.assert(
      fc.property(likelyMetadata, (asked) => {
        const registration = decide(asked, context);
        if (registration === undefined) return;
        const { metadata } = registration;
        const violations: never[] = [];
        applyRules(recordRules, metadata, violations);
        expect(violations).toEqual([]);
        expect(metadata.tokenEndpointAuthMethod).toBeDefined();
        expect(metadata.applicationType).toBeDefined();
        expect(metadata.grantTypes.length).toBeGreaterThan(0);
        // Compared as messages: what is absent may be inherited from the empty one.
        expect(equals(ClientMetadataSchema, decodeMetadata(encodeMetadata(metadata)), metadata)).toBe(true);
        const json: JsonObject = {};
        metadataToJson(metadata, json);
        const read = metadataFromJson(JSON.parse(JSON.stringify(json)) as JsonObject, context.customAttributes, []);
        expect(equals(ClientMetadataSchema, read, metadata)).toBe(true);
        expect(decodeMetadata(toBinary(ClientMetadataSchema, read))).toEqual(decodeMetadata(encodeMetadata(metadata)));
      }),
      runs,
    );
  });

  it("every decision tells what was asked and what is registered, and every change is told", () => {
    fc.assert(
      fc.property(likelyMetadata, (asked) => {
        const registration = decide(asked, context);
        if (registration === undefined) return;
        const json: JsonObject = {};
        metadataToJson(registration.metadata, json);
        for (const { field, registered } of registration.decisions) if (registered !== "[]") expect(json[field]).toEqual(JSON.parse(registered));
        // Without a decision, the grants asked for are the grants registered, as sets.
        if (asked.grantTypes.length > 0 && !registration.decisions.some(({ field }) => field === "grant_types")) {
          expect([...registration.metadata.grantTypes].sort()).toEqual([...new Set(asked.grantTypes)].sort());
        }
      }),
      runs,
    );
  });

  it("any message at all is registered or refused with a sentence, never a fault", () => {
    fc.assert(fc.property(anyMetadata, (asked) => void decide(asked, context)), { numRuns: 1000 });
  });
});

describe("V9, V10: an update reaches no state that a registration could not", () => {
  it("the decision knows nothing of the record before it", () => {
    // decideRegistration takes what is asked, the policy and the attributes: an update has no other way in. Decided in between or not, it is the same.
    fc.assert(
      fc.property(likelyMetadata, likelyMetadata, (before, after) => {
        const alone = decide(after, contexts[0]!);
        decide(before, contexts[0]!);
        expect(decide(after, contexts[0]!)).toEqual(alone);
      }),
      runs,
    );
  });
});
