// Measures rows: a server of its own with a data folder of its own for each, all of them running side by side, loaded one at a time in
// short turns. A host that slows down for a while slows every row of a round down, and the ratios of a round stay what they are.

import { mkdirSync } from "node:fs";
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
  const measured = [];
  for (const name of options.rows) {
    for (const build of builds) {
      const row = rowNamed(name);
      measured.push({ row, build, folder: join(folder, `${name}-${measured.length}`), rounds: [] });
    }
  }
  for (const one of measured) {
    one.server = await startServer({ ...one, certificates });
    await warmUp({ ...one, bodyFiles, options });
  }
  for (let round = 1; round <= options.rounds; round++) {
    // Whoever comes second finds a warmer machine: take turns.
    for (const one of round % 2 === 1 ? measured : measured.toReversed()) {
      const result = await loadServer({ ...one, bodyFiles, options });
      one.rounds.push(result);
      progress(`round ${round}, ${one.build.name}, ${one.row.title}: ${Math.round(result.perSecond)} a second`);
    }
  }
  for (const { server } of measured) await server.stop();
  return measured.map(({ row, build, rounds }) => ({
    row: row.name,
    title: row.title,
    build: build.name,
    ...Object.fromEntries(["perSecond", "p50", "p99", "cpuMicros", "others"].map((figure) => [figure, median(rounds.map((round) => round[figure]))])),
    stored: rounds.every(({ stored }) => stored !== undefined) ? rounds.reduce((sum, { stored }) => sum + stored, 0) : undefined,
    rounds,
  }));
}

/** The ratio of two rows in each round: their turns are seconds apart, so that both had the same machine. */
export function ratios(figure, { rounds }, { rounds: others }) {
  return rounds.map((round, index) => round[figure] / others[index][figure]);
}

async function startServer({ row, build, folder, certificates }) {
  mkdirSync(folder);
  return row.server === "matricula" ? await startMatricula({ build, data: join(folder, "data") }) : await startPeer({ name: row.server, certificates, folder });
}

/** Sends one request whose answer is looked at, and then as many as the compiler needs. */
export async function warmUp({ server, row, bodyFiles, options, folder }) {
  await tryOnce({ url: server.url, row, body: bodies[row.body], ca: server.ca });
  const requests = Math.max(options.inFlight, Math.min(warmUpAtMost, options.requests * options.rounds));
  await sendLoad({ url: server.url, row, body: bodyFiles[row.body], inFlight: options.inFlight, requests, folder });
}

/**
 * Loads a server, and counts. `from` and `to` are moments of the monotonic clock, in microseconds. Throws when the store has not exactly
 * one new client for each answer.
 */
export async function loadServer({ server, row, bodyFiles, options, folder }) {
  const clientsBefore = server.clients?.();
  const from = moment(server.pid);
  const result = await sendLoad({ url: server.url, row, body: bodyFiles[row.body], inFlight: options.inFlight, requests: options.requests, folder });
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
