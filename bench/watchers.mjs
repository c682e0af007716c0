// Client caches in a process of their own, each with its own connection, that note when they see a client for the first time. Started by
// watch.mjs: the number of caches, the service's URL, its authority, certificate and key.

import { connect, createClientCache } from "../gen/ts/dist/index.js";

const [count, url, caFile, certFile, keyFile] = process.argv.slice(2);
const seen = new Map();
const opened = await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    const matricula = await connect({ url, caFile, certFile, keyFile });
    const cache = createClientCache({ transport: matricula.transport, reportUses: false });
    await cache.ready;
    const known = new Set();
    cache.onChange(({ kind, clientId }) => {
      // At least once: only the first time counts.
      if (kind !== "changed" || known.has(clientId)) return;
      known.add(clientId);
      // One clock for all processes of the machine.
      const now = Number(process.hrtime.bigint() / 1000n);
      const times = seen.get(clientId);
      if (times === undefined) seen.set(clientId, [now]);
      else times.push(now);
    });
    return { matricula, cache };
  }),
);
const spent = process.cpuUsage();
process.send("ready");
process.on("message", async (question) => {
  if (question === "how many") return void process.send([...seen.values()].reduce((sum, { length }) => sum + length, 0));
  const { user, system } = process.cpuUsage(spent);
  process.send({ seen: [...seen], processorMicroseconds: user + system });
  for (const { cache, matricula } of opened) {
    await cache.close();
    await matricula.close();
  }
  process.disconnect();
});
