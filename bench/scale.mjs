// What lookups, authentications, lists and counts cost where many clients are stored: a store is filled, the service is started on it, and
// each row is measured beside the bare server, from clients with a certificate, over HTTP/2.

import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { callAtOnce, callFor } from "./calls.mjs";
import { fillStore } from "./fill.mjs";
import { processMicros } from "./processor-time.mjs";
import { progress } from "./progress.mjs";
import { scaleRows } from "./scale-rows.mjs";
import { startMatricula, startPeer } from "./servers.mjs";
import { percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";

/** Milliseconds of load before a row counts. */
const warmUp = 1_000;

/** Calls of a row at least, however long each takes. */
const fewestCalls = 5;

/** Measures all rows over `clients` stored clients. Resolves with one record a row. */
export async function measureScale({ build, folder, clients, seconds, inFlight }) {
  const data = join(folder, "data");
  // The service makes its certificates and its key itself.
  await (await startMatricula({ build, data })).stop();
  const filled = await fillStore({ build, data, clients });
  const bytes = statSync(join(data, "matricula.db")).size;
  progress(`${clients.toLocaleString("en")} clients stored in ${filled.seconds.toFixed(0)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
  const server = await startMatricula({ build, data });
  const records = [];
  try {
    const target = { url: server.url, pid: server.pid, ca: server.ca, pki: join(data, "pki") };
    const bare = await startPeer({ name: "bare", certificates: { certificate: join(data, "pki/server.pem"), key: join(data, "pki/server.key"), ca: server.ca }, folder });
    for (const row of scaleRows(filled)) {
      const to = row.server === "bare" ? { ...target, url: bare.url, pid: bare.pid } : target;
      const record = await measureRow({ row, to, target, seconds, inFlight });
      if (record !== undefined) records.push({ title: row.title, limit: row.limit, ...record });
    }
    await bare.stop();
  } finally {
    await server.stop();
  }
  rmSync(data, { recursive: true });
  return { clients, bytes, fillSeconds: filled.seconds, rows: records };
}

/** One row; undefined for a method that this build does not have. */
async function measureRow({ row, to, target, seconds, inFlight }) {
  const first = await callAtOnce(to, row.request());
  if (first.status === 501 || first.status === 404) return void progress(`${row.title}: this build does not have it, left out`);
  if (first.status > 299) throw new Error(`${row.title}: the first request was answered ${first.status}: ${first.body.slice(0, 500)}`);
  row.check?.(JSON.parse(first.body));
  const load = { request: row.request, inFlight: row.inFlight ?? inFlight };
  const stop = new AbortController();
  const beside = row.beside === undefined ? undefined : callFor(target, { request: row.beside, inFlight: inFlight / 2, milliseconds: Number.POSITIVE_INFINITY, signal: stop.signal });
  if (row.inFlight === undefined) await callFor(to, { ...load, milliseconds: warmUp });
  const before = processMicros(to.pid);
  const result = await callFor(to, { ...load, milliseconds: seconds * 1_000, fewest: fewestCalls });
  const cpuMicros = processMicros(to.pid) - before;
  stop.abort();
  const others = await beside;
  const record = {
    calls: result.times.length,
    perSecond: (result.times.length / result.milliseconds) * 1_000,
    p50: percentile(result.times, 0.5),
    p99: percentile(result.times, 0.99),
    // Of all that the server did meanwhile: beside a registration load it is no call's own.
    cpuMicros: row.beside === undefined ? cpuMicros / result.times.length : undefined,
    besidePerSecond: others === undefined ? undefined : (others.times.length / others.milliseconds) * 1_000,
  };
  progress(`${row.title}: ${record.perSecond.toFixed(1)} a second, p50 ${record.p50.toFixed(1)} ms, p99 ${record.p99.toFixed(1)} ms`);
  return record;
}

/** The table: each row beside the bare server's. */
export function scaleTable({ rows }) {
  const limit = rows.find((row) => row.limit)?.perSecond;
  const figure = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1));
  return textTable(
    ["", "calls", "per second", "p50 ms", "p99 ms", "CPU us each", "of the limit", "registrations beside"],
    rows.map((row) => [
      row.title, row.calls.toLocaleString("en"), figure(row.perSecond), figure(row.p50), figure(row.p99),
      row.cpuMicros === undefined ? "" : Math.round(row.cpuMicros).toLocaleString("en"), `${((100 * row.perSecond) / limit).toFixed(row.perSecond > limit / 100 ? 0 : 2)} %`,
      row.besidePerSecond === undefined ? "" : `${figure(row.besidePerSecond)} a second`,
    ]),
  );
}
