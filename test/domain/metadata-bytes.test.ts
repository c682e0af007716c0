import { create, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { decodeMetadata, encodeMetadata } from "../../src/domain/metadata-bytes.js";
import { anyRecord } from "./arbitrary-metadata.js";

describe("encodeMetadata", () => {
  it("writes what decodeMetadata reads, and what protobuf-es reads", () => {
    fc.assert(
      fc.property(anyRecord, (metadata) => {
        const bytes = encodeMetadata(metadata);
        expect(decodeMetadata(bytes)).toEqual(metadata);
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
    expect(decodeMetadata(encodeMetadata(metadata))).toEqual(metadata);
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
