import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askSecret } from "../../src/cli/ask-secret.js";
import { derive, type PasswordHash } from "../../src/users/password-hash.js";
import { readUsers } from "../../src/users/users-file.js";
import { cli, type Surroundings } from "./fixture.js";

let cwd: string;
let file: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "matricula-users-"));
  file = join(cwd, "users");
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const run = (line: string, surroundings: Surroundings = {}) => cli(line.split(" "), { cwd, ...surroundings });
const text = () => readFileSync(file, "utf8");
const mode = () => statSync(file).mode & 0o777;
const isPasswordOf = async (name: string, password: string) => {
  const hash: PasswordHash = readUsers(text()).users.get(name)!.hash;
  return Buffer.from(await derive(password, hash.salt, hash, hash.key.length)).equals(Buffer.from(hash.key));
};

describe("matricula user add", () => {
  it("reads the password from a pipe, and writes its hash to a file that is its owner's alone", async () => {
    const { code, out, err } = await run("user add alice --users users", { stdin: "open sesame\n" });
    expect([code, out, err]).toEqual([0, "Added alice.\n", ""]);
    expect(text()).toMatch(/^alice:\$scrypt\$ln=15,r=8,p=3\$\S+\n$/);
    expect(text()).not.toContain("sesame");
    expect(mode()).toBe(0o600);
    expect(await isPasswordOf("alice", "open sesame")).toBe(true);
    expect(readdirSync(cwd)).toEqual(["users"]);
  });

  it("asks twice on a terminal", async () => {
    expect((await run("user add alice --users users", { typed: ["open sesame", "open sesame"] })).code).toBe(0);
    expect(await isPasswordOf("alice", "open sesame")).toBe(true);
    const differing = await run("user add bob --users users", { typed: ["open sesame", "open sesami"] });
    expect([differing.code, differing.err]).toEqual([2, "matricula: the two are not the same; nothing was done\n"]);
    expect(text()).not.toContain("bob");
  });

  it("changes a password and keeps the rest: comments, other users, the policy", async () => {
    await run("user add alice --users users --policy internal", { stdin: "open sesame" });
    const [line] = text().split("\n");
    writeFileSync(file, `# ours\n${line}\n\n# theirs\n`);
    const { out } = await run("user add alice --users users --json", { stdin: "another one\r\n" });
    expect(JSON.parse(out)).toEqual({ user: { name: "alice", policy: "internal" } });
    expect(text()).toMatch(/^# ours\nalice:\$scrypt\$[^:]+:internal\n\n# theirs\n$/);
    expect(await isPasswordOf("alice", "another one")).toBe(true);
    await run("user add alice --users users --policy other", { stdin: "another one" });
    expect(readUsers(text()).users.get("alice")!.policy).toBe("other");
  });

  it.each([
    ["nothing", "", "there is none"], ["an empty line", "\n", "there is none"], ["two lines", "open\nsesame\n", "more than one line"], ["too few characters", "short", "fewer than 8"],
    ["a control character", "open\u0007sesame", "control character"], ["too many", "x".repeat(1025), "more than 1024"], ["far too many", "x".repeat(9000), "more than 8192 bytes"],
  ])("refuses %s for a password, and does nothing", async (_, stdin, sentence) => {
    const { code, err } = await run("user add alice --users users", { stdin });
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
    if (stdin.length > 4) expect(err).not.toContain(stdin.trim());
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    ["user add", "user add needs NAME"], ["user add alice", "needs --users FILE"], ["user add al:ice --users users", "colon"], ["user add alice --users users --policy No:Policy", "--policy must be"],
    ["user add alice hunter2hunter2 --users users", "one word too many"], ["user add alice --users users --credentials-out out.env", "goes with --generate"],
    ["user add alice --users users --password hunter2", "there is no option"], ["user", "user needs another word: user add, user remove, user list"],
  ])("refuses the line: matricula %s", async (line, sentence) => {
    const { code, err } = await run(line, { stdin: "open sesame" });
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("writes nothing to a file that it cannot read as one of users", async () => {
    writeFileSync(file, "alice:plaintext\n");
    const { code, err } = await run("user add bob --users users", { stdin: "open sesame" });
    expect([code, err]).toEqual([2, expect.stringContaining(`${file}:1: the hash must be`)]);
    expect(text()).toBe("alice:plaintext\n");
  });

  it("says why it cannot write", async () => {
    const { code, err } = await run("user add bob --users none/users", { stdin: "open sesame" });
    expect([code, err]).toEqual([1, expect.stringContaining("none/users cannot be written")]);
  });

  it("takes from others what they may not have, and leaves the group its reading", async () => {
    for (const [before, after] of [[0o644, 0o640], [0o640, 0o640], [0o400, 0o600], [0o666, 0o640]] as const) {
      writeFileSync(file, "");
      chmodSync(file, before);
      await run("user add alice --users users", { stdin: "open sesame" });
      expect(mode().toString(8), before.toString(8)).toBe(after.toString(8));
    }
  });

  it("follows a link, and leaves it one", async () => {
    writeFileSync(join(cwd, "real"), "# real\n");
    symlinkSync("real", file);
    await run("user add alice --users users", { stdin: "open sesame" });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, "real"), "utf8")).toMatch(/^# real\nalice:/);
  });
});

describe("matricula user add --generate", () => {
  it("shows the password once, where a person reads it", async () => {
    const { code, out } = await run("user add alice --users users --generate", { isTerminal: true });
    expect(code).toBe(0);
    const password = /^password: ([\w-]{32})$/m.exec(out)![1]!;
    expect(await isPasswordOf("alice", password)).toBe(true);
  });

  it("writes it to a new file, and then not to standard output", async () => {
    const { code, out, err } = await run("user add alice --users users --generate --credentials-out alice.env");
    expect([code, err]).toEqual([0, `matricula: the password is in ${join(cwd, "alice.env")}\n`]);
    const [, password] = /^USER_NAME=alice\nUSER_PASSWORD=([\w-]{32})\n$/.exec(readFileSync(join(cwd, "alice.env"), "utf8"))!;
    expect(statSync(join(cwd, "alice.env")).mode & 0o777).toBe(0o600);
    expect(out).toBe("Added.\n\nname: alice\n");
    expect(await isPasswordOf("alice", password!)).toBe(true);
  });

  it("refuses when nobody would see it, and prints it when told to", async () => {
    const refused = await run("user add alice --users users --generate");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("--credentials-out FILE")]);
    expect(readdirSync(cwd)).toEqual([]);
    const shown = JSON.parse((await run("user add alice --users users --generate --show-secret --json")).out) as { password: string };
    expect(await isPasswordOf("alice", shown.password)).toBe(true);
  });

  it("leaves no password behind when the user could not be written", async () => {
    const { code } = await run("user add alice --users none/users --generate --credentials-out alice.env");
    expect(code).toBe(1);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("matricula user remove and list", () => {
  const hash = `$scrypt$ln=15,r=8,p=3$${"A".repeat(22)}$${"A".repeat(43)}`;

  it("lists names and policies, and no hash", async () => {
    writeFileSync(file, `# x\nalice:${hash}:internal\nbo:${hash}\n`);
    expect(await run("user list --users users")).toMatchObject({ code: 0, out: "alice  internal\nbo\n" });
    expect(JSON.parse((await run("user list --users users --json")).out)).toEqual({ users: [{ name: "alice", policy: "internal" }, { name: "bo" }] });
  });

  it("removes a user and nothing else", async () => {
    writeFileSync(file, `# x\nalice:${hash}\nbo:${hash}\n`);
    expect(await run("user remove alice --users users")).toMatchObject({ code: 0, out: "Removed alice.\n" });
    expect(text()).toBe(`# x\nbo:${hash}\n`);
    expect(await run("user remove alice --users users")).toMatchObject({ code: 2, err: `matricula: ${file} has no user alice\n` });
  });

  it.each(["user list --users users", "user remove alice --users users"])("needs a file: matricula %s", async (line) => {
    expect(await run(line)).toMatchObject({ code: 2, err: `matricula: ${file} is not there\n` });
  });
});

describe("a password that is typed", () => {
  function terminal() {
    const modes: boolean[] = [];
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => void modes.push(raw) });
    const shown: string[] = [];
    const out = new Writable({
      write(chunk: Buffer, _encoding, done) {
        // A terminal that is not raw yet would show what is typed at the question.
        if (String(chunk).startsWith("Password")) expect(modes).toEqual([true]);
        shown.push(chunk.toString());
        done();
      },
    });
    return { input, out, modes, shown, ask: () => askSecret(input as unknown as NodeJS.ReadStream, out, "Password: ") };
  }

  it("is not shown, and the terminal is as it was afterwards", async () => {
    const { input, modes, shown, ask } = terminal();
    const answer = ask();
    input.write("opem\u007fn sesame\r");
    expect(await answer).toBe("open sesame");
    expect(shown.join("")).toBe("Password: \n");
    expect(modes).toEqual([true, false]);
  });

  it.each([["interrupt", "half\u0003"], ["end", "\u0004"]])("can be given up: %s", async (_, keys) => {
    const { input, modes, ask } = terminal();
    const answer = ask();
    input.write(keys);
    await expect(answer).rejects.toThrow("nothing was done");
    expect(modes).toEqual([true, false]);
  });
});
