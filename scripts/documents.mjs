// Writes gen/openapi and gen/docs from the built tables; the comments of fields come from the protos, given as a descriptor set with
// source locations.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { fieldReference } from "./field-reference.mjs";
import { openApiDocument } from "../dist/gateway/openapi/document.js";

const [descriptors] = process.argv.slice(2);
const write = (folder, name, text) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}`, text);
};

write("gen/openapi", "matricula.json", `${JSON.stringify(openApiDocument("https://localhost:8443"), null, 2)}\n`);
write("gen/docs", "client-metadata.md", fieldReference(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors))));
