// Sums the runners' own reports into one line. A suite that reports no tests is a failure; so is every step that failed outside a suite.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, failedSteps] = process.argv.slice(2);
let passed = 0;
let failed = Number(failedSteps);
let suites = 0;
for (const name of readdirSync(folder)) {
  if (!name.startsWith("vitest")) continue;
  const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
  suites += 1;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const suite of report.testResults) {
    if (suite.assertionResults.length > 0) continue;
    console.log(`no tests ran in ${suite.name}`);
    failed += 1;
  }
}
// JUnit: what other languages' runners write. Counts stand on each suite.
for (const name of readdirSync(folder).filter((file) => file.endsWith(".xml"))) {
  const counts = [...readFileSync(join(folder, name), "utf8").matchAll(/<testsuite\b[^>]*>/g)].map(([tag]) => {
    const count = (attribute) => Number(new RegExp(`\\b${attribute}="(\\d+)"`).exec(tag)?.[1] ?? 0);
    return { tests: count("tests"), failed: count("failures") + count("errors"), skipped: count("skipped") };
  });
  if (counts.every(({ tests }) => tests === 0)) {
    console.log(`no tests ran in ${name}`);
    failed += 1;
  }
  for (const { tests, failed: broken, skipped } of counts) {
    passed += tests - broken - skipped;
    failed += broken;
  }
}
if (suites === 0 || passed === 0) {
  console.log("no suite reported any test");
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
