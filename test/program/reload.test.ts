// SIGHUP on the running program: a good configuration takes effect, a wrong one does not, and both are in the log. What a policy that was put
// has become when the program starts again.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { exchange, membersOf } from "./http.js";
import { cleanPrograms, startProgram, temporaryFolder, type Program } from "./program.js";

cleanPrograms();

const house = (field: string, realm = "") => `realms: {default: {ways_in: {open: {enabled: true, policy: house}}, policies: [{name: house, required: [${field}]}]${realm}}}\n`;
const redirects = { redirect_uris: ["https://client.example/callback"] };

/** The rules that a registration breaks. */
async function broken(program: Program): Promise<string[]> {
  const answer = await exchange(program, { path: "/register", json: redirects });
  return answer.status === 201 ? [] : ((membersOf(answer)["violations"] ?? []) as { rule: string }[]).map(({ rule }) => rule);
}

interface Line {
  readonly msg: string;
  readonly level: string | number;
  readonly hash?: string;
  readonly error?: { readonly message: string };
}

const lines = (program: Program): Line[] => program.stderr().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Line);

/** Sends SIGHUP and gives what the log says of it. */
async function hangUp(program: Program): Promise<Line> {
  const before = lines(program).length;
  process.kill(program.pid, "SIGHUP");
  return vi.waitFor(() => {
    const line = lines(program).slice(before).find(({ msg }) => /configuration (?:was not )?reloaded/.test(msg));
    expect(line).toBeDefined();
    return line!;
  }, { timeout: 10_000, interval: 20 });
}

test("a good configuration is in force after SIGHUP; a wrong one leaves the one before, and the log has every mistake with its place", async () => {
  const config = join(temporaryFolder(), "matricula.yaml");
  writeFileSync(config, house("client_name"));
  const program = await startProgram({ config });
  expect(await broken(program)).toEqual(["policy.house.client_name.required"]);

  writeFileSync(config, house("software_id"));
  expect(await hangUp(program)).toMatchObject({ msg: "configuration reloaded", hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect(await broken(program)).toEqual(["policy.house.software_id.required"]);

  writeFileSync(config, house("scop").replace("enabled: true", "enabled: 1"));
  const refused = await hangUp(program);
  expect(refused.msg).toBe("the configuration was not reloaded; the one before goes on");
  expect(refused.error!.message).toMatch(/1:\d+: realms\.default\.ways_in\.open\.enabled .*1:\d+: realms\.default\.policies\[0\]\.required\[0\] /);
  expect(await broken(program)).toEqual(["policy.house.software_id.required"]);

  writeFileSync(config, house("contacts"));
  expect((await hangUp(program)).msg).toBe("configuration reloaded");
  expect(await broken(program)).toEqual(["policy.house.contacts.required"]);
  expect((await program.stop()).code).toBe(0);
});

test("a policy that was put and has a mistake now keeps the program from nothing but its own registrations, and the log says where it is", async () => {
  const data = temporaryFolder();
  mkdirSync(join(data, "policies", "default"), { recursive: true });
  writeFileSync(join(data, "policies", "default", "stored.yaml"), "name: stored\nrequired: [tier]\n");
  const config = join(temporaryFolder(), "matricula.yaml");
  writeFileSync(config, "realms: {default: {ways_in: {open: {enabled: true, policy: stored}}, }, other: {ways_in: {open: {enabled: true}}}}\n");
  const program = await startProgram({ config, data });
  // The log has a pipe of its own, which the ready line does not wait for.
  await vi.waitFor(() =>
    expect(lines(program).find(({ msg }) => msg.startsWith("a stored policy has a mistake"))).toMatchObject({ level: "error", realm: "default", policy: "stored", mistake: expect.stringContaining("stored.yaml:2:12: required[0]") as string }),
  { timeout: 10_000, interval: 20 });
  const refused = await exchange(program, { path: "/register", json: redirects });
  expect([refused.status, membersOf(refused)["error_description"]]).toEqual([403, "the policy stored has a mistake and admits nothing; an operator has to mend or delete it"]);
  expect((await exchange(program, { path: "/realms/other/register", json: redirects })).status).toBe(201);
  expect((await exchange(program, { path: "/register", json: redirects, token: program.initialAccessToken })).status).toBe(201);
});
