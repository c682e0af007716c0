// Microseconds of each step of a registration, in process and without a network or a disk: a regression in run.mjs has its address here.

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { RegisterClientRequestSchema, RegisterClientResponseSchema } from "../gen/ts/matricula/v1/registration_service_pb.js";
import { bodies } from "./bodies.mjs";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { median } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";

const calls = 5_000;
const batches = 9;

/** Where results go, so that no step can be optimised away. */
export let kept;

try {
  const steps = await registrationSteps(currentBuild().root);
  const lines = Object.entries(steps).map(([name, step]) => [name, microsPerCall(step).toFixed(2)]);
  console.log(textTable(["step", "us a call"], lines));
} catch (error) {
  fail(error);
}

/** Median of some batches, after two to warm up. */
function microsPerCall(step) {
  const times = [];
  for (let batch = -2; batch < batches; batch++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) kept = step();
    if (batch >= 0) times.push(Number(process.hrtime.bigint() - start) / 1000 / calls);
  }
  return median(times);
}

/** The steps by name, each on the values that the step before it gives. */
async function registrationSteps(root) {
  const load = (name) => import(join(root, "dist", name));
  const { loadConfiguration } = await load("config/configuration.js");
  const { prepareRealm } = await load("serve/realms.js");
  const { createRandomBytes } = await load("serve/random.js");
  const { readJsonObject } = await load("domain/json-text.js");
  const { metadataFromJson } = await load("domain/metadata-json.js");
  const { decideRegistration } = await load("domain/registration.js");
  const { encodeMetadata } = await load("domain/metadata-bytes.js");
  const { makeClientId } = await load("domain/client-id.js");
  const { credentialRecord, digestOf, makeToken } = await load("domain/credentials.js");
  const { deriveKeys } = await load("service/keys.js");
  const { clientRecord } = await load("service/client-record.js");
  const { clientView, credentialsView } = await load("service/client-view.js");
  const { clientInformation } = await load("gateway/client-information.js");
  const { createDecoder } = await load("connect/decode.js");
  const { Packer } = await load("store/sqlite/pack.js");
  const { encodeMessage } = await load("domain/message-bytes.js");

  const configuration = loadConfiguration({ overrides: { data: root, open: true } });
  const { realm } = prepareRealm(configuration, configuration.realms.get("default"), "https://127.0.0.1:8443");
  const random = createRandomBytes();
  const keys = deriveKeys(randomBytes(32), 1, random);
  const policy = realm.waysIn.get("open").policy;
  const decode = createDecoder(RegisterClientRequestSchema);
  const now = Math.floor(Date.now() / 1000);

  const asked = metadataFromJson(readJsonObject(bodies.metadata).value, realm.customAttributes, []);
  const { metadata, decisions } = decideRegistration(asked, { policy, customAttributes: realm.customAttributes });
  const clientId = makeClientId(Date.now(), random);
  const secret = makeToken("client_secret", random);
  const token = makeToken("registration_access_token", random);
  const digests = () => [
    digestOf("registration_access_token", realm.name, clientId, token),
    digestOf("client_secret", realm.name, clientId, secret),
  ];
  const credentials = digests().map((digest, i) => credentialRecord(i === 0 ? "registration_access_token" : "client_secret", "1", digest, now, 0));
  const owner = { kind: "anonymous", id: "", credentialId: "" };
  const facts = {
    realm: realm.name, clientId, version: 1, state: "active", owner, wayIn: "open", policy: policy.name, policyVersion: policy.version,
    createdAt: now, updatedAt: now, lastUsedAt: null, expiresAt: null, softwareStatementIssuer: null,
  };
  const client = clientRecord(keys, facts, metadata);
  const response = () => ({
    $typeName: RegisterClientResponseSchema.typeName,
    client: clientView(client, credentials, metadata),
    credentials: credentialsView(realm, clientId, token, secret),
    decisions,
  });
  const answer = response();
  const packer = new Packer();
  const change = {
    realm: realm.name, subject: clientId, version: 1, kind: "registered", actor: owner, requestId: clientId, at: now, trace: "",
    previous: new Uint8Array(0), decisions: "", reason: "",
  };

  return {
    "readJsonObject": () => readJsonObject(bodies.metadata),
    "JSON.parse, to compare": () => JSON.parse(bodies.metadata.toString("utf8")),
    "readJsonObject and metadataFromJson": () => metadataFromJson(readJsonObject(bodies.metadata).value, realm.customAttributes, []),
    "decode of a Connect JSON request": () => decode(bodies.connectJson, "json"),
    "decode of a binary request": () => decode(bodies.connectBinary, "binary"),
    "fromBinary of the same, to compare": () => fromBinary(RegisterClientRequestSchema, bodies.connectBinary),
    "decideRegistration": () => decideRegistration(asked, { policy, customAttributes: realm.customAttributes }),
    "client id and two tokens": () => [makeClientId(Date.now(), random), makeToken("client_secret", random), makeToken("registration_access_token", random)],
    "two digests": digests,
    "encodeMetadata": () => encodeMetadata(metadata),
    "clientRecord: encodeMetadata and the MAC": () => clientRecord(keys, facts, metadata),
    "the response message": response,
    "pack for the writer thread": () => {
      packer.add([{ kind: "insert_client", client, credentials }, { kind: "append_change", change }]);
      return packer.take();
    },
    "clientInformation and JSON.stringify": () => JSON.stringify(clientInformation(answer)),
    "encodeMessage of the response": () => encodeMessage(RegisterClientResponseSchema, answer),
    "toBinary of the same, to compare": () => toBinary(RegisterClientResponseSchema, answer),
  };
}
