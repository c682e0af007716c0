// docs/ways-in/README.md shows a way in of one's own: its file, its row and its configuration are taken from there, compiled and run.

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { exchange, membersOf } from "./http.js";
import { cleanPrograms, root, startProgram, temporaryFolder, type Program } from "./program.js";

cleanPrograms("all");

const page = readFileSync(join(root, "docs/ways-in/README.md"), "utf8");
const own = page.slice(page.indexOf("## A way in of your own"));
const block = (language: string) => new RegExp("^```" + language + "\n(.*?)^```", "ms").exec(own)![1]!;

/** Applies the lines of a diff: the text that has what is removed or kept gets what is added or kept. */
function patched(text: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  for (const line of lines.filter((each) => each.startsWith("-"))) {
    const added = lines[lines.indexOf(line) + 1]!;
    expect(text).toContain(line.slice(1));
    text = text.replace(line.slice(1), added.slice(1));
  }
  const [imported, before] = [lines[0]!.slice(1), lines[1]!.slice(1)];
  expect(text).toContain(before);
  return text.replace(before, `${imported}\n${before}`);
}

describe("the way in that the documentation shows", () => {
  let program: Program;

  beforeAll(async () => {
    const build = temporaryFolder("matricula-own-build-");
    for (const name of ["src", "policies", "gen/ts", "package.json", "tsconfig.json", "tsconfig.build.json"]) cpSync(join(root, name), join(build, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(build, "node_modules"));
    writeFileSync(join(build, "src/service/ways-in/api-key.ts"), block("ts"));
    const rows = join(build, "src/service/ways-in/rows.ts");
    writeFileSync(rows, patched(readFileSync(rows, "utf8"), block("diff")));
    writeFileSync(join(build, "matricula.yaml"), block("yaml"));
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], { cwd: build, stdio: "inherit" });
    program = await startProgram({ config: join(build, "matricula.yaml"), main: join(build, "dist/main.js") });
  }, 120_000);

  const metadata = { redirect_uris: ["https://app.example/cb"] };
  const send = (authorization?: string, method = "POST", path = "/register") =>
    exchange(program, { method, path, headers: authorization === undefined ? {} : { authorization }, ...(method === "POST" ? { json: metadata } : {}) });

  it("takes fewer than 40 lines", () => expect(block("ts").trimEnd().split("\n").length).toBeLessThan(40));

  it("is named by the challenge of a 401", async () => {
    const answer = await send();
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, 'Bearer realm="matricula", ApiKey realm="matricula"']);
  });

  it("registers who holds a key, refuses who does not, and lets the same holder manage its client", async () => {
    expect((await send("ApiKey bar")).status).toBe(401);
    const answer = await send("ApiKey foo");
    expect(answer.status).toBe(201);
    const path = `/register/${String(membersOf(answer)["client_id"])}`;
    expect((await send("ApiKey foo", "GET", path)).status).toBe(200);
    expect((await send("ApiKey bar", "GET", path)).status).toBe(401);
  });
});
