// Where the sweep of expired clients keeps since when lifetimes are in force.

import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lifetimesFile } from "../../src/serve/lifetimes-file.js";

it("reads what was written, for its owner alone; a file that is not there yet is none, and one that cannot be read is a failure", async () => {
  const data = await mkdtemp(join(tmpdir(), "matricula-lifetimes-"));
  const file = lifetimesFile(data);
  expect(await file.read()).toBeUndefined();
  await file.write("[]");
  await file.write("[1]");
  expect(await lifetimesFile(data).read()).toBe("[1]");
  expect(await readdir(data)).toEqual(["client-lifetimes.json"]);
  expect((await stat(join(data, "client-lifetimes.json"))).mode & 0o777).toBe(0o600);
  await writeFile(join(data, "no-folder"), "");
  await expect(lifetimesFile(join(data, "no-folder")).read()).rejects.toMatchObject({ code: "ENOTDIR" });
  await rm(data, { recursive: true });
});
