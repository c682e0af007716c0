import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { firstBrokenLink } from "../../src/store/chain.js";
import { openSqliteStore } from "../../src/store/sqlite/store.js";
import { query } from "../store/samples.js";
import { cleanDirectories, temporaryDirectory } from "../store/temporary.js";
import { straceWorks, trace } from "./strace.js";

cleanDirectories();

const driver = fileURLToPath(new URL("driver.mjs", import.meta.url));
/** Runs the driver with a failing call in each thread, then opens what it left. `only` narrows the faults to calls on the database file. */
async function runAndReopen(inject: string, { units = 200, only = false } = {}) {
  const directory = temporaryDirectory();
  const file = join(directory, "matricula.db");
  const { stdout } = await trace([process.execPath, driver, file, String(units)], {
    traceFile: join(directory, "trace"),
    calls: ["fdatasync", "fsync", "pwrite64"],
    inject: [inject],
    paths: only ? [file] : [],
  });
  const lines = stdout.trimEnd().split("\n");
  const store = await openSqliteStore({ file });
  const kept = new Set((await store.lister.list(query({ limit: units }))).map(({ client }) => client.clientId));
  const brokenLink = firstBrokenLink(store.changes.after(0, units));
  await store.close();
  const acknowledged = lines.flatMap((line) => (line.startsWith("ack ") ? [line.slice(4)] : []));
  return { lines, acknowledged, lost: acknowledged.filter((clientId) => !kept.has(clientId)), brokenLink };
}

describe.skipIf(!straceWorks())("a failed sync or write (needs strace)", () => {
  // Up to 7 they fall into opening, from 8 on into writing, one a batch. 2 and 6 are SQLite's own syncs of the directory, whose failure it
  // ignores; 7 is the store's sync of the directory after its first write, which makes up for both.
  test.each([1, 3, 4, 5, 7, 8, 12])("EIO at sync %i stops writing and loses nothing that was acknowledged", { timeout: 30_000 }, async (ordinal) => {
    const { lines, lost, brokenLink } = await runAndReopen(`fdatasync,fsync:error=EIO:when=${ordinal}`);
    expect(lost).toEqual([]);
    expect(brokenLink).toBeUndefined();
    const firstRefusal = lines.findIndex((line) => line.startsWith("refused "));
    const opened = lines.includes("open");
    expect(opened ? lines.at(-1) : lines.at(-1)?.split(" ")[0]).toBe(opened ? "end false" : "cannot-open");
    if (opened) expect(lines.slice(firstRefusal, -1).every((line) => /^refused \S+ store_unavailable undefined$/.test(line))).toBe(true);
  });

  test("EIO at the sync of a checkpoint stops writing, though it concerns no batch", { timeout: 240_000 }, async () => {
    // The first sync of the database file falls into opening; 6,000 units are more than one checkpoint's worth.
    const { lines, acknowledged, lost } = await runAndReopen("fdatasync,fsync:error=EIO:when=2", { units: 6000, only: true });
    expect(lost).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(1000);
    expect(lines.at(-1)).toBe("end false");
  });

  test("EIO at a write stops writing and loses nothing that was acknowledged", { timeout: 30_000 }, async () => {
    // The schema takes the first sixty or so; the hundredth is a batch's.
    const { lines, acknowledged, lost } = await runAndReopen("pwrite64:error=EIO:when=100");
    expect(lost).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(lines.at(-1)).toBe("end false");
  });

  test("ENOSPC at some writes refuses with a time, and writing goes on when they succeed", { timeout: 30_000 }, async () => {
    const { lines, lost, brokenLink } = await runAndReopen("pwrite64:error=ENOSPC:when=100..104");
    expect(lost).toEqual([]);
    expect(brokenLink).toBeUndefined();
    expect(lines.filter((line) => /^refused \S+ store_unavailable 5$/.test(line)).length).toBeGreaterThan(0);
    expect(lines.at(-1)).toBe("end true");
    expect(lines.at(-2)).toMatch(/^ack /);
  });
});
