// Where the time of a registration goes, thread by thread, while the load runs.

import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeBodies } from "./bodies.mjs";
import { loadServer, warmUp } from "./measure.mjs";
import { profileReport } from "./profile-report.mjs";
import { rowNamed } from "./rows.mjs";
import { startMatricula } from "./servers.mjs";

const profiles = fileURLToPath(new URL("profiles/", import.meta.url));

/** Profiles each row on a fresh server and prints what was found. */
export async function profileRows({ build, folder, options }) {
  const bodyFiles = writeBodies(folder);
  mkdirSync(profiles, { recursive: true });
  for (const name of options.rows) {
    const row = rowNamed(name);
    for (const file of profilesOf(name)) rmSync(file);
    const server = await startMatricula({
      build,
      data: join(folder, name),
      nodeOptions: ["--cpu-prof", "--cpu-prof-interval=500", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}.main.cpuprofile`],
      // The service's threads take no options of the command line, but those of the environment.
      environment: { NODE_OPTIONS: `--import=${new URL("profile-thread.mjs", import.meta.url)}`, BENCH_PROFILE: join(profiles, name) },
    });
    await warmUp({ server, row, bodyFiles, options, folder });
    const result = await loadServer({ server, row, bodyFiles, options, folder });
    await server.stop();
    console.log(`${row.title}: ${Math.round(result.perSecond)} a second, fewer than without the profile. A thread that waits in a system call, for the disk say, counts as busy.`);
    for (const file of profilesOf(name)) {
      const profile = JSON.parse(readFileSync(file, "utf8"));
      console.log(`\n${file}\n\n${profileReport(profile, { from: result.from, to: result.to, root: build.root })}`);
    }
  }
}

/** The files of a row, the main thread's first. */
function profilesOf(name) {
  const names = readdirSync(profiles).filter((file) => file.startsWith(`${name}.`) && file.endsWith(".cpuprofile"));
  const main = `${name}.main.cpuprofile`;
  return names.sort((a, b) => Number(b === main) - Number(a === main) || a.localeCompare(b)).map((file) => join(profiles, file));
}
