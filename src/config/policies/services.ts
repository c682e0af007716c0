import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PolicySchema } from "../../../gen/ts/matricula/v1/policy_pb.js";
import { rfc7591 } from "./rfc7591.js";

/** The ready-made policy of callers with a certificate: as rfc7591, and a client may authenticate with its own certificate (RFC 8705) or its own keys. */
export const services = {
  ...rfc7591,
  name: "services",
  fields: rfc7591.fields.map((row) => (row.field === "token_endpoint_auth_method" ? { ...row, allow: [...row.allow, "tls_client_auth", "self_signed_tls_client_auth", "private_key_jwt"] } : row)),
} satisfies MessageInitShape<typeof PolicySchema>;
