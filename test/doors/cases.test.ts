// Every case file at every door. A semantic case has one verdict; a wire case says what each door answers.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCases } from "./case-file.js";
import { doorNames, openDoors, type Doors } from "./doors.js";
import { runCase, type Verdict } from "./run-case.js";
import { runWireCase } from "./run-wire-case.js";
import { doorsOf, readWireCases } from "./wire-file.js";
import { startWorld, type World } from "./world.js";

const folder = join(import.meta.dirname, "../cases");
// In order of their names: the first case of the first file is the book's example.
const files = readdirSync(folder).filter((file) => file.endsWith(".yaml") && file !== "wire.yaml").sort();
const semantic = files.map((file) => ({ file, cases: readCases(join(folder, file)) }));

const wire = readWireCases(join(folder, "wire.yaml"));

let world: World;
let doors: Doors;
beforeAll(async () => {
  world = await startWorld();
  doors = openDoors(world);
});
afterAll(async () => {
  doors.close();
  await world.close();
  const count = semantic.reduce((sum, { cases }) => sum + cases.length, 0);
  console.log(`semantic cases: ${count} x ${doorNames.length} doors, wire cases: ${wire.length}`);
});

describe.each(semantic)("$file", ({ cases }) => {
  test.each(cases)("$name", async (one) => {
    let first: readonly Verdict[] | undefined;
    for (const door of doorNames) {
      const verdicts = await runCase(world, doors, door, one);
      first ??= verdicts;
      expect(verdicts, `${door} says otherwise than the ${doorNames[0]}`).toEqual(first);
    }
  });
});

describe("wire.yaml", () => {
  test.each(wire)("$name", async (one) => {
    world.setClock(0);
    for (const door of doorsOf(one)) await runWireCase(world, door, one);
  });
});

test("no two cases have one name, and the first is the book's example", () => {
  const names = [...semantic.flatMap(({ cases }) => cases), ...wire].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toContain("book's example");
});
