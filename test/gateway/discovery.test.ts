// What the configuration says of an authorization server, as clients find it.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { AuthorizationServerSchema } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { loadConfiguration } from "../../src/config/configuration.js";
import { discoveryDocument } from "../../src/gateway/discovery.js";
import { prepareRealm } from "../../src/serve/realms.js";

async function documentOf(realm: object): Promise<JsonObject> {
  const folder = await mkdtemp(join(tmpdir(), "matricula-discovery-"));
  try {
    await writeFile(join(folder, "matricula.yaml"), JSON.stringify({ public_url: "https://registry.example", realms: { default: realm } }));
    const loaded = loadConfiguration({ file: join(folder, "matricula.yaml"), overrides: { data: folder } });
    return discoveryDocument(prepareRealm(loaded, loaded.realms.get("default")!, "https://registry.example"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Written by hand: every member by which a requirement wants something said, with a value that is not its default. */
const described: JsonObject = {
  // ASM-02, ASM-09
  authorization_endpoint: "https://as.example/authorize", token_endpoint: "https://as.example/token", jwks_uri: "https://as.example/jwks",
  // ASM-08
  scopes_supported: ["openid", "email"], response_modes_supported: ["query", "form_post"],
  // ASM-11
  service_documentation: "https://as.example/docs", op_policy_uri: "https://as.example/policy", op_tos_uri: "https://as.example/tos",
  // BCP-08
  code_challenge_methods_supported: ["S256"],
  // CIBA-09
  backchannel_token_delivery_modes_supported: ["poll", "ping"], backchannel_authentication_endpoint: "https://as.example/ciba",
  backchannel_authentication_request_signing_alg_values_supported: ["ES256"], backchannel_user_code_parameter_supported: true,
  // DEV-01
  device_authorization_endpoint: "https://as.example/device",
  // DPOP-02
  dpop_signing_alg_values_supported: ["ES256"],
  // INT-04
  introspection_signing_alg_values_supported: ["PS256"], introspection_encryption_alg_values_supported: ["ECDH-ES"], introspection_encryption_enc_values_supported: ["A256GCM"],
  // JAR-02
  require_signed_request_object: true,
  // JARM-03
  authorization_signing_alg_values_supported: ["PS256"], authorization_encryption_alg_values_supported: ["ECDH-ES"], authorization_encryption_enc_values_supported: ["A256GCM"],
  // LOG-09
  frontchannel_logout_supported: true, frontchannel_logout_session_supported: true, backchannel_logout_supported: true, backchannel_logout_session_supported: true,
  end_session_endpoint: "https://as.example/logout",
  // MTLS-08, MTLS-09
  tls_client_certificate_bound_access_tokens: true, mtls_endpoint_aliases: { token_endpoint: "https://mtls.as.example/token" },
  // PAR-02
  pushed_authorization_request_endpoint: "https://as.example/par", require_pushed_authorization_requests: true,
  // RAR-01
  authorization_details_types_supported: ["payment_initiation"],
  // The rest.
  userinfo_endpoint: "https://as.example/userinfo", revocation_endpoint: "https://as.example/revoke", introspection_endpoint: "https://as.example/introspect",
  subject_types_supported: ["pairwise"], id_token_signing_alg_values_supported: ["ES256"], id_token_encryption_alg_values_supported: ["ECDH-ES"],
  id_token_encryption_enc_values_supported: ["A256GCM"], userinfo_signing_alg_values_supported: ["ES256"], userinfo_encryption_alg_values_supported: ["ECDH-ES"],
  userinfo_encryption_enc_values_supported: ["A256GCM"], request_object_signing_alg_values_supported: ["ES256"], request_object_encryption_alg_values_supported: ["ECDH-ES"],
  request_object_encryption_enc_values_supported: ["A256GCM"], acr_values_supported: ["gold"],
};
const open = { ways_in: { open: { enabled: true, policy: "any" } }, policies: [{ name: "any" }] };

it("ASM-02, ASM-08, ASM-09, ASM-11, BCP-08, CIBA-09, DEV-01, INT-04, JAR-02, JARM-03, LOG-09, MTLS-08: all that is configured of the server is in its document", async () => {
  expect(Object.keys(described).sort()).toEqual(AuthorizationServerSchema.fields.map(({ name }) => name).sort());
  const document = await documentOf({ ...open, issuer: "https://as.example", authorization_server: described });
  const { mtls_endpoint_aliases: _, ...rest } = described;
  expect(document).toMatchObject(rest);
});

it("ASM-14, BCP-08, MTLS-08, JAR-02: what is not configured is in none, and of PKCE the one method that is safe is said", async () => {
  const document = await documentOf(open);
  expect(document["code_challenge_methods_supported"]).toEqual(["S256"]);
  const always = ["authorization_endpoint", "token_endpoint", "jwks_uri"];
  // Of a server that nobody has described the lists say what is registered.
  for (const [member, value] of Object.entries(described)) if (!always.includes(member) && !Array.isArray(value)) expect(document, member).not.toHaveProperty(member);
});

it("MTLS-09: with aliases for others, registration has one too: where it is", async () => {
  const document = await documentOf({ ...open, issuer: "https://as.example", authorization_server: described });
  expect(document["mtls_endpoint_aliases"]).toEqual({ token_endpoint: "https://mtls.as.example/token", registration_endpoint: "https://registry.example/register" });
  const chosen = { ...described, mtls_endpoint_aliases: { registration_endpoint: "https://mtls.registry.example/register" } };
  expect((await documentOf({ ...open, issuer: "https://as.example", authorization_server: chosen }))["mtls_endpoint_aliases"]).toEqual({ registration_endpoint: "https://mtls.registry.example/register" });
});

it("BRZ-10: where everybody shows a certificate, every endpoint that a client calls has an alias", async () => {
  const brazil = { ways_in: { open: { enabled: true, policy: "openbanking-brazil" } }, issuer: "https://as.example" };
  const document = await documentOf({ ...brazil, authorization_server: described });
  expect(document["mtls_endpoint_aliases"]).toEqual({
    token_endpoint: "https://mtls.as.example/token", registration_endpoint: "https://registry.example/register", userinfo_endpoint: "https://as.example/userinfo",
    pushed_authorization_request_endpoint: "https://as.example/par", backchannel_authentication_endpoint: "https://as.example/ciba", revocation_endpoint: "https://as.example/revoke",
    introspection_endpoint: "https://as.example/introspect", device_authorization_endpoint: "https://as.example/device",
  });
});
