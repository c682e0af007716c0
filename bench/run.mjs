// bench/: what a durable registration costs, at every door, beside a bare server and npm oidc-provider. It starts servers and h2load on
// loopback, counts what is stored, and ends what it started. It measures dist/, so build first, and imports nothing of src/.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { compareBuilds } from "./against.mjs";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { requireH2load } from "./load.mjs";
import { machineFacts } from "./machine.mjs";
import { measureRows } from "./measure.mjs";
import { readOptions, usage } from "./options.mjs";
import { profileRows } from "./profile.mjs";
import { comparisonTable, noiseWarning, rateTable } from "./report.mjs";
import { measureScale, scaleTable } from "./scale.mjs";
import { measureWatch, watchTable } from "./watch.mjs";
import { workFolder } from "./work-folder.mjs";

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await run(options);
} catch (error) {
  fail(error);
}

async function run(options) {
  if (options.scale === undefined && options.watch === undefined) await requireH2load();
  const build = currentBuild();
  const folder = workFolder(options.folder);
  const { sentence, ...machine } = machineFacts(folder);
  const { requests, inFlight, rounds } = options;
  if (options.watch !== undefined) {
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "gen/ts"], { cwd: build.root, stdio: "inherit" });
    const record = await measureWatch({ build, folder, watchers: options.watch, seconds: options.seconds });
    console.log(`${sentence}\n${record.watchers} caches, ${record.changes} changes at ${record.rate} a second, ${record.missing} not seen\n\n${watchTable(record)}\nprocessor for each change at each cache: ${record.processorMicroseconds.service.toFixed(0)} us in the service, ${record.processorMicroseconds.caches.toFixed(0)} us in the cache`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, options, ...record }, null, 2)}\n`);
    return;
  }
  if (options.scale !== undefined) {
    console.log(`${sentence}\n${options.scale.toLocaleString("en")} clients, ${options.seconds} s a row after a warm-up, ${inFlight} in flight, lists 2 and counts 1\n`);
    const record = await measureScale({ build, folder, clients: options.scale, seconds: options.seconds, inFlight });
    console.log(scaleTable(record));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, options, ...record }, null, 2)}\n`);
    return;
  }
  console.log(`${sentence}\n${requests} requests a turn after a warm-up, ${inFlight} in flight, ${rounds === 1 ? "one round" : `medians of ${rounds} rounds (and the middle half of them)`}\n`);
  if (options.profile) return profileRows({ build, folder, options });

  const records = await (options.against === undefined ? measureRows({ builds: [build], folder, options }) : compareBuilds({ build, folder, options }));
  console.log(options.against === undefined ? rateTable(records) : comparisonTable(records, options.against));
  console.log(noiseWarning(options.against === undefined ? records : records.flatMap(({ before, after }) => [before, after])));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, options, rows: records }, null, 2)}\n`);
}
