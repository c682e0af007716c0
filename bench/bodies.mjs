// The one registration in the form that each door takes.

import { fromJson, toBinary } from "@bufbuild/protobuf";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RegisterClientRequestSchema } from "../gen/ts/matricula/v1/registration_service_pb.js";

/** The members of body.json, as they are sent. */
export const metadata = readFileSync(new URL("body.json", import.meta.url));

const message = { metadata: JSON.parse(metadata.toString("utf8")) };
const binary = Buffer.from(toBinary(RegisterClientRequestSchema, fromJson(RegisterClientRequestSchema, message)));

/** Each body by its name in rows.mjs. */
export const bodies = {
  metadata,
  connectJson: Buffer.from(JSON.stringify(message)),
  connectBinary: binary,
  grpc: enveloped(binary),
};

/** Writes the bodies for h2load, which posts files, and returns their paths by name. */
export function writeBodies(folder) {
  return Object.fromEntries(
    Object.entries(bodies).map(([name, bytes]) => {
      const file = join(folder, `body-${name}`);
      writeFileSync(file, bytes);
      return [name, file];
    }),
  );
}

/** A gRPC message: one byte that says it is not compressed, four of length. */
function enveloped(bytes) {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}
