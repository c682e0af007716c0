// What encodeMessage promises: the bytes that protobuf-es writes.

import { create, createFileRegistry, equals, fromBinary, fromJson, toBinary, type DescMessage, type JsonObject, type Message } from "@bufbuild/protobuf";
import { DurationSchema, file_google_protobuf_wrappers, FileDescriptorProtoSchema, StructSchema, TimestampSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { Health } from "../../gen/ts/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../gen/ts/grpc/reflection/v1/reflection_pb.js";
import { ClientDirectoryService, GetClientResponseSchema, ListClientsResponseSchema } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { ClientSchema } from "../../gen/ts/matricula/v1/client_pb.js";
import { DecisionSchema } from "../../gen/ts/matricula/v1/decision_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { emptyMetadata } from "../../src/domain/fields.js";
import { encodeMessage } from "../../src/domain/message-bytes.js";
import "../../src/domain/text-encoding.js";
import { anyMessage } from "./arbitrary-message.js";

const services = [RegistrationService, ClientDirectoryService, InitialAccessTokenService, Health, ServerReflection];
const served = services.flatMap((service) => service.methods).flatMap((method) => [method.input, method.output]);
const others = [RegistrationErrorSchema, ErrorInfoSchema, RetryInfoSchema, PolicySchema, TimestampSchema, DurationSchema, ValueSchema, StructSchema];

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function expectSame(desc: DescMessage, message: Message): void {
  const bytes = encodeMessage(desc, message);
  expect(hex(bytes)).toBe(hex(toBinary(desc, message)));
  expect(equals(desc, fromBinary(desc, bytes), message)).toBe(true);
}

const typesUnderTest = [...new Set<DescMessage>([...served, ...others])].map((desc) => ({ name: desc.typeName, desc }));

describe.each(typesUnderTest)("$name", ({ desc }) => {
  it("is written as protobuf-es writes it, and read back as it was", () => {
    fc.assert(fc.property(anyMessage(desc), (message) => expectSame(desc, message)), { numRuns: desc.fields.length === 0 ? 1 : 150 });
  });
});

/** A file as protoc would describe it, with the fields that no message of ours has. */
function foreignFile() {
  const written = ["DOUBLE", "INT64", "UINT64", "INT32", "BOOL", "STRING", "BYTES", "UINT32"];
  const unwritten = ["FLOAT", "FIXED64", "FIXED32", "SFIXED32", "SFIXED64", "SINT32", "SINT64"];
  const field = (number: number, type: string, more: JsonObject = {}) => ({ name: `f${number}`, number, type: `TYPE_${type}`, label: "LABEL_OPTIONAL", ...more });
  const repeated = { label: "LABEL_REPEATED" };
  const message = (typeName: string) => ({ typeName });
  const file: JsonObject = {
    name: "foreign.proto",
    package: "foreign",
    syntax: "proto3",
    dependency: ["google/protobuf/wrappers.proto"],
    messageType: [
      { name: "Written", field: [...written.map((type, i) => field(20 - i, type)), ...written.map((type, i) => field(i + 200, type, repeated))] },
      ...unwritten.map((type) => ({ name: `With${type}`, field: [field(1, "STRING"), field(2, type)] })),
      {
        name: "Holder",
        field: [
          field(1, "STRING"),
          field(2, "MESSAGE", message(".foreign.WithSINT32")),
          field(3, "MESSAGE", { ...message(".foreign.WithFLOAT"), ...repeated }),
          field(4, "MESSAGE", message(".foreign.Written")),
          field(5, "MESSAGE", message(".foreign.Holder")),
        ],
      },
      { name: "Wrapped", field: [field(1, "MESSAGE", message(".google.protobuf.StringValue")), field(2, "MESSAGE", { ...message(".google.protobuf.UInt32Value"), ...repeated })] },
      { name: "LongAsString", field: [field(1, "INT64", { options: { jstype: "JS_STRING" } })] },
      {
        name: "Numbered",
        field: [field(1, "MESSAGE", { ...message(".foreign.Numbered.F1Entry"), ...repeated })],
        nestedType: [{ name: "F1Entry", options: { mapEntry: true }, field: [{ ...field(1, "INT32"), name: "key" }, { ...field(2, "STRING"), name: "value" }] }],
      },
    ],
  };
  return createFileRegistry(fromJson(FileDescriptorProtoSchema, file), (name) => (name === "google/protobuf/wrappers.proto" ? file_google_protobuf_wrappers : undefined));
}

describe("what is not among our own messages", () => {
  const foreign = [...foreignFile()].filter((desc) => desc.kind === "message" && desc.file.name === "foreign").map((desc) => ({ name: desc.typeName, desc: desc as DescMessage }));
  it.each(foreign)("$name: written here or left to protobuf-es, the bytes are the same", ({ desc }) => {
    fc.assert(fc.property(anyMessage(desc, 3), (message) => expectSame(desc, message)), { numRuns: 200 });
  });

  it("a type of proto2 is left to protobuf-es", () => expectSame(FileDescriptorProtoSchema, RegistrationService.file.proto));
});

describe("encodeMessage", () => {
  it("writes what it did not know when it read", () => {
    const client = create(ClientSchema, { clientId: "a", metadata: { clientName: "b" }, version: 3, lastUsedAt: 7 });
    const unknown = fromBinary(DecisionSchema, toBinary(ClientSchema, client));
    expect(unknown.$unknown).toHaveLength(2);
    expectSame(DecisionSchema, unknown);
  });

  it("writes metadata that inherits what it does not have", () => {
    const metadata = Object.assign(emptyMetadata(), { clientName: "a", contacts: ["b"], jwks: { keys: [{ kty: "EC", n: null }] } });
    expectSame(ClientMetadataSchema, metadata);
  });

  it.each([0, 1, 119, 120, 121, 127, 128, 16_370, 16_383, 16_384, 2_097_151, 2_097_152])("a text of %i characters, three messages deep", (length) => {
    const clientName = "x".repeat(length);
    expectSame(ListClientsResponseSchema, create(ListClientsResponseSchema, { clients: [{ metadata: { clientName, clientNameLocalized: { fr: clientName } } }], nextPageToken: "t" }));
  });

  describe("at the end of a new buffer", () => {
    const { $unknown } = fromBinary(RegistrationService.method.deleteClient.output, toBinary(ClientSchema, create(ClientSchema, { metadata: { contacts: ["x".repeat(20)] } })));
    const written = foreignFile().getMessage("foreign.Written")!;
    const rows: readonly (readonly [name: string, desc: DescMessage, make: (text: string) => Message])[] = [
      ["a message that ends with a text", GetClientResponseSchema, (text) => create(GetClientResponseSchema, { client: { metadata: { clientName: text }, etag: "e".repeat(30) } })],
      ["a message that ends with a long text", GetClientResponseSchema, (text) => create(GetClientResponseSchema, { client: { metadata: { clientName: text }, etag: "é".repeat(100) } })],
      ["JSON", ClientMetadataSchema, (text) => create(ClientMetadataSchema, { clientName: text, customAttributes: { a: ["é", 1.5, true, null, {}] } })],
      ["what was unknown", ClientSchema, (text) => Object.assign(create(ClientSchema, { clientId: text }), { $unknown })],
      ["packed doubles", written, (text) => create(written, { f15: text, f200: [1.5, 2.5] } as never)],
      ["packed numbers", written, (text) => create(written, { f15: text, f207: [300, 300] } as never)],
    ];

    it.each(rows)("is written in full: %s", async (_name, desc, make) => {
      for (let length = 8192 - 300; length <= 8192; length++) {
        vi.resetModules();
        const fresh = await import("../../src/domain/message-bytes.js");
        const message = make("x".repeat(length));
        expect(hex(fresh.encodeMessage(desc, message)), `after ${length}`).toBe(hex(toBinary(desc, message)));
      }
    });
  });

  it("writes a lone surrogate as protobuf-es does", () => {
    for (const text of ["\ud800", "a\udc00b", "\ud800".repeat(100)]) {
      const message = create(DecisionSchema, { field: text });
      expect(hex(encodeMessage(DecisionSchema, message))).toBe(hex(toBinary(DecisionSchema, message)));
    }
  });

  it("writes -0 and what is no number in JSON as they are", () => {
    for (const number of [0, -0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const message = create(ClientMetadataSchema, { jwks: { number } });
      expect(hex(encodeMessage(ClientMetadataSchema, message))).toBe(hex(toBinary(ClientMetadataSchema, message)));
    }
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])("refuses %d for a number of 32 bits, and goes on", (version) => {
    expect(() => encodeMessage(ClientSchema, create(ClientSchema, { version }))).toThrow(RangeError);
    expectSame(ClientSchema, create(ClientSchema, { version: 1 }));
  });

  it("gives bytes of its own, which the next call does not touch", () => {
    const first = encodeMessage(DecisionSchema, create(DecisionSchema, { field: "first" }));
    const before = [...first];
    encodeMessage(DecisionSchema, create(DecisionSchema, { field: "other" }));
    expect([...first]).toEqual(before);
  });
});
