// A copy of the clients beside the built program and its store on disk: whatever breaks in between, the copy ends with exactly what is stored.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientSchema, ClientState, type Client } from "../../gen/ts/matricula/v1/client_pb.js";
import { createClientCache } from "../../gen/ts/src/cache/client-cache.js";
import { connect, type Matricula } from "../../gen/ts/src/connect.js";
import { PolicyService } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { ServiceError } from "../../gen/ts/src/errors.js";
import { issueCertificate } from "../../src/net/certificate.js";
import { validFor } from "../net/fixture.js";
import { startProxy } from "../stubs/cutting-proxy.js";
import { cleanPrograms, startProgram, temporaryFolder, type Program } from "./program.js";

cleanPrograms("all");

const losses = 100;
/** Of these losses the service's own death is one: no stream ends in order, and what was not on disk is gone. */
const deaths = new Set([30, 60, 90]);
const patience = 30_000;
const redirectUris = ["https://client.example/cb"];

const connectTo = ({ data }: Program, url: string, name = join(data, "pki/admin")) =>
  connect({ url, caFile: join(data, "pki/ca.pem"), certFile: `${name}.pem`, keyFile: `${name}.key`, timeoutMs: 2_000 });

/** The files of a certificate that is told digests. */
async function verifier({ ca, data }: Program): Promise<string> {
  const made = await issueCertificate({ ca: { certificate: ca, key: readFileSync(join(data, "pki/ca.key"), "utf8") }, subject: "CN=as", uris: ["spiffe://test/as"], usage: "client", ...validFor(1) });
  const name = join(temporaryFolder(), "as");
  writeFileSync(`${name}.pem`, made.certificate);
  writeFileSync(`${name}.key`, made.key, { mode: 0o600 });
  return name;
}

