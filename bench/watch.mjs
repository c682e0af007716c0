// How long a change takes from the request that makes it to the client caches of authorization servers: registrations at a steady rate, while
// many caches watch, in a process of their own.

import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processMicros } from "./processor-time.mjs";
import { startMatricula } from "./servers.mjs";
import { percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";

/** Registrations a second: what matters is how long each takes, not how many there can be. */
const rate = 20;
/** The first changes, while everything is still being compiled, do not count. */
const warmUp = 60;
/** How long the caches are waited for at the end. */
const patience = 30_000;

/** Measures; resolves with milliseconds from request to answer, and from request to each cache. */
export async function measureWatch({ build, folder, watchers, seconds }) {
  const data = join(folder, "data");
  const server = await startMatricula({ build, data });
  const pki = (name) => join(data, "pki", name);
  const caches = fork(fileURLToPath(new URL("watchers.mjs", import.meta.url)), [String(watchers), server.url, pki("ca.pem"), pki("admin.pem"), pki("admin.key")], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ask = async (question) => {
    const answer = once(caches, "message");
    caches.send(question);
    return (await answer)[0];
  };
  try {
    await once(caches, "message");
    const agent = new Agent({ keepAlive: true, ca: server.ca, maxSockets: 4 });
    const sent = new Map();
    const answers = [];
    const calls = [];
    let before = 0;
    for (let i = 0; i < warmUp + rate * seconds; i += 1) {
      if (i === warmUp) before = processMicros(server.pid);
      const counts = i >= warmUp;
      calls.push(register(server.url, agent, (clientId, from, until) => counts && (sent.set(clientId, from), answers.push((until - from) / 1000))));
      await sleep(1000 / rate);
    }
    await Promise.all(calls);
    const expected = sent.size * watchers;
    const wanted = (warmUp + sent.size) * watchers;
    for (const until = performance.now() + patience; performance.now() < until && (await ask("how many")) < wanted; ) await sleep(200);
    const { seen, processorMicroseconds } = await ask("tell");
    const spent = processMicros(server.pid) - before;
    agent.destroy();
    const times = new Map(seen);
    const arrivals = [...sent].flatMap(([clientId, from]) => (times.get(clientId) ?? []).map((at) => (at - from) / 1000));
    return {
      watchers, rate, changes: sent.size, missing: expected - arrivals.length, answer: figures(answers), arrival: figures(arrivals),
      // Of the service, its registrations included, and of the caches.
      processorMicroseconds: { service: spent / expected, caches: processorMicroseconds / wanted },
    };
  } finally {
    if (caches.connected) caches.disconnect();
    caches.kill();
    await server.stop();
    rmSync(data, { recursive: true });
  }
}

const figures = (values) => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99), longest: Math.max(...values) });

function register(url, agent, done) {
  const body = JSON.stringify({ redirect_uris: ["https://client.example/callback"], client_name: "A change" });
  const from = Number(process.hrtime.bigint() / 1000n);
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/register`, { method: "POST", agent, headers: { "content-type": "application/json", "content-length": body.length } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk)).on("end", () => {
        if (response.statusCode !== 201) return reject(new Error(`registration was answered ${response.statusCode}: ${text}`));
        done(JSON.parse(text).client_id, from, Number(process.hrtime.bigint() / 1000n));
        resolve();
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The table. */
export function watchTable({ answer, arrival }) {
  const row = (title, { p50, p99, longest }) => [title, p50.toFixed(1), p99.toFixed(1), longest.toFixed(1)];
  return textTable(["milliseconds from the request", "p50", "p99", "longest"], [row("to its answer: on disk", answer), row("to a cache", arrival)]);
}
