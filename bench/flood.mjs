// Whether a flood on the open door locks out those who show a credential: node bench/flood.mjs [--seconds N] [--addresses N]
// [--connections N]. Callers with an initial access token and with a certificate register at a fixed pace, first alone and then beside the
// flood. Exit code 1 when fewer than 99.9 % of their calls succeed in it.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { currentBuild } from "./builds.mjs";
import { fail, startChild } from "./children.mjs";
import { startMatricula } from "./servers.mjs";
import { percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";
import { workFolder } from "./work-folder.mjs";

/** Calls a second of each kind of caller, and milliseconds until one that is not answered has failed. */
const pace = 25;
const patience = 5_000;
const neededShare = 0.999;

/** What the open door admits a second from one address; the flood offers a multiple of it. */
const admittedPerMinute = 60;

const body = readFileSync(new URL("body.json", import.meta.url), "utf8");
const service = JSON.stringify({ metadata: { grant_types: ["client_credentials"], token_endpoint_auth_method: "client_secret_basic" } });

try {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "120" }, addresses: { type: "string", default: "64" }, connections: { type: "string", default: "4" }, depth: { type: "string", default: "4" } },
  });
  process.exitCode = (await measure(values, workFolder())) ? 0 : 1;
  process.exit();
} catch (error) {
  fail(error);
}

async function measure({ seconds, addresses, connections, depth }, folder) {
  const data = join(folder, "data");
  const config = join(folder, "matricula.yaml");
  writeFileSync(
    config,
    `realms: {default: {ways_in: {open: {enabled: true}}}}\nlimits: {rates: {network: {burst: ${admittedPerMinute}, per_minute: ${admittedPerMinute}}}}\n`,
  );
  const server = await startMatricula({ build: currentBuild(), data, config });
  const file = (name) => join(data, "pki", name);
  const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  // Its own, so that the flood's many addresses and these callers share nothing but the service.
  const made = JSON.parse(execFileSync(process.execPath, [main, "token", "create", "--data", data, "--json", "--show-secret"], { encoding: "utf8" }));
  const callers = [
    { name: "initial access token, HTTP/1.1", path: "/register", body, headers: { authorization: `Bearer ${made.token}` } },
    { name: "certificate, Connect", path: "/matricula.v1.RegistrationService/RegisterClient", body: service, cert: readFileSync(file("admin.pem")), key: readFileSync(file("admin.key")) },
  ].map((caller) => ({ ...caller, agent: new Agent({ keepAlive: true, maxSockets: 32, ca: server.ca, cert: caller.cert, key: caller.key }) }));

  await callAll(server.url, callers, 3);
  const idle = await callAll(server.url, callers, Math.min(20, Number(seconds)));
  const flooder = startChild(process.execPath, [fileURLToPath(new URL("flooder.mjs", import.meta.url)), server.url, file("ca.pem"), addresses, connections, depth], { stdio: ["ignore", "pipe", "inherit"] });
  const answers = {};
  let counting = false;
  createInterface({ input: flooder.stdout }).on("line", (line) => {
    if (counting) for (const [name, count] of Object.entries(JSON.parse(line))) answers[name] = (answers[name] ?? 0) + count;
  });
  // Until all its connections are there.
  await wait(5_000);
  counting = true;
  const flooded = await callAll(server.url, callers, Number(seconds));
  counting = false;
  flooder.kill("SIGKILL");
  const stored = server.clients();
  await server.stop();

  const line = (when, { name, times, failures }) => {
    const calls = times.length + failures.length;
    return [`${name}, ${when}`, String(calls), `${((100 * times.length) / calls).toFixed(3)} %`, ...[0.5, 0.99].map((share) => percentile(times, share).toFixed(1))];
  };
  console.log(textTable(["caller", "calls", "succeeded", "p50 ms", "p99 ms"], [...idle.map((row) => line("alone", row)), ...flooded.map((row) => line("in the flood", row))]));
  for (const { name, failures } of flooded) if (failures.length > 0) console.log(`\n${name}: ${[...new Set(failures)].join(", ")}`);
  const perSecond = (name) => Math.round((answers[name] ?? 0) / Number(seconds));
  const capacity = (Number(addresses) * admittedPerMinute) / 60;
  console.log(
    `\nflood: ${addresses} addresses, ${Number(addresses) * Number(connections)} connections; answers a second: ${Object.keys(answers).map((name) => `${perSecond(name)} x ${name}`).join(", ")}` +
      `\nthe open door admits ${capacity} a second from them, so ${((perSecond("201") + perSecond("429") + perSecond("503")) / capacity).toFixed(0)} times that was offered; ${stored} clients are stored`,
  );
  return flooded.every(({ times, failures }) => times.length / (times.length + failures.length) >= neededShare);
}

/** Calls by all callers, each at its pace whatever becomes of the calls before. */
async function callAll(url, callers, seconds) {
  return Promise.all(
    callers.map(async (caller) => {
      const times = [];
      const failures = [];
      const calls = [];
      const start = performance.now();
      for (let i = 0; i < seconds * pace; i += 1) {
        await wait(Math.max(0, start + (i * 1_000) / pace - performance.now()));
        const began = performance.now();
        calls.push(call(url, caller).then(() => times.push(performance.now() - began), (error) => failures.push(error.message)));
      }
      await Promise.all(calls);
      return { name: caller.name, times, failures };
    }),
  );
}

function call(url, { path, headers, body: content, agent }) {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method: "POST", agent, headers: { "content-type": "application/json", ...headers }, signal: AbortSignal.timeout(patience) }, (response) => {
      response.resume();
      response.on("end", () => (response.statusCode === 200 || response.statusCode === 201 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(content);
  });
}
