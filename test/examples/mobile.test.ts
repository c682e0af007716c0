// The reason that the product exists, as its example tells it: one secret of many leaks, and nobody but its installation is the worse for it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { isFull, root } from "../program/program.js";

const run = promisify(execFile);
const installations = isFull ? 1_000 : 100;
/** Milliseconds within which an authorization server refuses what was suspended. */
const patience = 2_000;

interface Numbers {
  readonly installations: number;
  readonly floodGranted: number;
  readonly floodRefused: number;
  readonly refusedAfterMs: number;
  readonly others: number;
  readonly othersCalls: number;
  readonly othersFailed: number;
  readonly all: string;
  readonly allRefusedAfterMs: number;
}

it(`${installations} installations: the one that leaked is refused within two seconds, the others never fail, and all are suspended by one command`, async () => {
  const { stdout } = await run(process.execPath, ["examples/mobile/run.mjs", "--installations", String(installations), "--json"], { cwd: root });
  const numbers = JSON.parse(stdout) as Numbers;
  expect(numbers).toMatchObject({ installations, others: installations - 1, othersFailed: 0, all: `Suspended ${installations - 1} clients.` });
  expect(numbers.floodGranted).toBeGreaterThan(500);
  // A grant after the first refusal would have been counted as the last.
  expect(numbers.floodRefused).toBeGreaterThan(500);
  expect(numbers.refusedAfterMs).toBeLessThan(patience);
  expect(numbers.othersCalls).toBeGreaterThanOrEqual(2 * (installations - 1));
  expect(numbers.allRefusedAfterMs).toBeLessThan(patience);
}, 300_000);
