// Says how the requirements of docs/requirements.md are met: npm run requirements. With --mutate, takes rules away one at a time and runs
// the test that the map names for each: it must fail. --mutate N takes N of them, spread over the list; --mutate ID ... those of requirements.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const table = (file) => readFileSync(join(root, file), "utf8").trimEnd().split("\n").slice(1).map((line) => line.split("\t"));
const map = new Map(table("test/requirements/map.tsv").map(([id, file, test]) => [id, { file, test }]));

const chapters = [];
for (const line of readFileSync(join(root, "docs/requirements.md"), "utf8").split("\n")) {
  const heading = /^## (\d+\..*)/.exec(line);
  if (heading) chapters.push({ title: heading[1], tested: 0, apart: [] });
  const id = /^\| ([A-Z0-9]+-\d+) \|/.exec(line)?.[1];
  const row = map.get(id);
  if (row === undefined) continue;
  if (row.file === "n/a") chapters.at(-1).apart.push(id);
  else chapters.at(-1).tested += 1;
}

function report() {
  for (const { title, tested, apart } of chapters.filter(({ tested, apart }) => tested + apart.length > 0)) {
    console.log(`${title}: ${tested} with a test, ${apart.length} that do not apply`);
  }
  console.log(`\nWhat does not apply (docs/decisions/0014): ${chapters.flatMap(({ apart }) => apart).join(" ")}`);
}

/** The beginning of a name, as a pattern: the runner shows no more of a long one, and writes quotes and placeholders its own way. */
const beginning = (test) => test.slice(0, 30).replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/['"]/g, ".*").replace(/%[a-z]|\\\$\w+/g, ".*").trimEnd();

/** Where a mapped test is run: cases and pages have a file of tests that runs them all. */
function runnerOf({ file, test }) {
  if (file.startsWith("test/cases/")) return ["test/doors/cases.test.ts", beginning(test)];
  if (file.startsWith("docs/policies/")) return ["test/doors/pages.test.ts", beginning(test)];
  return [file, beginning(test)];
}

function isNoticed([requirement, file, find, replace = ""]) {
  const [runner, name] = runnerOf(map.get(requirement));
  const result = spawnSync("npx", ["vitest", "run", runner, "-t", name, "--reporter=json", "--silent"], {
    cwd: root, encoding: "utf8", env: { ...process.env, MATRICULA_MUTATION: JSON.stringify({ file, find, replace }) },
  });
  const { numFailedTests, numTotalTests, numPendingTests } = JSON.parse(result.stdout.slice(result.stdout.indexOf("{")));
  return { ran: numTotalTests - numPendingTests, failed: numFailedTests };
}

function choose(asked) {
  const all = table("test/requirements/mutations.tsv");
  if (asked.length === 0) return all;
  const count = Math.min(Number(asked[0]), all.length);
  if (Number.isNaN(count)) return all.filter(([id]) => asked.includes(id));
  return all.filter((_, i) => Math.floor((i * count) / all.length) !== Math.floor(((i - 1) * count) / all.length));
}

function mutate(chosen) {
  let unnoticed = 0;
  for (const mutation of chosen) {
    const { ran, failed } = isNoticed(mutation);
    if (failed === 0) unnoticed += 1;
    const taken = /=== "(.*)"\)/.exec(mutation[3] ?? "")?.[1] ?? mutation[2].trim();
    console.log(`${failed > 0 ? "noticed" : "NOT NOTICED"}  ${mutation[0].padEnd(8)} ${mutation[1]} without ${taken} (${failed} of ${ran} tests)`);
  }
  console.log(`${chosen.length - unnoticed} of ${chosen.length} rules are missed when they are gone`);
  return unnoticed === 0;
}

const at = process.argv.indexOf("--mutate");
if (at < 0) report();
else if (!mutate(choose(process.argv.slice(at + 1)))) process.exitCode = 1;
