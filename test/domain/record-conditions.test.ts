// What recordTest promises: the verdict that the decoded record would give, whatever else the record holds.

import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { encodeMetadata } from "../../src/domain/metadata-bytes.js";
import type { RecordCondition } from "../../src/domain/ports.js";
import { recordTest } from "../../src/domain/record-conditions.js";
import { anyMessage } from "./arbitrary-message.js";

const { redirectUris, grantTypes, clientName, clientNameLocalized } = ClientMetadataSchema.field;
const is = (text: string): RecordCondition => ({ fields: [grantTypes.number], maps: [], test: "is", text });
const onHost = (text: string): RecordCondition => ({ fields: [redirectUris.number], maps: [], test: "host", text });
const named = (text: string): RecordCondition => ({ fields: [clientName.number], maps: [clientNameLocalized.number], test: "holds", text });

const record = (uri: string) => encodeMetadata(create(ClientMetadataSchema, { redirectUris: [uri] }));

describe("a text of the record", () => {
  it("is found as the decoded record has it, among all that a record can hold", () => {
    const text = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("authorization_code", "x".repeat(300), "\u00c4pfel"));
    fc.assert(
      fc.property(anyMessage(ClientMetadataSchema), fc.array(text, { maxLength: 3 }), text, fc.dictionary(fc.constantFrom("de", "fr-CA"), text), text, (any, grants, name, localized, wanted) => {
        const metadata = { ...any, grantTypes: grants, clientName: name, clientNameLocalized: localized } as typeof any;
        const bytes = encodeMetadata(metadata as never);
        const part = wanted.toLowerCase();
        expect(recordTest([is(wanted)])(bytes)).toBe(grants.includes(wanted));
        expect(recordTest([named(part)])(bytes)).toBe([name, ...Object.values(localized)].some((one) => one.toLowerCase().includes(part)));
        expect(recordTest([is(wanted), named(part)])(bytes)).toBe(recordTest([is(wanted)])(bytes) && recordTest([named(part)])(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["https://app.example/cb", "app.example"],
    ["HTTPS://App.Example:8443?x", "app.example"],
    ["https://app.example.", "app.example"],
    ["https://user:pass@app.example/cb", "app.example"],
    ["http://127.0.0.1:3000/cb", "127.0.0.1"],
    ["http://[::1]:3000/cb", "[::1]"],
    ["com.example.app://callback/path", "callback"],
  ])("of %s the host is %s", (uri, host) => {
    expect(recordTest([onHost(host)])(record(uri))).toBe(true);
  });

  it.each([
    ["https://app.example.evil.test/", "app.example"],
    ["https://sub.app.example/", "app.example"],
    ["https://evil.test/app.example", "app.example"],
    ["https://evil.test?@app.example/", "app.example"],
    ["https://evil.test#@app.example/", "app.example"],
    ["com.example.app:/callback", "callback"],
    ["urn:ietf:wg:oauth:2.0:oob", ""],
  ])("of %s it is not %s", (uri, host) => {
    expect(recordTest([onHost(host)])(record(uri))).toBe(false);
  });

  it("is met by a record without its end: who reads it finds the damage", () => {
    const bytes = record("https://app.example/cb");
    for (let length = 1; length < bytes.length; length += 1) expect(recordTest([is("x")])(bytes.subarray(0, length))).toBe(true);
    expect(recordTest([is("x")])(bytes)).toBe(false);
  });
});
