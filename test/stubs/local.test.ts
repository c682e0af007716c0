// What a client can judge by itself with protovalidate, it judges as the server does. Go, Python and Java read the same file.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, it } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { MetadataViolation } from "../../src/domain/metadata-json.js";
import { validateFields } from "../../src/domain/validate.js";

const rows = readFileSync(join(import.meta.dirname, "local.tsv"), "utf8")
  .trim()
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .map((line) => line.split("\t") as [name: string, verdict: string, metadata: string]);
const validator = createValidator();

describe("local validation", () => {
  it.each(rows)("%s is %s to the server and to protovalidate", (_name, verdict, metadata) => {
    const message = fromBinary(ClientMetadataSchema, Buffer.from(metadata, "base64"));
    const violations: MetadataViolation[] = [];
    validateFields(message, { applicationType: "web", publicClient: false }, violations);
    const local = validator.validate(ClientMetadataSchema, message);
    expect([violations.length === 0 ? "valid" : "invalid", local.kind]).toEqual([verdict, verdict]);
  });
});
