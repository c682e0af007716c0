// Starts a registry in a temporary folder, tells the story on it, and ends everything that it has started.
// node examples/mobile/run.mjs [--installations N] [--json]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tellStory } from "./story.mjs";

const { values } = parseArgs({ options: { installations: { type: "string", default: "1000" }, json: { type: "boolean", default: false } } });
const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const config = fileURLToPath(new URL("matricula.yaml", import.meta.url));
const data = await mkdtemp(join(tmpdir(), "matricula-mobile-"));
const registry = spawn(process.execPath, [main, "serve", "--config", config, "--data", data, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
const ended = once(registry, "exit");

try {
  const url = await readyLine(registry.stdout);
  const numbers = await tellStory({ url, data, installations: Number(values.installations), matricula: [process.execPath, main], say: values.json ? () => {} : console.log });
  if (values.json) console.log(JSON.stringify(numbers));
} finally {
  registry.kill("SIGTERM");
  await ended;
  await rm(data, { recursive: true, force: true });
}

/** The URL of the line that the registry writes when it is ready. */
async function readyLine(output) {
  for await (const line of createInterface(output)) {
    const url = /^matricula listening on (https:\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("the registry did not start");
}
