// Measures rows: a fresh server on a fresh data folder for each, warmed up, loaded, and counted.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bodies, writeBodies } from "./bodies.mjs";
import { sendLoad } from "./load.mjs";
import { machineMicros, processMicros } from "./processor-time.mjs";
import { progress } from "./progress.mjs";
import { rowNamed } from "./rows.mjs";
import { makeCertificates, startMatricula, startPeer } from "./servers.mjs";
import { median } from "./statistics.mjs";
import { tryOnce } from "./trial.mjs";

/** Requests until the compiler has seen what there is to see. */
const warmUpAtMost = 5_000;

/** The share of the machine that other programs may use before a rate says more of them than of the server. */
export const othersAtMost = 0.1;

/**
 * Measures each row of each build in turns, round by round. Resolves with one record a row and build: medians, and what each round said.
 */
export async function measureRows({ builds, folder, options }) {
  const bodyFiles = writeBodies(folder);
  const certificates = await makeCertificates({ build: builds[0], folder });
  const results = new Map();
  for (let round = 1; round <= options.rounds; round++) {
    // Whoever comes second finds a warmer machine: take turns.
    const order = round % 2 === 1 ? builds : builds.toReversed();
    for (const name of options.rows) {
      for (const build of order) {
        const row = rowNamed(name);
        const measured = await leastDisturbed(options.repeat, () => measureRow({ row, build, folder: join(folder, "row"), certificates, bodyFiles, options }));
        const key = `${name} ${build.name}`;
        const record = results.get(key) ?? { row: name, title: row.title, build: build.name, rounds: [] };
        record.rounds.push(measured);
        results.set(key, record);
        progress(`round ${round}, ${build.name}, ${row.title}: ${Math.round(measured.perSecond)} a second`);
      }
    }
  }
  return [...results.values()].map(({ rounds, ...record }) => ({
    ...record,
    ...Object.fromEntries(["perSecond", "p50", "p99", "cpuMicros", "others"].map((figure) => [figure, median(rounds.map((round) => round[figure]))])),
    stored: rounds.every(({ stored }) => stored !== undefined) ? rounds.reduce((sum, { stored }) => sum + stored, 0) : undefined,
    rounds,
  }));
}

/** Measures once, and again up to `repeat` times while others use the machine. Which measurement counts does not depend on its rate. */
async function leastDisturbed(repeat, measureOnce) {
  let best = await measureOnce();
  for (let again = 0; again < repeat && best.others > othersAtMost; again++) {
    const next = await measureOnce();
    if (next.others < best.others) best = next;
  }
  return best;
}

/** One row once. Throws when the store has not exactly one new client for each answer. */
async function measureRow({ row, build, folder, certificates, bodyFiles, options }) {
  mkdirSync(folder);
  const server = row.server === "matricula" ? await startMatricula({ build, data: join(folder, "data") }) : await startPeer({ name: row.server, certificates, folder });
  const result = await loadServer({ server, row, bodyFiles, options, folder });
  await server.stop();
  rmSync(folder, { recursive: true });
  return result;
}

/** Warms a server up, loads it, and counts. `from` and `to` are moments of the monotonic clock, in microseconds. */
export async function loadServer({ server, row, bodyFiles, options, folder }) {
  await tryOnce({ url: server.url, row, body: bodies[row.body], ca: server.ca });
  const load = { url: server.url, row, body: bodyFiles[row.body], inFlight: options.inFlight, folder };
  await sendLoad({ ...load, requests: Math.max(options.inFlight, Math.min(options.requests, warmUpAtMost)) });
  const clientsBefore = server.clients?.();
  const from = moment(server.pid);
  const result = await sendLoad({ ...load, requests: options.requests });
  const to = moment(server.pid);
  const stored = server.clients && server.clients() - clientsBefore;
  if (stored !== undefined && stored !== result.answers) {
    throw new Error(`${row.name}: ${result.answers} registrations were answered and ${stored} are stored`);
  }
  const machine = { busy: to.machine.busy - from.machine.busy, all: to.machine.all - from.machine.all };
  return {
    ...result,
    cpuMicros: (to.server - from.server) / result.answers,
    // The rest of the machine's work is neither the server's nor that of this process and of h2load.
    others: Math.max(0, (machine.busy - (to.server - from.server) - (to.load - from.load)) / machine.all),
    stored,
    from: from.clock,
    to: to.clock,
  };
}

/** The clock of a CPU profile, and what the processors have done so far. */
function moment(pid) {
  return {
    clock: Number(process.hrtime.bigint() / 1000n),
    server: processMicros(pid),
    load: processMicros(process.pid, { children: true }),
    machine: machineMicros(),
  };
}
