// The examples of the pages about policies, and the most common mistakes, run at every door: what is written there is what happens.

import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { readyMadePolicies } from "../../src/config/ready-made.js";
import { doorNames, openDoors, type Doors } from "./doors.js";
import { pageForm, readPage, writePage } from "./page.js";
import { startWorld, type World } from "./world.js";

const policies = [...readyMadePolicies().keys()];
const pages = [
  ...policies.map((name) => ({ file: `docs/policies/${name}.md`, realm: `ready-${name}` })),
  { file: "docs/mistakes.md", realm: "ready-services" },
].map((page) => ({ ...page, examples: readPage(page.file) }));

let world: World;
let doors: Doors;
beforeAll(async () => {
  world = await startWorld();
  doors = openDoors(world);
});
afterAll(async () => {
  doors.close();
  await world.close();
});

describe.each(pages)("$file", ({ file, realm, examples }) => {
  const written: string[] = [];
  it.each(examples)("$name", async ({ as, jsonOnly, request, said }) => {
    const actor = as === undefined ? {} : { identity: as };
    for (const door of jsonOnly ? doorNames.slice(0, 1) : doorNames) {
      const outcome = await doors.perform(door, { kind: "register", realm, metadata: request }, actor);
      if (door === doorNames[0]) written.push(pageForm(outcome));
      if (process.env["WRITE_PAGES"] === undefined) expect(pageForm(outcome), door).toBe(said);
    }
  });
  afterAll(() => {
    if (process.env["WRITE_PAGES"] !== undefined) writePage(file, written);
  });
});

test("every ready-made policy has its page, and every page its policy", () => {
  const files = readdirSync("docs/policies").filter((file) => file !== "README.md").map((file) => file.replace(/\.md$/, ""));
  expect(files.sort()).toEqual([...policies].sort());
});

test("twenty common mistakes are told", () => expect(readPage("docs/mistakes.md").length).toBeGreaterThanOrEqual(20));
