// Each language's own client performs the scenario against one running server over mutual TLS; the results are one table.

import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStubServer, type StubServer } from "./server.js";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const scenario = JSON.parse(readFileSync(join(import.meta.dirname, "scenario.json"), "utf8")) as { steps: { name: string }[] };
const steps = scenario.steps.map(({ name }) => name);
/** Where builds keep what they downloaded and compiled: outside the tree. */
const cache = process.env["MATRICULA_TOOLS"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "matricula-tools");

interface Language {
  readonly name: string;
  /** What must be installed. */
  readonly command: string;
  /** Builds the package from its folder by its ecosystem's one command, and what runs the scenario. */
  readonly build: string;
  readonly scenario: string;
}

const languages: readonly Language[] = [
  { name: "ts", command: "node", build: "npm run --silent build", scenario: "node dist/scenario.js" },
  { name: "go", command: "go", build: "go build ./... && go vet ./... && go test ./...", scenario: "go run ./internal/scenario" },
  {
    name: "python",
    command: "python3",
    build: `python3 -m venv "$WORK/venv" && "$WORK/venv/bin/pip" install --quiet ".[test]" && "$WORK/venv/bin/mypy" --strict src/matricula scenario.py && "$WORK/venv/bin/pytest" -q`,
    scenario: `"$WORK/venv/bin/python" scenario.py`,
  },
  { name: "java", command: "mvn", build: "mvn -q -B package", scenario: "mvn -q -B test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=dev.matricula.Scenario" },
  { name: "rust", command: "cargo", build: "cargo build --locked --quiet && cargo test --locked --quiet", scenario: "cargo run --locked --quiet --example scenario" },
];

describe("stubs", () => {
  let server: StubServer;
  let work: string;
  const table = new Map<string, Map<string, string>>();

  beforeAll(async () => {
    server = await startStubServer();
    work = await mkdtemp(join(tmpdir(), "matricula-stubs-work-"));
  });
  afterAll(async () => {
    await server.stop();
    await rm(work, { recursive: true });
    const names = [...table.keys()];
    console.log([["step", ...names], ...steps.map((step) => [step, ...names.map((name) => table.get(name)!.get(step) ?? "-")])].map((row) => row.map((cell) => cell.padEnd(18)).join("")).join("\n"));
  });

  for (const language of languages) {
    const folder = join(root, "gen", language.name);
    const isThere = spawnSync("which", [language.command]).status === 0;
    // In CI a missing toolchain is a failure; elsewhere it is a skip with a word.
    describe.skipIf(!isThere && process.env["CI"] !== "true")(`${language.name}${isThere ? "" : ` (${language.command} is not installed)`}`, () => {
      const shell = async (command: string, environment: Readonly<Record<string, string>> = {}) =>
        run("bash", ["-euo", "pipefail", "-c", command], {
          cwd: folder,
          env: { ...process.env, ...environment, WORK: work, CARGO_TARGET_DIR: join(cache, "rust-target") },
          maxBuffer: 64 * 1024 * 1024,
        });

      it("builds from its folder by one command", async () => {
        expect(existsSync(join(folder, "README.md"))).toBe(true);
        await shell(language.build);
      }, 900_000);

      it("performs every step of the scenario", async () => {
        const runner = await server.forRunner();
        const { stdout } = await shell(language.scenario, runner.environment);
        const results = new Map(stdout.split("\n").flatMap((line) => parse(line)));
        table.set(language.name, results);
        expect(Object.fromEntries(results)).toEqual(Object.fromEntries(steps.map((step) => [step, "ok"])));
        expect(runner.hasLostAnswer()).toBe(true);
      }, 300_000);
    });
  }
});

function parse(line: string): [string, string][] {
  const match = /^(ok|FAIL) ([^:]+)(?:: (.*))?$/.exec(line);
  return match === null ? [] : [[match[2]!, match[1] === "ok" ? "ok" : `FAIL: ${match[3] ?? ""}`]];
}
