import { create, equals, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { decodeMetadata, encodeMetadata } from "../../src/domain/metadata-bytes.js";
import { anyMessage } from "./arbitrary-message.js";
import { anyRecord } from "./arbitrary-metadata.js";

describe("encodeMetadata", () => {
  it("writes what decodeMetadata reads, and what protobuf-es reads", () => {
    fc.assert(
      fc.property(anyRecord, (metadata) => {
        const bytes = encodeMetadata(metadata);
        expect(toJson(ClientMetadataSchema, decodeMetadata(bytes))).toEqual(toJson(ClientMetadataSchema, metadata));
        expect(equals(ClientMetadataSchema, decodeMetadata(bytes), metadata)).toBe(true);
        expect(equals(ClientMetadataSchema, fromBinary(ClientMetadataSchema, bytes), metadata)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("writes as many bytes as protobuf-es does, and the same where no map's order is free", () => {
    fc.assert(
      fc.property(anyRecord, (metadata) => {
        const bytes = encodeMetadata(metadata);
        expect(bytes.length).toBe(toBinary(ClientMetadataSchema, metadata).length);
        expect(Buffer.from(bytes).equals(toBinary(ClientMetadataSchema, metadata))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([0, 1, 127, 128, 16_383, 16_384, 70_000])("a text of %i characters, in a field, a list and a map", (length) => {
    const long = "é".repeat(length);
    const metadata = create(ClientMetadataSchema, { clientName: long, contacts: [long, "x"], clientNameLocalized: { fr: long } });
    expect(equals(ClientMetadataSchema, decodeMetadata(encodeMetadata(metadata)), metadata)).toBe(true);
  });

  it("gives bytes of its own, which the next call does not touch", () => {
    const first = encodeMetadata(create(ClientMetadataSchema, { clientName: "first" }));
    const copy = Uint8Array.from(first);
    encodeMetadata(create(ClientMetadataSchema, { clientName: "other" }));
    expect(Uint8Array.from(first)).toEqual(copy);
  });

  it("T-07: leaves out what is only for requests", () => {
    expect(encodeMetadata(create(ClientMetadataSchema, { subjectTypesSupported: ["pairwise"], introspectionSigningAlgValuesSupported: ["ES256"] }))).toHaveLength(0);
  });
});

describe("decodeMetadata", () => {
  it("reads what protobuf-es reads of bytes that encodeMetadata did not write: all fields, in any order, with some that are unknown", () => {
    // Field 4000 as a number of ten bytes, eight bytes, bytes, and four bytes.
    const unknown = Buffer.from("80fa01ffffffffffffffffff01" + "81fa010102030405060708" + "82fa01020102" + "85fa0101020304", "hex");
    fc.assert(
      fc.property(anyMessage(ClientMetadataSchema), anyMessage(ClientMetadataSchema), (one, other) => {
        const bytes = Buffer.concat([toBinary(ClientMetadataSchema, one as ClientMetadata), unknown, toBinary(ClientMetadataSchema, other as ClientMetadata)]);
        expect(equals(ClientMetadataSchema, decodeMetadata(bytes), fromBinary(ClientMetadataSchema, bytes))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("throws for a record that is cut off anywhere within a value", () => {
    const bytes = encodeMetadata(create(ClientMetadataSchema, { clientName: "n".repeat(200), clientNameLocalized: { fr: "nom" }, defaultMaxAge: 70_000, jwks: { keys: [] } }));
    const ends = new Set<number>();
    for (let length = 0; length < bytes.length; length++) {
      try {
        decodeMetadata(bytes.subarray(0, length));
        ends.add(length);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
    // Only where one field has ended and the next has not begun.
    expect(ends.size).toBe(4);
  });
});
