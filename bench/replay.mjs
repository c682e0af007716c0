// A policy run over all stored clients of a service that runs: how long it takes, what it costs and holds, and what registrations get meanwhile.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { metadata } from "./bodies.mjs";
import { callAtOnce, callFor, openSession } from "./calls.mjs";
import { fillStore } from "./fill.mjs";
import { processMicros } from "./processor-time.mjs";
import { progress } from "./progress.mjs";
import { startMatricula } from "./servers.mjs";
import { percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";

const registration = { path: "/register", body: metadata };
const registrationsInFlight = 16;
/** Milliseconds of registrations alone, to compare. */
const alone = 3_000;

/** What is run: rfc7591 leaves every client as it is; fapi2 refuses each, which is the most that there can be to tell. */
const runs = [
  { policy: "rfc7591", beside: false },
  { policy: "rfc7591", beside: true },
  { policy: "fapi2", beside: false },
];

/** Measures each run over `clients` stored clients. */
export async function measureReplay({ build, folder, clients }) {
  const data = join(folder, "data");
  await (await startMatricula({ build, data })).stop();
  const { seconds } = await fillStore({ build, data, clients });
  progress(`${clients.toLocaleString("en")} clients stored in ${seconds.toFixed(0)} s`);
  const server = await startMatricula({ build, data });
  try {
    const target = { url: server.url, pid: server.pid, ca: server.ca, pki: join(data, "pki") };
    await callAtOnce(target, registration);
    const before = await callFor(target, { request: () => registration, inFlight: registrationsInFlight, milliseconds: alone });
    const rows = [];
    for (const run of runs) rows.push(await measureRun(target, run));
    return { registrationsAlone: before.times.length / (before.milliseconds / 1_000), p99Alone: percentile(before.times, 0.99), rows };
  } finally {
    await server.stop();
  }
}

async function measureRun(target, { policy, beside }) {
  const stop = new AbortController();
  const others = beside ? callFor(target, { request: () => registration, inFlight: registrationsInFlight, milliseconds: Number.POSITIVE_INFINITY, signal: stop.signal }) : undefined;
  const session = openSession(target);
  const start = performance.now();
  const before = processMicros(target.pid);
  let answer;
  let slices = 0;
  let resident = 0;
  do {
    const body = JSON.stringify({ name: policy, all_clients: true, page_size: 500, page_token: answer?.next_page_token ?? "" });
    const { status, body: text } = await session.send({ path: "/matricula.v1.PolicyService/TestPolicy", body });
    if (status !== 200) throw new Error(`TestPolicy was answered ${status}: ${text.slice(0, 500)}`);
    answer = JSON.parse(text);
    slices += 1;
    resident = Math.max(resident, residentMiB(target.pid));
  } while (answer.next_page_token !== undefined && answer.next_page_token !== "");
  const seconds = (performance.now() - start) / 1_000;
  const cpuMicros = processMicros(target.pid) - before;
  session.close();
  stop.abort();
  const registered = await others;
  const row = { policy, tested: answer.tested, refused: answer.refused ?? 0, slices, seconds, cpuMicros: beside ? undefined : cpuMicros / answer.tested, resident };
  progress(`${policy}: ${row.tested.toLocaleString("en")} clients in ${seconds.toFixed(1)} s`);
  return registered === undefined ? row : { ...row, perSecond: registered.times.length / (registered.milliseconds / 1_000), p99: percentile(registered.times, 0.99) };
}

const residentMiB = (pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))[1]) / 1_024;

/** The table, with the registrations alone under it. */
export function replayTable({ registrationsAlone, p99Alone, rows }) {
  const table = textTable(
    ["policy", "clients", "refused", "slices", "seconds", "CPU us a client", "RSS MiB at most", "registrations beside", "their p99 ms"],
    rows.map(({ policy, tested, refused, slices, seconds, cpuMicros, resident, perSecond, p99 }) => [
      policy, tested.toLocaleString("en"), refused.toLocaleString("en"), slices.toLocaleString("en"), seconds.toFixed(1), cpuMicros?.toFixed(1) ?? "", resident.toFixed(0),
      perSecond === undefined ? "" : `${Math.round(perSecond).toLocaleString("en")} a second`, p99?.toFixed(1) ?? "",
    ]),
  );
  return `${table}\n\nRegistrations alone, ${registrationsInFlight} in flight: ${Math.round(registrationsAlone).toLocaleString("en")} a second, p99 ${p99Alone.toFixed(1)} ms.`;
}
