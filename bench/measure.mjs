// Measures rows: a fresh server on a fresh data folder for each, warmed up, loaded, and counted.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bodies, writeBodies } from "./bodies.mjs";
import { sendLoad } from "./load.mjs";
import { progress } from "./progress.mjs";
import { rowNamed } from "./rows.mjs";
import { makeCertificates, startMatricula, startPeer } from "./servers.mjs";
import { median } from "./statistics.mjs";
import { tryOnce } from "./trial.mjs";

/** Requests until the compiler has seen what there is to see. */
const warmUpAtMost = 5_000;

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
        const measured = await measureRow({ row, build, folder: join(folder, `${round}-${name}`), certificates, bodyFiles, options });
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
    ...Object.fromEntries(["perSecond", "p50", "p99", "cpuMicros"].map((figure) => [figure, median(rounds.map((round) => round[figure]))])),
    stored: rounds.every(({ stored }) => stored !== undefined) ? rounds.reduce((sum, { stored }) => sum + stored, 0) : undefined,
    rounds,
  }));
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
  const from = monotonicMicros();
  const cpuBefore = server.cpuMicros();
  const result = await sendLoad({ ...load, requests: options.requests });
  const cpuMicros = (server.cpuMicros() - cpuBefore) / result.answers;
  const to = monotonicMicros();
  const stored = server.clients && server.clients() - clientsBefore;
  if (stored !== undefined && stored !== result.answers) {
    throw new Error(`${row.name}: ${result.answers} registrations were answered and ${stored} are stored`);
  }
  return { ...result, cpuMicros, stored, from, to };
}

/** The clock of a CPU profile. */
const monotonicMicros = () => Number(process.hrtime.bigint() / 1000n);