/** All that is stored, page by page. */
async function stored({ directory }: Matricula): Promise<Map<string, Client>> {
  const clients = new Map<string, Client>();
  let pageToken = "";
  do {
    const page = await directory.listClients({ pageSize: 100, pageToken }, { timeoutMs: patience });
    for (const client of page.clients) clients.set(client.clientId!, client);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return clients;
}

test(`a watcher that loses its connection ${losses} times under writes, and its service ${deaths.size} times, ends with exactly the store's state`, { timeout: 240_000 }, async () => {
  const config = join(temporaryFolder(), "matricula.yaml");
  writeFileSync(config, 'realms: {default: {certificates: [{spiffe_id: "spiffe://test/as", roles: [verifier]}]}}');
  let program = await startProgram({ open: true, config });
  const { data, port, url } = program;
  const proxy = await startProxy(() => port);
  const [writer, reader] = [await connectTo(program, url), await connectTo(program, `https://localhost:${proxy.port}`, await verifier(program))];
  const admin = createClient(ClientAdminService, writer.transport);
  let heard = 0;
  const cache = createClientCache({ transport: reader.transport, audiences: [url], reportUses: false });
  cache.onChange(() => (heard += 1));

  /** Clients that the writer knows, with a secret that was answered; what became of one whose answer was lost, the store knows. */
  const secrets = new Map<string, string>();
  const counts = { registered: 0, renamed: 0, suspended: 0, resumed: 0, rotated: 0, removed: 0, lost: 0 };
  let isWriting = true;
  const pick = (n: number) => [...secrets.keys()][(n * 7) % secrets.size]!;
  const writes: readonly ((n: number) => Promise<unknown>)[] = [
    async () => {
      const { client, credentials } = await writer.registration.registerClient({ metadata: { redirectUris, clientName: `client ${counts.registered++}` } });
      secrets.set(client!.clientId!, credentials!.clientSecret!);
    },
    async (n) => void (await admin.modifyClient({ clientId: pick(n), metadata: { clientName: `write ${n}` }, updateMask: { paths: ["client_name"] } }), (counts.renamed += 1)),
    async (n) => void (await admin.suspendClient({ clientId: pick(n) }), (counts.suspended += 1)),
    async (n) => {
      const clientId = pick(n);
      const { credentials } = await admin.rotateClientSecret({ clientId });
      secrets.set(clientId, credentials!.clientSecret!);
      counts.rotated += 1;
    },
    async (n) => void (await admin.resumeClient({ clientId: pick(n - 2) }), (counts.resumed += 1)),
    async (n) => {
      if (secrets.size < 40) return;
      const clientId = pick(n);
      secrets.delete(clientId);
      await admin.removeClient({ clientId });
      counts.removed += 1;
    },
  ];
  const unanswered = (error: unknown) => {
    if (!(error instanceof ServiceError)) throw error;
    counts.lost += 1;
  };
  await writes[0]!(0);
  const writing = Promise.all(
    [0, 1, 2].map(async (lane) => {
      for (let n = lane; isWriting; n += 1) await writes[n % writes.length]!(n).catch(unanswered);
    }),
  );

  try {
    for (let lost = 1; lost <= losses; lost += 1) {
      // Anywhere: before the first answer, in a snapshot, between two changes.
      const enough = heard + (lost % 17);
      await expect.poll(() => heard >= enough && proxy.open > 0, { interval: 2, timeout: patience }).toBe(true);
      if (deaths.has(lost)) {
        await program.kill9();
        program = await startProgram({ open: true, config, data, listen: `127.0.0.1:${port}` });
      }
      proxy.cut();
    }
  } finally {
    isWriting = false;
    await writing;
  }

  const wanted = await stored(writer);
  const json = (client: Client) => toJson(ClientSchema, client);
  await expect.poll(() => cache.isCurrent && cache.size === wanted.size, { timeout: patience }).toBe(true);
  // All changes of before are there when the service has said so; versions may still be on their way until then.
  await expect.poll(() => [...wanted].every(([clientId, { version }]) => cache.get(clientId)?.version === version), { timeout: patience }).toBe(true);
  for (const [clientId, client] of wanted) expect(json(cache.get(clientId)!), clientId).toEqual(json(client));
  // And the digests are of the secrets that hold.
  for (const [clientId, clientSecret] of secrets) {
    const client = wanted.get(clientId);
    const verdict = cache.decide({ authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` });
    expect(verdict, clientId).toMatchObject(client?.state === ClientState.ACTIVE ? { outcome: "authenticated" } : { outcome: "invalid_client" });
  }
  for (const [name, count] of Object.entries(counts)) if (name !== "lost") expect(count, name).toBeGreaterThan(20);
  expect(proxy.lost).toBeGreaterThanOrEqual(losses - deaths.size);
  await cache.close();
  for (const each of [reader, writer]) await each.close();
  await proxy.close();
});

test("a policy's client_lifetime that is changed by a reload is known to a copy that watches", { timeout: 60_000 }, async () => {
  const config = join(temporaryFolder(), "matricula.yaml");
  const configure = (lifetime: string) =>
    writeFileSync(config, `
realms:
  default:
    ways_in: {certificate: {policy: short}}
    certificates: [{spiffe_id: "spiffe://test/as", roles: [verifier]}]
    policies: [{name: short${lifetime}}]
`);
  configure("");
  const program = await startProgram({ config });
  const [writer, reader] = [await connectTo(program, program.url), await connectTo(program, program.url, await verifier(program))];
  const { client, credentials } = await writer.registration.registerClient({ metadata: { redirectUris } });
  const shown = { authorization: `Basic ${Buffer.from(`${client!.clientId}:${credentials!.clientSecret}`).toString("base64")}` };
  // A copy that is ten minutes ahead.
  const cache = createClientCache({ transport: reader.transport, reportUses: false, clock: () => Math.floor(Date.now() / 1000) + 600 });
  await expect.poll(() => cache.isCurrent, { timeout: patience }).toBe(true);
  expect(cache.decide(shown)).toMatchObject({ outcome: "authenticated" });
  configure(", client_lifetime: 500");
  await createClient(PolicyService, writer.transport).reloadConfiguration({});
  await expect.poll(() => cache.decide(shown), { timeout: patience }).toBe("ask");
  expect(await cache.authenticate(shown)).toMatchObject({ outcome: "authenticated" });
  expect(cache.decide(shown)).toMatchObject({ outcome: "authenticated" });
  await cache.close();
  for (const each of [reader, writer]) await each.close();
});
