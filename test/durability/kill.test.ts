import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { firstBrokenLink } from "../../src/store/chain.js";
import { openSqliteStore } from "../../src/store/sqlite/store.js";
import { cleanDirectories, temporaryDirectory } from "../store/temporary.js";

cleanDirectories();

const driver = fileURLToPath(new URL("driver.mjs", import.meta.url));

/** Each round kills at another count of answers. 200 rounds for a release. */
const rounds = Number(process.env["MATRICULA_KILL_ROUNDS"] ?? 10);

/** Runs the driver until it has given `answers` answers, kills it, and gives what it had acknowledged. */
async function killAfter(answers: number, file: string): Promise<string[]> {
  const child = spawn(process.execPath, [driver, file, "1000000"], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    stdout += text;
    if (stdout.split("\n").length > answers) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.on("close", resolve));
  // The last line may be cut off by the kill: it was not read, so it does not count.
  return stdout.split("\n").slice(0, -1).flatMap((line) => (line.startsWith("ack ") ? [line.slice(4)] : []));
}

test("kill -9 under 16 writers loses nothing that was acknowledged", { timeout: 10_000 + rounds * 10_000 }, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const file = join(temporaryDirectory(), "matricula.db");
    const acknowledged = await killAfter(10 + round * 137, file);
    const store = await openSqliteStore({ file });
    const lost = acknowledged.filter((clientId) => store.clients.find("default", clientId) === undefined);
    expect({ round, lost, brokenLink: firstBrokenLink(store.changes.after(0, 1_000_000)) }).toEqual({ round, lost: [], brokenLink: undefined });
    expect(acknowledged.length).toBeGreaterThanOrEqual(9);
    await store.close();
  }
});
