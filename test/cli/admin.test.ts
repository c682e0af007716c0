// The operator's commands against a service behind mutual TLS.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { cli, file, refuse, registrationToken, secret, secrets, startFakeService, type FakeService, type Surroundings } from "./fixture.js";

let fake: FakeService;
let names = 0;

beforeAll(async () => {
  fake = await startFakeService();
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.failure = undefined;
  fake.renews = false;
  fake.administered.length = 0;
  fake.counted.length = 0;
});

const run = (argv: string[], surroundings: Surroundings = {}) => cli(argv, { cwd: fake.folder, ...surroundings });
const newName = () => `admin-${names++}.env`;

describe.each([
  ["suspend", "Suspended", ClientState.ACTIVE, "suspended"],
  ["resume", "Resumed", ClientState.SUSPENDED, "active"],
] as const)("%s", (verb, done, from, state) => {
  it("moves one client, with a reason and an etag, and prints it", async () => {
    const { code, out, err } = await run([verb, "c1", "--reason", "a leak", "--etag", '"3"']);
    expect([code, err]).toEqual([0, ""]);
    expect(fake.administered).toMatchObject([{ method: `${verb}Client`, request: { clientId: "c1", reason: "a leak", etag: '"3"' } }]);
    expect(out.split("\n")).toEqual(expect.arrayContaining([`${done}.`, "client_id: c1", `state: ${state}`]));
    expect(JSON.parse((await run([verb, "c1", "--json"])).out)).toMatchObject({ client: { client_id: "c1", state: `CLIENT_STATE_${state.toUpperCase()}` } });
  });

  it("counts those that match, and does nothing, until it is told --yes", async () => {
    const { code, out, err } = await run([verb, "--software-id", "com.example.app", "--issued-from", "2026-01-01"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(`this would ${verb} 1234567 clients; nothing was done`);
    expect(err).toContain("--yes");
    expect(fake.administered).toEqual([]);
    expect(fake.counted).toMatchObject([{ filter: { softwareId: "com.example.app", issuedFrom: 1_767_225_600, states: [from] } }]);
  });

  it("moves all that match, call after call until none are left, and prints how many", async () => {
    const { code, out, err } = await run([verb, "--software-id", "many", "--on-host", "a.example", "--reason", "why", "--yes"]);
    expect([code, out]).toEqual([0, `${done} 1007 clients.\n`]);
    expect(err).toBe("matricula: 500 clients so far\nmatricula: 1000 clients so far\n");
    expect(fake.administered).toHaveLength(3);
    for (const call of fake.administered) expect(call).toMatchObject({ method: `${verb}Clients`, request: { reason: "why", filter: { softwareId: "many", redirectHost: "a.example" } } });
    fake.administered.length = 0;
    expect(JSON.parse((await run([verb, "--software-id", "many", "--yes", "--json"])).out)).toEqual({ clients: 1007, more: false });
  });

  it.each([
    ["nothing to say which", []], ["--yes alone", ["--yes"]], ["both a client and a filter", ["c1", "--software-id", "x", "--yes"]],
    ["an etag for many", ["--software-id", "x", "--etag", '"1"', "--yes"]], ["a state, which is not for the caller to say", ["--state", "active", "--yes"]],
  ])("refuses %s before it calls", async (_name, argv) => {
    const { code, out } = await run([verb, ...argv]);
    expect([code, out]).toEqual([2, ""]);
    expect([fake.administered, fake.counted]).toEqual([[], []]);
  });

  it("says what the service refuses", async () => {
    fake.failure = refuse;
    expect((await run([verb, "c1"])).code).toBe(1);
  });
});

describe("remove", () => {
  it("deletes one client and gives the reason", async () => {
    expect(await run(["remove", "c1", "--reason", "abandoned", "--etag", '"3"'])).toMatchObject({ code: 0, out: "Removed c1.\n", err: "" });
    expect(fake.administered).toMatchObject([{ method: "removeClient", request: { clientId: "c1", reason: "abandoned", etag: '"3"' } }]);
    expect((await run(["remove", "--yes"])).code).toBe(2);
  });
});

describe("rotate-secret and rotate-token", () => {
  it.each([
    ["rotate-secret", `CLIENT_SECRET=${secret}`], ["rotate-token", `REGISTRATION_ACCESS_TOKEN=${registrationToken}`],
  ])("%s writes what it made to a file that only its owner can read, and nowhere else", async (verb, line) => {
    const name = newName();
    const { code, out, err } = await run([verb, "c1", "--credentials-out", name]);
    expect(code).toBe(0);
    expect(out).toContain("client_id: c1");
    for (const value of secrets) expect(out + err).not.toContain(value);
    expect(await readFile(join(fake.folder, name), "utf8")).toContain(`${line}\n`);
    expect((await stat(join(fake.folder, name))).mode & 0o777).toBe(0o600);
  });

  it.each(["rotate-secret", "rotate-token"])("%s refuses before it calls when nobody would see what it makes, and leaves no file of a refusal", async (verb) => {
    expect(await run([verb, "c1"])).toMatchObject({ code: 2, out: "" });
    expect(fake.administered).toEqual([]);
    fake.failure = refuse;
    const name = newName();
    expect((await run([verb, "c1", "--credentials-out", name])).code).toBe(1);
    await expect(stat(join(fake.folder, name))).rejects.toThrow("ENOENT");
  });

  it("prints the whole answer with --json --show-secret", async () => {
    expect(JSON.parse((await run(["rotate-secret", "c1", "--json", "--show-secret"])).out)).toMatchObject({
      client: { client_id: "c1" }, credentials: { client_secret: secret }, secrets: [{ label: "1", expires_at: 9 }, { label: "2" }],
    });
  });

  it.each([["7d", 604_800], ["0", 0], ["0s", 0], ["90s", 90]])("takes the overlap %s", async (overlap, seconds) => {
    await run(["rotate-secret", "c1", "--label", "2027-01", "--overlap", overlap, "--show-secret"]);
    expect(fake.administered).toMatchObject([{ request: { label: "2027-01", overlap: seconds } }]);
  });

  it("leaves the overlap to the service when nothing is said, and refuses what is no time", async () => {
    await run(["rotate-secret", "c1", "--show-secret"]);
    expect((fake.administered[0]!.request as { overlap?: number }).overlap).toBeUndefined();
    for (const overlap of ["soon", "-1", "2y", "400d"]) expect((await run(["rotate-secret", "c1", "--show-secret", `--overlap=${overlap}`])).code).toBe(2);
    expect(fake.administered).toHaveLength(1);
  });
});

describe("modify", () => {
  it("sends what the file names, and as the mask all its members: null removes", async () => {
    const text = '{"client_name": "Beetle", "logo_uri": null, "client_name#fr": "Scarab\u00e9e", "client_name#de": null, "level": 3, "tier": null, "contacts": []}';
    const { code, out } = await run(["modify", "c1", "-f", await file(fake, "part.json", text), "--etag", '"3"']);
    expect(code).toBe(0);
    expect(out).toContain("Modified.");
    expect(fake.administered).toMatchObject([{
      method: "modifyClient",
      request: {
        clientId: "c1", etag: '"3"', metadata: { clientName: "Beetle", clientNameLocalized: { fr: "Scarab\u00e9e" }, customAttributes: { level: 3 } },
        updateMask: { paths: ["client_name", "logo_uri", "client_name_localized.fr", "client_name_localized.de", "custom_attributes.level", "custom_attributes.tier", "contacts"] },
      },
    }]);
  });

  it.each([
    ["names nothing", "{}"], ["holds what the service assigns", '{"client_id": "c2", "client_name": "x"}'], ["is no JSON", "{"], ["has a wrong type", '{"contacts": "x"}'],
  ])("refuses a file that %s", async (_name, text) => {
    expect((await run(["modify", "c1", "-f", "-"], { stdin: text })).code).toBe(2);
    expect(fake.administered).toEqual([]);
  });

  it("wants a place for the secret when the method changes, which may make one", async () => {
    const stdin = '{"token_endpoint_auth_method": "client_secret_basic"}';
    expect((await run(["modify", "c1", "-f", "-"], { stdin })).code).toBe(2);
    expect(fake.administered).toEqual([]);
    fake.renews = true;
    const name = newName();
    const { code, out, err } = await run(["modify", "c1", "-f", "-", "--credentials-out", name], { stdin });
    expect(code).toBe(0);
    expect(out + err).not.toContain(secret);
    expect(await readFile(join(fake.folder, name), "utf8")).toContain(`CLIENT_SECRET=${secret}`);
  });
});
