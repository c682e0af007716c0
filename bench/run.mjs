// bench/: what a durable registration costs, at every door, beside a bare server and npm oidc-provider. It starts servers and h2load on
// loopback, counts what is stored, and ends what it started. It imports nothing of src/; what it measures is dist/, so build first.

import { compareBuilds } from "./against.mjs";
import { currentBuild } from "./builds.mjs";
import { requireH2load } from "./load.mjs";
import { machineFacts } from "./machine.mjs";
import { measureRows } from "./measure.mjs";
import { readOptions, usage } from "./options.mjs";
import { profileRows } from "./profile.mjs";
import { comparisonTable, rateTable } from "./report.mjs";
import { writeFileSync } from "node:fs";
import { workFolder } from "./work-folder.mjs";

/** Runs what the command line asks for and resolves with what `--json` writes. */
async function run(options) {
  await requireH2load();
  const build = currentBuild();
  const folder = workFolder(options.folder);
  const machine = machineFacts(folder);
  console.log(machine.sentence);
  const { requests, inFlight, rounds } = options;
  console.log(`${requests} requests a row after a warm-up, ${inFlight} in flight, ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}\n`);
  if (options.profile) {
    await profileRows({ build, folder, options });
    return undefined;
  }
  if (options.against !== undefined) {
    const rows = await compareBuilds({ build, folder, options });
    console.log(comparisonTable(rows, options.against));
    return { machine, options, rows };
  }
  const rows = await measureRows({ builds: [build], folder, options });
  console.log(rateTable(rows));
  return { machine, options, rows };
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
  } else {
    const result = await run(options);
    if (options.json !== undefined && result !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  process.exitCode = 0;
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
