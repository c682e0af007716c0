import type { MessageInitShape } from "@bufbuild/protobuf";
import { OtherValues, type PolicySchema } from "../../../gen/ts/matricula/v1/policy_pb.js";

/**
 * The ready-made policy: what RFC 7591 defines, less what RFC 9700 forbids. A value that no registry of RFC 7591 knows is
 * left out or refused; the answer says which.
 */
export const rfc7591 = {
  name: "rfc7591",
  fields: [
    {
      field: "token_endpoint_auth_method",
      allow: ["client_secret_basic", "client_secret_post", "none"],
      // One value, so nothing would be left of it.
      others: OtherValues.REFUSE,
    },
    {
      field: "grant_types",
      // No implicit (RFC 9700 section 2.1.2) and no password (section 2.4).
      allow: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
      ],
      others: OtherValues.REDUCE,
    },
    {
      field: "response_types",
      // None that puts an access token in the front channel (RFC 9700 section 2.1.2).
      allow: ["code"],
      others: OtherValues.REDUCE,
    },
  ],
  clientSecretLifetime: 0,
} as const satisfies MessageInitShape<typeof PolicySchema>;
