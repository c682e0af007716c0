// The Java package's copy gives the verdicts that the service gives: the rows of test/service/verdict-rows.ts, as the TypeScript package's.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuthenticateClientRequestSchema } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { issuer, realm, tokenEndpoint, type Request } from "../service/authentication.js";
import { ecAssertion, groups, prepareVerdicts, world, type Row } from "../service/verdict-rows.js";

const folder = resolve(import.meta.dirname, "../../gen/java");
/** A folder of its own for what is built: the stubs' tests may be building the package at the same time. */
const command = "mvn -q -B -ntp -Dmatricula.target=target/verdicts test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=dev.matricula.Verdicts";
const isBuildable = process.env["CI"] === "true" || spawnSync("which", ["mvn"]).status === 0;

/** What the copy cannot decide: a group, or a row. */
const asked: ReadonlySet<string> = new Set(["client_secret_jwt", "an expired secret (T-20)", "a wrong secret where the right one has expired"]);

const rows: readonly Row[] = Object.values(groups).flat();
const again = "the same assertion again";
const tooLong = "an assertion of more characters than the service takes";

describe.skipIf(!isBuildable)(`the copy of the Java package${isBuildable ? "" : " (mvn is not installed)"}`, () => {
  let work: string;
  const verdicts = new Map<string, { readonly decided: string; readonly verdict: string }>();

  beforeAll(async () => {
    await prepareVerdicts();
    work = await mkdtemp(join(tmpdir(), "matricula-verdicts-"));
    const requests = await allRequests();
    const lines = await answers([...requests.values()]);
    [...requests.keys()].forEach((name, i) => verdicts.set(name, lines[i]!));
  }, 600_000);
  afterAll(async () => {
    await world.close();
    await rm(work, { recursive: true });
  });

  async function allRequests(): Promise<Map<string, Request>> {
    const requests = new Map<string, Request>();
    // A name may stand in two groups.
    for (const [group, its] of Object.entries(groups)) for (const [name, request] of its) requests.set(`${group}: ${name}`, await request());
    const once = await ecAssertion()();
    requests.set("the first time", once).set(again, once).set(tooLong, await ecAssertion({ text: "x".repeat(13_000) })());
    return requests;
  }

  async function answers(requests: readonly Request[]) {
    const { certificate, key } = world.identities.verifier;
    const file = async (name: string, content: string) => {
      await writeFile(join(work, name), content, { mode: 0o600 });
      return join(work, name);
    };
    const program = spawn("bash", ["-c", command], {
      cwd: folder,
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        ...process.env,
        MATRICULA_URL: world.baseUrl, MATRICULA_CA: await file("ca.pem", world.ca), MATRICULA_REALM: realm, MATRICULA_NOW: String(world.now()),
        MATRICULA_VERIFIER_CERT: await file("verifier.pem", certificate), MATRICULA_VERIFIER_KEY: await file("verifier.key", key),
        MATRICULA_AUDIENCES: `${issuer} ${tokenEndpoint}`,
      },
    });
    const ended = once(program, "exit");
    program.stdin.end(requests.map((request) => `${Buffer.from(toBinary(AuthenticateClientRequestSchema, create(AuthenticateClientRequestSchema, request))).toString("base64")}\n`).join(""));
    const output = await text(program.stdout);
    expect(await ended, output).toEqual([0, null]);
    const lines = output.split("\n").filter((line) => line.startsWith("verdict\t")).map((line) => line.split("\t"));
    expect(lines).toHaveLength(requests.length);
    return lines.map(([, decided, verdict]) => ({ decided: decided!, verdict: verdict! }));
  }

  it("is asked every row", () => {
    expect(verdicts.size).toBe(rows.length + 3);
  });

  for (const [group, its] of Object.entries(groups)) {
    // The cache is of one realm.
    it.each(its.filter(([name]) => name !== "a client of another realm"))(`${group}: %s`, (name, _request, expected) => {
      const { decided, verdict } = verdicts.get(`${group}: ${name}`)!;
      // The service's sentence is its own.
      if (typeof expected === "string") expect(verdict).toBe(expected);
      else expect(verdict).toMatch(new RegExp(/^\^[A-Z_]+/.exec(expected.source)?.[0] ?? expected));
      if (decided === "ask") expect(asked.has(name) || asked.has(group), "is decided by the copy").toBe(true);
      // One that is deleted is unknown to a copy, until it asks.
      else if (decided !== "UNKNOWN") expect(decided).toBe(verdict);
    });
  }

  it("an assertion is taken once, and `decide` uses none up", () => {
    expect(verdicts.get("the first time")).toEqual({ decided: "ok private_key_jwt ec", verdict: "ok private_key_jwt ec" });
    expect(verdicts.get(again)).toEqual({ decided: "BAD_CREDENTIAL", verdict: "BAD_CREDENTIAL" });
  });

  it("an assertion of more characters than the service takes is refused unread", () => {
    expect(verdicts.get(tooLong)?.decided).toBe("BAD_CREDENTIAL");
  });
});
