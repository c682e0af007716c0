// Every requirement on the server has a test that is there, or a decision that says why it has none.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCatalogue, readMap, readMutations, root } from "./catalogue.js";

const catalogue = readCatalogue();
const requirements = catalogue.filter(({ ofServer }) => ofServer);
const map = readMap();
const text = (file: string) => readFileSync(join(root, file), "utf8");

/** A file with the rows that it imports from beside it: what is tested by rows may have them in a file of their own. */
function sources(file: string): string {
  const own = text(file);
  const beside = [...own.matchAll(/from "\.\/([\w-]+)\.js"/g)].map(([, name]) => join(dirname(file), `${name}.ts`));
  return [own, ...beside.filter((path) => existsSync(join(root, path))).map(text)].join("\n");
}

/** A case has its name in a line of its own, an example of a page its heading, a test its name in the source. */
const written = (file: string, test: string) => (file.endsWith(".yaml") ? `- name: ${test}\n` : file.endsWith(".md") ? `\n## ${test}\n` : test);

describe("the map of requirements", () => {
  it("has each requirement on the server, and of those on clients what the server sees to, each once and in the catalogue's order", () => {
    expect(requirements.length).toBeGreaterThan(340);
    const mapped = new Set(map.map(({ id }) => id));
    expect(requirements.filter(({ id }) => !mapped.has(id))).toEqual([]);
    expect(map.map(({ id }) => id)).toEqual(catalogue.filter(({ id }) => mapped.has(id)).map(({ id }) => id));
  });

  it("names tests that are there", () => {
    const gone = map.filter(({ file, test }) => file !== "n/a" && !(existsSync(join(root, file)) && sources(file).includes(written(file, test))));
    expect(gone).toEqual([]);
  });

  it("names for what does not apply a decision that speaks of it", () => {
    const silent = map.filter(({ id, file, test }) => file === "n/a" && !text(test).includes(`\`${id}\``));
    expect(silent).toEqual([]);
  });
});

describe("the rules that can be taken away", () => {
  const mutations = readMutations();

  it("are 40 at least, each of a requirement that has a test", () => {
    expect(mutations.length).toBeGreaterThanOrEqual(40);
    const tested = new Set(map.filter(({ file }) => file !== "n/a").map(({ id }) => id));
    expect(mutations.filter(({ requirement }) => !tested.has(requirement))).toEqual([]);
  });

  it("stand in the sources once, so that each can be taken away", () => {
    const strange = mutations.filter(({ file, find }) => text(file).split(find).length !== 2);
    expect(strange).toEqual([]);
  });
});
