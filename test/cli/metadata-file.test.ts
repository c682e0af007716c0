import { equals } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { JsonMistake, parseJsonObject } from "../../src/cli/json-object.js";
import { memberFields, taggedFields } from "../../src/cli/metadata-fields.js";
import { metadataMembers, readMetadataFile } from "../../src/cli/metadata-file.js";

const read = (value: unknown) => readMetadataFile("c.json", JSON.stringify(value));

describe("a metadata file", () => {
  it("becomes the message: fields, languages, custom attributes", () => {
    const { metadata, assigned } = read({
      redirect_uris: ["https://a.example/cb"], client_name: "Beetle", "client_name#fr": "Scarab\u00e9e", "client_name#ja-Jpan-JP": "\u7532\u866b",
      jwks: { keys: [] }, example_attribute: "x", nested: { deep: [1, null] }, client_id: "c1", scope: null, tos_uri: "",
    });
    expect(metadata.redirectUris).toEqual(["https://a.example/cb"]);
    expect(metadata.clientName).toBe("Beetle");
    expect(metadata.clientNameLocalized).toEqual({ fr: "Scarab\u00e9e", "ja-Jpan-JP": "\u7532\u866b" });
    expect(metadata.jwks).toEqual({ keys: [] });
    expect(metadata.customAttributes).toEqual({ example_attribute: "x", nested: { deep: [1, null] } });
    expect([metadata.scope, metadata.tosUri]).toEqual([undefined, undefined]);
    expect([...assigned]).toEqual([["client_id", "c1"]]);
  });

  it("takes a field that is not offered for an unknown member, as the gateway does", () => {
    const unoffered = ClientMetadataSchema.fields.filter((field) => field.fieldKind === "scalar" && !memberFields.has(field.jsonName)).map(({ jsonName }) => jsonName);
    for (const name of [...unoffered, "no_such_field"]) expect(read({ [name]: 5 }).metadata.customAttributes).toEqual({ [name]: 5 });
  });

  it("tells all mistakes at once, each with line and column", () => {
    const text = '{\n  "redirect_uris": "https://a.example/",\n  "client_name": 5, "client_name#fr": [],\n  "jwks": [], "contacts": ["a", 1]\n}';
    expect(() => readMetadataFile("c.json", text)).toThrow(
      ["c.json:2:3: redirect_uris must be an array of strings", "c.json:3:3: client_name must be a string", "c.json:3:21: client_name#fr must be a string",
        "c.json:4:3: jwks must be an object", "c.json:4:15: contacts must be an array of strings"].join("\n"),
    );
  });

  it.each([
    [{ custom_attributes: { a: 1 } }, "each custom attribute as a member of its own"],
    [{ client_name_localized: { fr: "x" } }, 'write "client_name#fr"'],
    [{ client: { metadata: {} } }, "--metadata-only"],
  ])("refuses %j, which would be lost in silence", (value, sentence) => expect(() => read(value)).toThrow(sentence));

  it("comes back from the message as it was", () => {
    const members = { redirect_uris: ["https://a.example/cb"], client_name: "Beetle", "client_name#fr": "Scarab\u00e9e", example_attribute: [1] };
    expect(metadataMembers(read(members).metadata)).toEqual(members);
  });

  it("comes back from any message", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    const member = fc.oneof(
      fc.tuple(fc.constantFrom(...[...memberFields.values()].filter((f) => f.fieldKind === "scalar" && f.scalar === 9).map((f) => f.jsonName)), text),
      fc.tuple(fc.constantFrom(...[...taggedFields.keys()].map((name) => `${name}#de`)), text),
      fc.tuple(text.map((name) => `x_${name}`), fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)),
    );
    fc.assert(
      fc.property(fc.array(member), (entries) => {
        let first;
        try {
          first = read(Object.fromEntries(entries)).metadata;
        } catch (error) {
          expect((error as Error).message).toMatch(/rounded|__proto__|surrogate/);
          return;
        }
        expect(equals(ClientMetadataSchema, read(metadataMembers(first)).metadata, first)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("JSON", () => {
  it("is read as JSON.parse reads it", () => {
    const object = fc.dictionary(fc.string().filter((name) => name !== "__proto__"), fc.jsonValue());
    fc.assert(
      fc.property(object, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        try {
          expect(parseJsonObject(text).object).toEqual(JSON.parse(text));
        } catch (error) {
          if (!(error instanceof JsonMistake)) throw error;
          expect(error.message).toMatch(/rounded|__proto__|surrogate/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is refused with a JsonMistake wherever JSON.parse refuses", () => {
    const soup = fc.array(fc.constantFrom('"', "{", "}", "[", "]", ":", ",", "\\", "a", "1", "-", ".", "e", " ", "\n", "\u0001", "true", "null", "\\u12", '"a"'), { maxLength: 12 });
    fc.assert(
      fc.property(soup, (parts) => {
        const text = parts.join("");
        let known: unknown;
        try {
          known = JSON.parse(text);
        } catch {
          known = undefined;
        }
        const isObject = typeof known === "object" && known !== null && !Array.isArray(known);
        if (isObject && !/"a"[^]*"a"/.test(text)) expect(parseJsonObject(text).object).toEqual(known);
        if (!isObject) expect(() => parseJsonObject(text)).toThrow(JsonMistake);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["", 1, 1, "nothing here"],
    ["[]", 1, 1, "one JSON object"],
    ['{"a": 1,}', 1, 8, "a comma before }"],
    ['{"a": 1,\n "a": 2}', 2, 2, "a second time"],
    ['{"a": 1} x', 1, 10, "more after the end"],
    ["{a: 1}", 1, 2, "double quotes"],
    ['{"a" 1}', 1, 6, "expected :"],
    ['{"a": "b\n"}', 1, 7, "no closing quote"],
    ['{"a": tru}', 1, 7, "expected a value"],
    ['{"a": [1 2]}', 1, 10, "expected , or ]"],
    ['{"a": 12345678901234567890}', 1, 7, "rounded"],
    ['{"a": 1e400}', 1, 7, "rounded"],
    ['{"__proto__": 1}', 1, 2, "__proto__"],
    ['{"a": "\\ud800"}', 1, 7, "surrogate"],
    ['{"a":', 1, 6, "ends before"],
  ])("%j is wrong at %i:%i", (text, line, column, sentence) => {
    try {
      parseJsonObject(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JsonMistake);
      expect((error as JsonMistake).message).toContain(sentence);
      expect((error as JsonMistake).position).toEqual({ line, column });
    }
  });

  it("does not exhaust the stack", () => {
    expect(() => parseJsonObject(`{"a":${"[".repeat(1_000_000)}`)).toThrow("nests deeper");
  });
});
