// Performs test/stubs/scenario.json against the server that the environment names, one line a step. Not shipped.

import { randomUUID } from "node:crypto";
import { copyFile, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { ClientMetadataSchema } from "../matricula/v1/client_metadata_pb.js";
import { Code, connect, RegistrationError, ServiceError, type Matricula } from "./index.js";

interface Scenario {
  readonly realm: string;
  readonly metadata: JsonValue;
  readonly updated: JsonValue;
  readonly rejected: JsonValue;
  readonly violations: readonly { readonly field: string; readonly rule: string }[];
  readonly steps: readonly { readonly name: string }[];
}

const scenario = JSON.parse(await readFile(variable("MATRICULA_SCENARIO"), "utf8")) as Scenario;
const { realm } = scenario;
const metadata = fromJson(ClientMetadataSchema, scenario.metadata);
const folder = await mkdtemp(join(tmpdir(), "matricula-scenario-"));
const open: Matricula[] = [];

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const filesOf = (who: string) => ({ certFile: variable(`MATRICULA_${who}_CERT`), keyFile: variable(`MATRICULA_${who}_KEY`) });

async function connectWith(files: ReturnType<typeof filesOf>, url = variable("MATRICULA_URL")): Promise<Matricula> {
  const matricula = await connect({ url, caFile: variable("MATRICULA_CA"), ...files });
  open.push(matricula);
  return matricula;
}

function check(holds: boolean, why: string): void {
  if (!holds) throw new Error(why);
}

async function failure(call: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await call.then(() => new Error("the call succeeded"), (thrown: unknown) => thrown);
  if (error instanceof ServiceError) return error;
  throw error;
}

async function expectCode(call: Promise<unknown>, code: Code): Promise<void> {
  const error = await failure(call);
  check(error.code === code, `${Code[error.code]} instead of ${Code[code]}: ${error.message}`);
}

/** Every client that the reader sees, by pages of `pageSize`. */
async function* clients(reader: Matricula, pageSize: number, softwareId = "") {
  for (let pageToken = ""; ; ) {
    const page = await reader.directory.listClients({ realm, pageSize, pageToken, filter: { softwareId } });
    check(page.clients.length <= pageSize, `${page.clients.length} clients on a page of ${pageSize}`);
    yield* page.clients;
    pageToken = page.nextPageToken;
    if (pageToken === "") return;
  }
}

const orders = await connectWith(filesOf("ORDERS"));
const reader = await connectWith(filesOf("READER"));
let clientId = "";

const steps: Readonly<Record<string, () => Promise<void>>> = {
  async register() {
    const { client, credentials } = await orders.registration.registerClient({ realm, metadata });
    clientId = client?.clientId ?? "";
    check(clientId !== "", "no client id");
    check(credentials?.clientSecret === undefined, "a secret was made");
    const got = client?.metadata;
    check(got?.clientName === metadata.clientName && got?.scope === metadata.scope, "the name or the scope differs");
    check(got?.tokenEndpointAuthMethod === metadata.tokenEndpointAuthMethod, "the authentication method differs");
    check(got?.tlsClientAuthSanUri === metadata.tlsClientAuthSanUri, "tls_client_auth_san_uri differs");
    check(String(got?.grantTypes) === String(metadata.grantTypes), `grant types ${got?.grantTypes}`);
    check(JSON.stringify(got?.clientNameLocalized) === JSON.stringify(metadata.clientNameLocalized), "the localized name differs");
    check(got?.responseTypes.length === 0, `response types ${got?.responseTypes}`);
  },

  async rejected() {
    const error = await failure(orders.registration.registerClient({ realm, metadata: fromJson(ClientMetadataSchema, scenario.rejected) }));
    if (!(error instanceof RegistrationError)) throw error;
    check(error.error === "invalid_redirect_uri" && error.code === Code.InvalidArgument, `error ${error.error}, ${Code[error.code]}`);
    const rows = (violations: typeof scenario.violations) => violations.map(({ field, rule }) => `${field} ${rule}`).sort().join(", ");
    check(rows(error.violations) === rows(scenario.violations), `violations ${rows(error.violations)}`);
    check(error.violations.every(({ clause, description }) => clause !== "" && description !== ""), "a violation without clause or description");
  },

  async read() {
    const { client } = await orders.registration.readClient({ realm, clientId });
    check(client?.clientId === clientId && client.metadata?.clientName === metadata.clientName, "another client");
  },

  async update() {
    const before = (await orders.registration.readClient({ realm, clientId })).client?.version;
    const updated = fromJson(ClientMetadataSchema, scenario.updated);
    const { client } = await orders.registration.updateClient({ realm, clientId, metadata: updated });
    check(client?.metadata?.clientName === updated.clientName, `the name is ${client?.metadata?.clientName}`);
    check(client?.metadata?.scope === undefined, `the scope is still ${client?.metadata?.scope}`);
    check(Object.keys(client?.metadata?.clientNameLocalized ?? {}).length === 0, "the localized name is still there");
    check(client?.version === (before ?? 0) + 1, `version ${client?.version} after ${before}`);
  },

  async list() {
    let times = 0;
    for await (const client of clients(reader, 1)) if (client.clientId === clientId) times++;
    check(times === 1, `the client is there ${times} times`);
  },

  async deadline() {
    await expectCode(orders.registration.readClient({ realm, clientId }, { timeoutMs: 0.001 }), Code.DeadlineExceeded);
  },

  async "wrong certificate"() {
    const wrong = await connectWith(filesOf("WRONG"));
    await expectCode(wrong.registration.readClient({ realm, clientId }), Code.Unauthenticated);
  },

  async "another service"() {
    const { registration } = await connectWith(filesOf("BILLING"));
    await expectCode(registration.readClient({ realm, clientId }), Code.PermissionDenied);
    await expectCode(registration.updateClient({ realm, clientId, metadata }), Code.PermissionDenied);
    await expectCode(registration.deleteClient({ realm, clientId }), Code.PermissionDenied);
  },

  async "lost answer"() {
    const softwareId = randomUUID();
    const cut = await connectWith(filesOf("ORDERS"), variable("MATRICULA_CUT_URL"));
    const { client } = await cut.registration.registerClient({ realm, metadata: { ...metadata, softwareId } });
    const found: string[] = [];
    for await (const each of clients(reader, 50, softwareId)) found.push(each.clientId ?? "");
    check(found.length === 1 && found[0] === client?.clientId, `${found.length} clients came of it`);
  },

  async reload() {
    const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
    const put = async (who: string) => {
      for (const [part, file] of [["CERT", files.certFile], ["KEY", files.keyFile]] as const) {
        await copyFile(variable(`MATRICULA_${who}_${part}`), `${file}.new`);
        await rename(`${file}.new`, file);
      }
    };
    await put("ORDERS");
    const service = await connectWith(files);
    await service.registration.readClient({ realm, clientId });
    await put("BILLING");
    await expectCode(service.registration.readClient({ realm, clientId }), Code.PermissionDenied);
    const { client } = await service.registration.registerClient({ realm, metadata: { ...metadata, tlsClientAuthSanUri: "spiffe://example.test/billing" } });
    check(client?.owner?.id === "spiffe://example.test/billing", `the owner is ${client?.owner?.id}`);
  },

  async delete() {
    await orders.registration.deleteClient({ realm, clientId });
    await expectCode(orders.registration.readClient({ realm, clientId }), Code.PermissionDenied);
  },
};

for (const { name } of scenario.steps) {
  try {
    const step = steps[name];
    if (step === undefined) throw new Error("this runner does not know the step");
    await step();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`FAIL ${name}: ${String(error).replaceAll("\n", " ")}`);
  }
}
await Promise.all(open.map((matricula) => matricula.close()));
await rm(folder, { recursive: true });
