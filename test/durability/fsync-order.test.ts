import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cleanDirectories, temporaryDirectory } from "../store/temporary.js";
import { straceWorks, trace } from "./strace.js";
import { acknowledgementsByContent, unsynced, walSyncs } from "./sync-order.js";

cleanDirectories();

const driver = fileURLToPath(new URL("driver.mjs", import.meta.url));
const calls = ["fdatasync", "fsync", "pwrite64", "pwritev", "write", "writev", "sendto", "sendmsg"];

/** 1,000 for a release, fewer in CI. */
const units = Number(process.env["MATRICULA_DURABILITY_UNITS"] ?? 200);
const patience = 30_000 + units * 100;

async function run(options: { readonly synchronous?: "NORMAL"; readonly inject?: readonly string[] } = {}) {
  const directory = temporaryDirectory();
  const command = [process.execPath, driver, join(directory, "matricula.db"), String(units), options.synchronous ?? "FULL"];
  const traced = await trace(command, { traceFile: join(directory, "trace"), calls, inject: options.inject ?? [] });
  const acknowledged = traced.stdout.split("\n").flatMap((line) => (line.startsWith("ack ") ? [line.slice(4)] : []));
  const pairs = acknowledgementsByContent(traced.calls, acknowledged, (call, unit) => call.args.includes(`"ack ${unit}`));
  return { acknowledged, pairs, early: unsynced(traced.calls, pairs), syncs: walSyncs(traced.calls).length };
}

describe.skipIf(!straceWorks())("an acknowledged unit is on disk (needs strace)", () => {
  test("no answer was written before the sync of its batch returned", { timeout: patience }, async () => {
    const { acknowledged, early, syncs } = await run();
    expect(acknowledged).toHaveLength(units);
    expect(early).toEqual([]);
    expect(syncs).toBeGreaterThan(1);
  });

  test("nor with a disk that takes 200 ms for each sync", { timeout: patience }, async () => {
    const { acknowledged, early } = await run({ inject: ["fdatasync,fsync:delay_exit=200000"] });
    expect(acknowledged).toHaveLength(units);
    expect(early).toEqual([]);
  });

  test("control: with synchronous=NORMAL the same test finds answers without a sync", { timeout: patience }, async () => {
    const { acknowledged, pairs, early } = await run({ synchronous: "NORMAL" });
    expect(acknowledged).toHaveLength(units);
    expect(pairs.every(({ begun }) => Number.isFinite(begun))).toBe(true);
    expect(early.length).toBeGreaterThan(units / 2);
  });
});
