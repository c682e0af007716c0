// The field table: complete against the registry's list, its numbers frozen, its types safe for JSON.

import { ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { ClientCredentialsSchema, ClientSchema } from "../../gen/ts/matricula/v1/client_pb.js";
import { clientFields, credentialFields, metadataFields, offeredFields, serverFields, taggedFields } from "../../src/domain/fields.js";

/**
 * Sections A and C of the list of names (IANA "OAuth Dynamic Client Registration Metadata" and what is not in it yet), in the order of
 * their numbers. A number is for ever: whoever changes a line here breaks every stored record and every stub.
 */
const frozen = `
  1 redirect_uris, 2 token_endpoint_auth_method, 3 grant_types, 4 response_types, 5 client_name, 6 client_uri, 7 logo_uri, 8 scope, 9 contacts,
  10 tos_uri, 11 policy_uri, 12 jwks_uri, 13 jwks, 14 software_id, 15 software_version, 16 application_type, 17 sector_identifier_uri,
  18 subject_type, 19 id_token_signed_response_alg, 20 id_token_encrypted_response_alg, 21 id_token_encrypted_response_enc,
  22 userinfo_signed_response_alg, 23 userinfo_encrypted_response_alg, 24 userinfo_encrypted_response_enc, 25 request_object_signing_alg,
  26 request_object_encryption_alg, 27 request_object_encryption_enc, 28 token_endpoint_auth_signing_alg, 29 default_max_age,
  30 require_auth_time, 31 default_acr_values, 32 initiate_login_uri, 33 request_uris, 34 claims_redirect_uris,
  35 nfv_token_signed_response_alg, 36 nfv_token_encrypted_response_alg, 37 nfv_token_encrypted_response_enc,
  38 tls_client_certificate_bound_access_tokens, 39 tls_client_auth_subject_dn, 40 tls_client_auth_san_dns, 41 tls_client_auth_san_uri,
  42 tls_client_auth_san_ip, 43 tls_client_auth_san_email, 44 require_signed_request_object, 45 require_pushed_authorization_requests,
  46 introspection_signed_response_alg, 47 introspection_encrypted_response_alg, 48 introspection_encrypted_response_enc,
  49 frontchannel_logout_uri, 50 frontchannel_logout_session_required, 51 backchannel_logout_uri, 52 backchannel_logout_session_required,
  53 post_logout_redirect_uris, 54 authorization_details_types, 55 dpop_bound_access_tokens, 56 client_registration_types,
  57 signed_jwks_uri, 58 organization_name, 59 description, 60 keywords, 61 information_uri, 62 organization_uri,
  63 use_mtls_endpoint_aliases, 64 encrypted_response_enc_values_supported, 65 vp_formats_supported, 66 software_statement,
  67 backchannel_token_delivery_mode, 68 backchannel_client_notification_endpoint, 69 backchannel_authentication_request_signing_alg,
  70 backchannel_user_code_parameter, 71 authorization_signed_response_alg, 72 authorization_encrypted_response_alg,
  73 authorization_encrypted_response_enc, 74 response_modes, 75 display_name, 76 subject_types_supported,
  77 id_token_signing_alg_values_supported, 78 id_token_encryption_alg_values_supported, 79 id_token_encryption_enc_values_supported,
  80 userinfo_signing_alg_values_supported, 81 userinfo_encryption_alg_values_supported, 82 userinfo_encryption_enc_values_supported,
  83 request_object_signing_alg_values_supported, 84 request_object_encryption_alg_values_supported,
  85 request_object_encryption_enc_values_supported, 86 token_endpoint_auth_methods_supported,
  87 token_endpoint_auth_signing_alg_values_supported, 88 backchannel_authentication_request_signing_alg_values_supported,
  89 authorization_signing_alg_values_supported, 90 authorization_encryption_alg_values_supported,
  91 authorization_encryption_enc_values_supported, 92 introspection_signing_alg_values_supported,
  93 introspection_encryption_alg_values_supported, 94 introspection_encryption_enc_values_supported,
  95 backchannel_user_code_parameter_supported,
  301 client_name_localized, 302 client_uri_localized, 303 logo_uri_localized, 304 tos_uri_localized, 305 policy_uri_localized,
  306 organization_name_localized, 307 description_localized, 308 information_uri_localized, 309 organization_uri_localized,
  310 display_name_localized, 400 custom_attributes`;

/** The rest of section A: what only the server writes. */
const frozenServerMade = {
  Client: { client_id: 1, client_id_issued_at: 2, client_secret_expires_at: 3 },
  ClientCredentials: { client_secret: 1, registration_access_token: 2, registration_client_uri: 3 },
};

const numbers = Object.fromEntries(frozen.trim().split(/,\s+/).map((row) => row.split(" ") as [string, string]).map(([number, name]) => [name, Number(number)]));

describe("the field table", () => {
  it("has every name of the list, each under its own number for ever", () => {
    expect(Object.fromEntries(metadataFields.map(({ name, number }) => [name, number]))).toEqual(numbers);
  });

  it("has the server's own members where the server writes them", () => {
    const numbersOf = (rows: readonly { name: string; number: number }[]) => Object.fromEntries(rows.map(({ name, number }) => [name, number]));
    expect({ Client: numbersOf(clientFields), ClientCredentials: numbersOf(credentialFields) }).toEqual(frozenServerMade);
    expect([...serverFields].sort()).toEqual(Object.values(frozenServerMade).flatMap((rows) => Object.keys(rows)).sort());
  });

  it("offers every name of the list", () => {
    expect(metadataFields.filter((row) => !row.offered)).toEqual([]);
    expect([...taggedFields.keys()]).toEqual([
      "client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri", "organization_name", "description", "information_uri", "organization_uri", "display_name",
    ]);
  });

  it("T-07: has each list of choices beside the field whose value is chosen from it, and registers none of them", () => {
    const lists = metadataFields.filter((row) => row.requestOnly).map(({ name }) => name);
    expect(lists).toHaveLength(19);
    expect(metadataFields.flatMap((row) => (row.chosenFrom === "" ? [] : [row.chosenFrom])).sort()).toEqual(lists.sort());
  });

  it("names beside each default a field that there is", () => {
    for (const row of metadataFields.filter(({ defaultBeside }) => defaultBeside !== "")) expect(numbers, row.name).toHaveProperty(row.defaultBeside);
  });

  it.each(metadataFields)("$name names the text that defines it and who sets it", (row) => {
    expect(row.clause).not.toBe("");
    expect(row.setByServer).toBe(false);
    expect(row.secret).toBe(false);
  });

  it.each([...offeredFields.values()].filter((row) => row.type === "string" || row.type === "strings"))("$name has a bound", (row) => {
    // A statement of a directory with all its authorities is long.
    expect(row.maxLength).toBeLessThanOrEqual(row.name === "software_statement" ? 16_384 : 4096);
    if (row.type === "strings") expect(row.maxItems).toBeLessThanOrEqual(100);
  });

  it("marks every secret, and only secrets", () => {
    const secrets = [...clientFields, ...credentialFields].filter((row) => row.secret).map((row) => row.name);
    expect(secrets).toEqual(["client_secret", "registration_access_token"]);
  });

  it("has for each tagged map the field that it localizes, with the same rules for its values", () => {
    for (const row of metadataFields.filter((candidate) => candidate.localizes !== "")) {
      const base = metadataFields.find(({ name }) => name === row.localizes);
      expect(base, row.name).toMatchObject({ localizable: true, type: "string", offered: row.offered, error: row.error, maxLength: row.maxLength });
    }
    for (const row of metadataFields.filter((candidate) => candidate.localizable)) expect(Object.keys(numbers)).toContain(`${row.name}_localized`);
  });
});

describe.each([ClientMetadataSchema, ClientSchema, ClientCredentialsSchema])("the descriptor of $typeName", (schema) => {
  it.each(schema.fields)("$name: its JSON name is its name, also in JSON", (field) => expect(field.jsonName).toBe(field.name));
});

describe("the descriptor of client metadata", () => {
  it.each(ClientMetadataSchema.fields)("$name: a scalar is optional, no 64-bit number, no enum", (field) => {
    expect(field.fieldKind).not.toBe("enum");
    if (field.fieldKind === "scalar") {
      expect(field.presence).toBe(FeatureSet_FieldPresence.EXPLICIT);
      expect(field.proto.proto3Optional).toBe(true);
    }
    if (field.fieldKind === "list") expect(field.listKind).toBe("scalar");
    const scalar = field.fieldKind === "scalar" || (field.fieldKind === "list" && field.listKind === "scalar") || (field.fieldKind === "map" && field.mapKind === "scalar") ? field.scalar : undefined;
    if (scalar !== undefined) expect([ScalarType.STRING, ScalarType.BOOL, ScalarType.UINT32]).toContain(scalar);
  });
});
