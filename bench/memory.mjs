// Whether memory grows with the number of clients: resident memory after 20,000 registrations and after 200,000 (--small: a tenth of each,
// where the start still weighs and the verdict is a hint). Exit code 1 when the full run is above what is allowed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { writeBodies } from "./bodies.mjs";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { requireH2load, sendLoad } from "./load.mjs";
import { rowNamed } from "./rows.mjs";
import { startMatricula } from "./servers.mjs";
import { textTable } from "./text-table.mjs";
import { workFolder } from "./work-folder.mjs";

const allowedMiB = 32;
const inFlight = 64;

/** How long the server is left alone before it is looked at. */
const idleMs = 3_000;

try {
  const { values } = parseArgs({ options: { small: { type: "boolean", default: false }, folder: { type: "string" } } });
  await requireH2load();
  const within = await measureMemory({ counts: values.small ? [2_000, 20_000] : [20_000, 200_000], folder: workFolder(values.folder) });
  process.exitCode = within || values.small ? 0 : 1;
} catch (error) {
  fail(error);
}

/** Prints both samples and resolves with whether the difference is allowed. Throws when a registration is not stored. */
async function measureMemory({ counts, folder }) {
  const row = rowNamed("gateway-h1");
  const body = writeBodies(folder)[row.body];
  const server = await startMatricula({ build: currentBuild(), data: join(folder, "data") });
  const samples = [];
  let sent = 0;
  for (const count of counts) {
    const { perSecond } = await sendLoad({ url: server.url, row, body, requests: count - sent, inFlight, folder });
    sent = count;
    const stored = server.clients();
    if (stored !== count) throw new Error(`${count} registrations were answered and ${stored} are stored`);
    await wait(idleMs);
    samples.push({ count, perSecond, ...residentMiB(server.pid) });
  }
  await server.stop();
  console.log(
    textTable(
      ["registrations", "resident MiB", "of it not of files", "peak MiB", "per second"],
      samples.map(({ count, resident, anonymous, peak, perSecond }) => [count.toLocaleString("en"), ...[resident, anonymous, peak].map((mib) => mib.toFixed(1)), Math.round(perSecond).toLocaleString("en")]),
    ),
  );
  const difference = samples[1].resident - samples[0].resident;
  const within = difference <= allowedMiB;
  console.log(`\n${difference.toFixed(1)} MiB more after ${counts[1].toLocaleString("en")} than after ${counts[0].toLocaleString("en")}: ${within ? "at most" : "MORE THAN"} the ${allowedMiB} MiB allowed`);
  return within;
}

/** What Linux says of the process's memory. */
function residentMiB(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)[1]) / 1024;
  return { resident: field("VmRSS"), anonymous: field("RssAnon"), peak: field("VmHWM") };
}
