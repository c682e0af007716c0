// Whether the time of a refusal tells an unknown client from another's and from a deleted one: node bench/timing.mjs [--calls N].
// The kinds are asked in random order over one connection; Welch's t-test on the fastest shares of each, as dudect does it
// (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?"). Exit code 1 when any two differ beyond chance.

import { randomInt } from "node:crypto";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { startMatricula } from "./servers.mjs";
import { percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";
import { workFolder } from "./work-folder.mjs";

/** dudect's own: beyond 10 a difference is certain, below 4.5 there is none to be seen. */
const certain = 10;
/** The slowest calls say more about the machine than about the service. */
const shares = [0.5, 0.7, 0.9];

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

  console.log(textTable(["refused", "calls", "p10 us", "p50 us", "p90 us"], names.map((name) => [name, String(times[name].length), ...[0.1, 0.5, 0.9].map((share) => (percentile(times[name], share) * 1_000).toFixed(1))])));
  let worst = 0;
  const lines = [["unknown", "foreign"], ["unknown", "deleted"], ["foreign", "deleted"]].map(([one, other]) => {
    // One cut for both: each kind's own would hide what it is to show.
    const both = [...times[one], ...times[other]];
    const ts = shares.map((share) => {
      const cut = percentile(both, share);
      return welch(times[one].filter((time) => time <= cut), times[other].filter((time) => time <= cut));
    });
    worst = Math.max(worst, ...ts.map(Math.abs));
    return [`${one} and ${other}`, ...ts.map((t) => t.toFixed(2))];
  });
  console.log(`\n${textTable(["t of", ...shares.map((share) => `fastest ${share * 100} %`)], lines)}`);
  console.log(`\nlargest |t| ${worst.toFixed(2)}: ${worst < 4.5 ? "no difference to be seen" : worst < certain ? "not certain" : "THEY DIFFER"}`);
  return worst < certain;
}

/** Welch's t of two samples. */
function welch(one, other) {
  const [a, b] = [moments(one), moments(other)];
  return (a.mean - b.mean) / Math.sqrt(a.variance / one.length + b.variance / other.length);
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
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
