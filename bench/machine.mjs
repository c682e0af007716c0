import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { median } from "./statistics.mjs";

/** Linux's number for tmpfs, where a sync does nothing. */
const tmpfs = 0x01021994;

/** What the figures depend on: kept with them, because only ratios travel from one machine to another. */
export function machineFacts(folder) {
  const sync = syncMicros(folder);
  const inMemory = statfsSync(folder).type === tmpfs;
  const facts = { cores: cpus().length, cpu: cpus()[0]?.model ?? "unknown", node: process.version, load: loadavg()[0], syncMicros: sync, inMemory };
  const warning = inMemory ? `\nWARNING: ${folder} is in memory, so nothing here is durable: name a folder on a disk with --folder` : "";
  return {
    ...facts,
    sentence: `${facts.cores} cores (${facts.cpu}), Node ${facts.node}, load ${facts.load.toFixed(2)} at the start, ${sync.toFixed(0)} us to write and sync 4 KiB${warning}`,
  };
}

function syncMicros(folder) {
  const file = openSync(join(folder, "sync"), "w");
  const page = Buffer.alloc(4096);
  const times = [];
  for (let i = 0; i < 50; i++) {
    const start = process.hrtime.bigint();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  closeSync(file);
  return median(times);
}
