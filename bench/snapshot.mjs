// What a snapshot costs, on each side: a client cache fills from a service that has many clients.
//
//   node bench/snapshot.mjs [--clients N]

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentBuild } from "./builds.mjs";
import { fail } from "./children.mjs";
import { fillStore } from "./fill.mjs";
import { processMicros } from "./processor-time.mjs";
import { startMatricula } from "./servers.mjs";
import { median } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";
import { workFolder } from "./work-folder.mjs";

const rounds = 3;

try {
  const { values } = parseArgs({ options: { clients: { type: "string", default: "20000" } } });
  const clients = Number(values.clients);
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "gen/ts"], { cwd: currentBuild().root, stdio: "inherit" });
  const { connect, createClientCache } = await import("../gen/ts/dist/index.js");
  const build = currentBuild();
  const data = join(workFolder(), "data");
  await (await startMatricula({ build, data })).stop();
  await fillStore({ build, data, clients });
  const server = await startMatricula({ build, data });
  const pki = (name) => join(data, "pki", name);
  const matricula = await connect({ url: server.url, caFile: pki("ca.pem"), certFile: pki("admin.pem"), keyFile: pki("admin.key") });
  const rows = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const [before, own] = [processMicros(server.pid), processMicros(process.pid)];
    const cache = createClientCache({ transport: matricula.transport, reportUses: false });
    await cache.ready;
    rows.push({ seconds: (performance.now() - start) / 1_000, service: (processMicros(server.pid) - before) / clients, reader: (processMicros(process.pid) - own) / clients });
    if (cache.size !== clients) throw new Error(`the cache has ${cache.size} clients of ${clients}`);
    await cache.close();
  }
  await matricula.close();
  await server.stop();
  const of = (name) => median(rows.map((row) => row[name])).toFixed(1);
  console.log(textTable(["clients", "seconds", "service, us a client", "cache, us a client"], [[clients.toLocaleString("en"), of("seconds"), of("service"), of("reader")]]));
} catch (error) {
  fail(error);
}
