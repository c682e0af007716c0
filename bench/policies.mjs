// What policies cost: one decision (p50, p99), and with --clients N a policy run over N stored clients, alone and while clients register.
//
//   node bench/policies.mjs [--clients N]

import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { measureReplay, replayTable } from "./replay.mjs";
import { textTable } from "./text-table.mjs";
import { workFolder } from "./work-folder.mjs";

const decisions = 50_000;
const warmUp = 5_000;

/** Asks that each policy registers, where the common one is not for it. */
const common = { redirect_uris: ["https://client.example/cb", "https://client.example/cb2"], client_name: "Example", scope: "openid profile", software_id: "s", contacts: ["ops@client.example"] };
const asks = { fapi2: { ...common, jwks_uri: "https://client.example/jwks", token_endpoint_auth_signing_alg: "PS256" } };
const measured = ["rfc7591", "services", "mobile", "mcp", "oidc", "fapi2"];

try {
  const { values } = parseArgs({ options: { clients: { type: "string" } } });
  const { root } = currentBuild();
  const load = (name) => import(join(root, "dist", name));
  const { loadConfiguration } = await load("config/configuration.js");
  const { prepareRealm } = await load("serve/realms.js");
  const configuration = loadConfiguration({ overrides: { data: root, open: true } });
  const { realm } = prepareRealm(configuration, configuration.realms.get("default"), "https://127.0.0.1:8443");
  console.log(textTable(["policy", "p50 us", "p99 us"], await Promise.all(measured.map((name) => decisionRow(load, realm, name)))));
  if (values.clients !== undefined) console.log(replayTable(await measureReplay({ build: currentBuild(), folder: workFolder(), clients: Number(values.clients) })));
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
