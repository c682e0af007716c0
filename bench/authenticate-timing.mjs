// Whether the time of a verdict tells a wrong secret from an unknown client and from a deleted one: node bench/authenticate-timing.mjs
// [--calls N]. The kinds are asked in random order over one connection; dudect.mjs judges. Exit code 1 when any two differ beyond chance.

import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { reportTimes } from "./dudect.mjs";
import { startMatricula } from "./servers.mjs";
import { workFolder } from "./work-folder.mjs";

const clientsOfAKind = 200;

try {
  const { values } = parseArgs({ options: { calls: { type: "string", default: "60000" } } });
  process.exitCode = (await measure(Number(values.calls), workFolder())) ? 0 : 1;
} catch (error) {
  fail(error);
}

async function measure(calls, folder) {
  const data = join(folder, "data");
  const server = await startMatricula({ build: currentBuild(), data });
  const pki = (name) => readFileSync(join(data, "pki", name));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: server.ca, cert: pki("admin.pem"), key: pki("admin.key") });
  const send = (method, path, body) => exchange(server.url, agent, method, path, body);
  const call = (name, body) => send("POST", `/matricula.v1.${name}`, body);
  const register = async () => JSON.parse((await send("POST", "/register", { redirect_uris: ["https://client.example/cb"], token_endpoint_auth_method: "client_secret_post" })).body);

  const own = await register();
  const wrong = [];
  const deleted = [];
  for (let i = 0; i < clientsOfAKind; i += 1) {
    wrong.push((await register()).client_id);
    const gone = (await register()).client_id;
    await call("RegistrationService/DeleteClient", { client_id: gone });
    deleted.push(gone);
  }
  // Of the same form as a real one, and as near to them in the index.
  const unknown = wrong.map((id) => [...id.slice(0, -8), ..."AAAAAAAA"].join(""));
  const kinds = { wrong, unknown, deleted };
  const reasons = { wrong: "BAD_CREDENTIAL", unknown: "UNKNOWN", deleted: "DELETED" };
  const names = Object.keys(kinds);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let i = -2_000; i < calls; i += 1) {
    const name = names[randomInt(names.length)];
    const id = kinds[name][randomInt(kinds[name].length)];
    const { body, elapsed } = await call("ClientDirectoryService/AuthenticateClient", { client_id: id, client_secret: own.client_secret });
    if (!body.includes(`INVALID_CLIENT_REASON_${reasons[name]}`)) throw new Error(`${name} was answered with ${body}`);
    if (i >= 0) times[name].push(elapsed);
  }
  agent.destroy();
  await server.stop();
  return reportTimes(times);
}

function exchange(url, agent, method, path, body) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request(new URL(path, url), { method, agent, headers: { "content-type": "application/json" } }, (response) => {
      const elapsed = performance.now() - began;
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: text, elapsed }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
