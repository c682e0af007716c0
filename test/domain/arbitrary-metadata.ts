// Client metadata as fast-check makes it: any message at all, and requests that are likely to be registered.

import { create, type JsonObject } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { metadataFields, setValue, type FieldRow, type FieldValue } from "../../src/domain/fields.js";

// Struct is a map: a name that is a number would come back in another place, and __proto__ not at all.
const name = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(..."abcé😀_#") });
const text = fc.string({ unit: "grapheme", maxLength: 300 }).map((value) => value.toWellFormed());
const json = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, text, fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), fc.array(tie("value"), { maxLength: 3 }), tie("object")),
  object: fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

function valueFor(row: FieldRow): fc.Arbitrary<FieldValue> {
  switch (row.type) {
    case "string":
      return text;
    case "strings":
      return fc.array(text, { minLength: 1, maxLength: 5 });
    case "boolean":
      return fc.boolean();
    case "number":
      return fc.nat(0xffff_ffff);
    case "object":
      return json.object as fc.Arbitrary<JsonObject>;
    case "tagged":
      return fc.dictionary(name, text, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
  }
}

// Of the hundred fields each message has some twenty.
const rarely = (row: FieldRow) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: valueFor(row) });

/** Any message of some rows' fields, lawful or not. */
const messageOf = (rows: readonly FieldRow[]): fc.Arbitrary<ClientMetadata> => fc
  .record(Object.fromEntries(rows.map((row) => [row.name, rarely(row)])))
  .map((values) => {
    const metadata = create(ClientMetadataSchema);
    for (const row of metadataFields) if (values[row.name] !== undefined) setValue(metadata, row, values[row.name]);
    return metadata;
  });

/** Any message of the offered fields. */
export const anyMetadata = messageOf(metadataFields.filter((row) => row.offered));

/** Any message of the fields that can be registered. */
export const anyRecord = messageOf(metadataFields.filter((row) => row.offered && !row.requestOnly));

const some = <Value>(...values: Value[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

/** Requests of which many are registered, many reduced and many refused. */
export const likelyMetadata: fc.Arbitrary<ClientMetadata> = fc
  .record({
    redirectUris: some("https://client.example/cb", "HTTPS://Client.example:443/%7Ea", "https://client.example/cb?a=b", "http://127.0.0.1:8080/", "com.example.app:/cb", "https://client.example/#x"),
    tokenEndpointAuthMethod: maybe(fc.constantFrom("none", "client_secret_basic", "client_secret_post", "private_key_jwt", "")),
    grantTypes: fc.oneof(fc.constant([]), some("authorization_code", "implicit", "refresh_token", "client_credentials", "password", "magic")),
    responseTypes: fc.oneof(fc.constant([]), some("code", "token", "id_token code", "code id_token", "none", "magic")),
    scope: maybe(fc.constantFrom("a", "b a b", "a  b", "")),
    clientName: maybe(fc.constantFrom("App", "Ünïcode", "")),
    clientNameLocalized: fc.constantFrom({}, { fr: "Nom" }, { fr: "Nom", FR: "Nom" }, { de: "" }),
    contacts: fc.constantFrom([], ["a", "b", "a"]),
    applicationType: maybe(fc.constantFrom("web", "native", "")),
    jwksUri: maybe(fc.constantFrom("https://client.example/jwks", "http://client.example/jwks")),
    customAttributes: maybe(fc.constantFrom({}, { example_attribute: "x" }, { undeclared: 1 }, { example_attribute: "" })),
  })
  .map((values) => create(ClientMetadataSchema, values as never));
