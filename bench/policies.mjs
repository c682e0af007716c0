// What policies cost: one decision (p50, p99), and with --replay N a policy run over N stored clients, beside how long it held up others.
//
//   node bench/policies.mjs [--replay N]

import { create } from "@bufbuild/protobuf";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { TestPolicyRequestSchema } from "../gen/ts/matricula/v1/policy_service_pb.js";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { fillStore } from "./fill.mjs";
import { textTable } from "./text-table.mjs";

const decisions = 50_000;
const warmUp = 5_000;

/** Asks that each policy registers, where the common one is not for it. */
const common = { redirect_uris: ["https://client.example/cb", "https://client.example/cb2"], client_name: "Example", scope: "openid profile", software_id: "s", contacts: ["ops@client.example"] };
const asks = { fapi2: { ...common, jwks_uri: "https://client.example/jwks" } };
const measured = ["rfc7591", "services", "mobile", "mcp", "oidc", "fapi2"];

try {
  const { root } = currentBuild();
  const load = (name) => import(join(root, "dist", name));
  const { loadConfiguration } = await load("config/configuration.js");
  const { prepareRealm } = await load("serve/realms.js");
  const configuration = loadConfiguration({ overrides: { data: root, open: true } });
  const { realm } = prepareRealm(configuration, configuration.realms.get("default"), "https://127.0.0.1:8443");
  console.log(textTable(["policy", "p50 us", "p99 us"], await Promise.all(measured.map((name) => decisionRow(load, realm, name)))));
  const at = process.argv.indexOf("--replay");
  if (at > 0) console.log(await replay(load, realm, Number(process.argv[at + 1])));
} catch (error) {
  fail(error);
}

async function decisionRow(load, realm, name) {
  const { metadataFromJson } = await load("domain/metadata-json.js");
  const { decideRegistration } = await load("domain/registration.js");
  const context = { policy: realm.policies.get(name), customAttributes: realm.customAttributes };
  const times = new Float64Array(decisions);
  for (let i = -warmUp; i < decisions; i++) {
    const asked = metadataFromJson(asks[name] ?? common, realm.customAttributes, []);
    const start = process.hrtime.bigint();
    decideRegistration(asked, context);
    if (i >= 0) times[i] = Number(process.hrtime.bigint() - start) / 1_000;
  }
  times.sort();
  return [name, times[decisions / 2].toFixed(1), times[Math.floor(decisions * 0.99)].toFixed(1)];
}

/** Runs the policy fapi2 over clients that rfc7591 registered: all of them are refused, which is the most that there can be to tell. */
async function replay(load, realm, clients) {
  const { ensureServerKey, serverKeyVersion } = await load("serve/server-key.js");
  const { createRandomBytes } = await load("serve/random.js");
  const { deriveKeys } = await load("service/keys.js");
  const { openSqliteStore } = await load("store/sqlite/store.js");
  const { testPolicy } = await load("service/test-policy.js");
  const { methodNamed } = await load("service/access.js");
  const { waysIn } = await load("service/ways-in/rows.js");
  const data = await mkdtemp(join(tmpdir(), "matricula-replay-"));
  const random = createRandomBytes();
  const key = await ensureServerKey(data, true);
  await fillStore({ build: currentBuild(), data, clients });
  const store = await openSqliteStore({ file: join(data, "matricula.db") });
  const method = methodNamed("matricula.v1.PolicyService.TestPolicy");
  const registry = { store, realms: new Map([["default", realm]]), waysIn: waysIn(), keys: deriveKeys(key, serverKeyVersion, random), clock: { seconds: () => Math.floor(Date.now() / 1_000), milliseconds: () => Date.now() }, randomBytes: random };
  const call = { method, realm, caller: { principal: { kind: "certificate", id: "bench", credentialId: "" }, roles: method.roles }, now: Math.floor(Date.now() / 1_000) };
  const rows = [];
  for (const name of ["rfc7591", "fapi2"]) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    const used = process.cpuUsage();
    let answer;
    let slices = 0;
    let rss = 0;
    do {
      const request = create(TestPolicyRequestSchema, { candidate: { case: "name", value: name }, allClients: true, pageSize: 500, pageToken: answer?.nextPageToken ?? "" });
      answer = await testPolicy(registry, call, request);
      slices += 1;
      rss = Math.max(rss, process.memoryUsage().rss);
    } while (answer.nextPageToken !== "");
    delay.disable();
    const { user, system } = process.cpuUsage(used);
    const seconds = (performance.now() - start) / 1_000;
    rows.push([name, String(answer.tested), String(answer.refused), String(slices), seconds.toFixed(1), ((user + system) / answer.tested).toFixed(1), (delay.percentile(99) / 1e6).toFixed(1), (delay.max / 1e6).toFixed(1), String(Math.round(rss / 2 ** 20))]);
  }
  await store.close();
  await rm(data, { recursive: true });
  return textTable(["policy", "clients", "refused", "slices", "seconds", "cpu us a client", "loop p99 ms", "loop max ms", "rss MiB"], rows);
}
