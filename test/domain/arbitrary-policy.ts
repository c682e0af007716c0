// Policies as fast-check makes them: any that the configuration would take.

import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { PolicySchema, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import { checkPolicy } from "../../src/domain/policy-mistakes.js";
import type { CustomAttribute } from "../../src/domain/validate.js";

const some = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: values.length });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.oneof({ weight: 1, arbitrary }, { weight: 7, arbitrary: fc.constant(undefined) });

/** A row of a field with these values: any verbs, lawful together or not. */
function row(field: string, values: readonly string[], isList: boolean, alters = true): fc.Arbitrary<JsonValue> {
  const value: fc.Arbitrary<string | string[]> = isList ? some(...values) : fc.constantFrom(...values);
  const verbs: Record<string, fc.Arbitrary<unknown>> = {
    allow: maybe(some(...values)),
    others: maybe(fc.constantFrom("OTHER_VALUES_REDUCE", "OTHER_VALUES_REFUSE")),
    refuse: rarely(fc.constant(true)),
    ...(alters ? { default: maybe(value), force: rarely(value) } : { hosts: maybe(some("client.example", "*.example", "127.0.0.1")), schemes: maybe(some("https", "http", "com.example.app")) }),
  };
  return fc
    .record(verbs)
    .map((chosen) => JSON.parse(JSON.stringify({ field, ...chosen })) as JsonValue);
}

const rows: readonly fc.Arbitrary<JsonValue>[] = [
  row("token_endpoint_auth_method", ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"], false),
  row("grant_types", ["authorization_code", "implicit", "refresh_token", "client_credentials"], true),
  row("response_types", ["code", "token", "code id_token"], true),
  row("scope", ["a", "b"], false),
  row("client_name", ["App", "House"], false),
  row("contacts", ["a", "b"], true),
  row("application_type", ["web", "native"], false),
  row("jwks_uri", ["https://client.example/jwks", "https://house.example/jwks"], false),
  row("redirect_uris", ["https://client.example/cb", "com.example.app:/cb"], true, false),
  row("example_attribute", ["x", "y"], false),
];

/** Any policy that the configuration would take in a realm with these attributes. */
export const anyPolicy = (attributes: ReadonlyMap<string, CustomAttribute>): fc.Arbitrary<Policy> =>
  fc
    .record({ rows: fc.tuple(...rows.map((one) => fc.oneof({ weight: 1, arbitrary: one }, { weight: 2, arbitrary: fc.constant(undefined) }))), required: rarely(some("client_name", "scope", "contacts", "example_attribute")) })
    .map(({ rows: written, required }) => {
      // A row that is a mistake by itself, or with those before it, is left out: what is left is a policy.
      const fields: JsonValue[] = [];
      for (const field of written) if (field !== undefined && isLawful(policyOf([...fields, field]), attributes)) fields.push(field);
      const policy = policyOf(fields, required);
      return isLawful(policy, attributes) ? policy : policyOf(fields);
    });

const policyOf = (fields: JsonValue[], required: string[] = []) => fromJson(PolicySchema, { name: "p", fields, required });

function isLawful(policy: Policy, attributes: ReadonlyMap<string, CustomAttribute>): boolean {
  let lawful = true;
  checkPolicy(policy, attributes, [], () => (lawful = false));
  return lawful;
}

/** Requests without a mistake of their own, of which a policy makes what it makes. */
export const plainMetadata: fc.Arbitrary<ClientMetadata> = fc
  .record({
    redirectUris: fc.constantFrom(["https://client.example/cb"], ["https://other.example/cb"], ["com.example.app:/cb"]),
    tokenEndpointAuthMethod: maybe(fc.constantFrom("none", "client_secret_basic", "client_secret_post")),
    grantTypes: fc.constantFrom([], ["authorization_code"], ["authorization_code", "refresh_token"], ["client_credentials", "authorization_code"]),
    scope: maybe(fc.constantFrom("a", "b a", "c")),
    clientName: maybe(fc.constantFrom("App", "House", "Other")),
    contacts: fc.constantFrom([], ["a"], ["a", "c"]),
    applicationType: maybe(fc.constantFrom("web", "native")),
    jwksUri: maybe(fc.constantFrom("https://client.example/jwks", "https://else.example/jwks")),
    customAttributes: maybe(fc.constantFrom({ example_attribute: "x" }, { example_attribute: "z" })),
  })
  .map((values) => create(ClientMetadataSchema, values as never));
