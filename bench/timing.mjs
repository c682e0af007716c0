// Whether the time of a refusal tells an unknown client from another's and from a deleted one: node bench/timing.mjs [--calls N].
// The kinds are asked in random order over one connection; dudect.mjs judges. Exit code 1 when any two differ beyond chance.

import { randomInt } from "node:crypto";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { reportTimes } from "./dudect.mjs";
import { startMatricula } from "./servers.mjs";
import { workFolder } from "./work-folder.mjs";

try {
  const { values } = parseArgs({ options: { calls: { type: "string", default: "60000" } } });
  process.exitCode = (await measure(Number(values.calls), workFolder())) ? 0 : 1;
} catch (error) {
  fail(error);
}

async function measure(calls, folder) {
  const server = await startMatricula({ build: currentBuild(), data: join(folder, "data") });
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: server.ca });
  const send = (method, path, token, body) => exchange(server.url, agent, method, path, token, body);
  const register = async () => JSON.parse((await send("POST", "/register", undefined, '{"redirect_uris":["https://client.example/cb"]}')).body);

  const own = await register();
  const foreign = [];
  const deleted = [];
  for (let i = 0; i < 200; i += 1) {
    foreign.push((await register()).client_id);
    const gone = await register();
    await send("DELETE", `/register/${gone.client_id}`, gone.registration_access_token);
    deleted.push(gone.client_id);
  }
  // Of the same form as a real one, and as near to them in the index.
  const unknown = foreign.map((id) => [...id.slice(0, -8), ..."AAAAAAAA"].join(""));
  const kinds = { unknown, foreign, deleted };
  const names = Object.keys(kinds);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let i = -2_000; i < calls; i += 1) {
    const name = names[randomInt(names.length)];
    const id = kinds[name][randomInt(kinds[name].length)];
    const { status, elapsed } = await send("GET", `/register/${id}`, own.registration_access_token);
    if (status !== 401) throw new Error(`${name} was answered with ${status}`);
    if (i >= 0) times[name].push(elapsed);
  }
  agent.destroy();
  await server.stop();

  return reportTimes(times);
}

function exchange(url, agent, method, path, token, body) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const sent = request(new URL(path, url), { method, agent, headers }, (response) => {
      const elapsed = performance.now() - began;
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: text, elapsed }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
