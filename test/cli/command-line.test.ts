import { describe, expect, it } from "vitest";
import { parseLine } from "../../src/cli/arguments.js";
import { commands } from "../../src/cli/commands.js";
import { nearest } from "../../src/cli/nearest.js";
import { optionNames } from "../../src/cli/options.js";
import { parseCount, parseDuration, parseTime } from "../../src/cli/values.js";
import { cli } from "./fixture.js";

describe("the command line", () => {
  it("finds the command behind global options", () => {
    const line = parseLine(["--data", "/d", "token", "create", "--uses=3", "--json"], {}, commands);
    expect(line.command?.name).toBe("token create");
    expect(line.options).toEqual({ data: "/d", uses: "3", json: true });
    expect(line.operands).toEqual([]);
  });

  it("takes operands, short options and repeated ones", () => {
    expect(parseLine(["update", "-f", "-", "c1"], {}, commands)).toMatchObject({ operands: ["c1"], options: { file: "-" } });
    expect(parseLine(["list", "--state", "active", "--state", "deleted"], {}, commands).options.state).toEqual(["active", "deleted"]);
  });

  it("takes from the environment what is not given, and only where the option is taken", () => {
    const env = { MATRICULA_DATA: "/e", MATRICULA_URL: "https://e" };
    expect(parseLine(["list", "--data", "/d"], env, commands).options).toEqual({ data: "/d", url: "https://e" });
    expect(parseLine(["serve"], env, commands).options).toEqual({ data: "/e" });
    expect(parseLine(["version"], env, commands).options).toEqual({});
  });

  it.each([
    [["regsiter"], "did you mean register?"],
    [["lits"], "did you mean list?"],
    [["token", "craete"], "did you mean token create?"],
    [["tokne", "create"], "did you mean token create?"],
    [["token"], "token needs another word: token create"],
    [["frobnicate"], "see matricula help"],
    [["list", "--page-szie", "3"], "did you mean --page-size?"],
    [["read", "c1", "--credentials-out", "x"], "there is no option"],
    [["read"], "read needs CLIENT_ID"],
    [["read", "a", "b"], "one word too many"],
    [["register"], "register needs -f FILE"],
    [["list", "--data"], "--data needs a value"],
    [["list", "--data", "--json"], "--data needs a value"],
    [["list", "--json=yes"], "--json takes no value"],
    [["list", "--url", "http://localhost"], "https://localhost:8443"],
    [["list", "--state", "sleeping"], "active, suspended, deleted"],
    [["list", "--page-size", "0"], "from 1 to 500"],
    [["list", "--issued-from", "tomorrow"], "--issued-from takes a time"],
    [["list", "--timeout", "soon"], "--timeout takes a duration"],
    [["token", "create", "--uses", "many", "--show-secret"], "--uses takes a whole number"],
    [["list"], "/nowhere/data/pki/ca.pem is not there"],
    [["register", "-f", "none.json"], "/nowhere/none.json is not there"],
    [["help", "raed"], "did you mean read?"],
  ])("refuses %j with exit code 2 and a sentence", async (argv, sentence) => {
    const { code, out, err } = await cli(argv);
    expect(err).toContain(sentence);
    expect(err).toMatch(/^matricula: /);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe("");
    expect(code).toBe(2);
  });

  it("prints its help to standard output when asked, to standard error when nothing was asked", async () => {
    const nothing = await cli([]);
    expect([nothing.code, nothing.out]).toEqual([2, ""]);
    for (const argv of [["help"], ["--help"], ["-h"]]) {
      const { code, out } = await cli(argv);
      expect(code).toBe(0);
      expect(out).toBe(nothing.err);
      for (const { name } of commands) expect(out).toContain(`  ${name} `);
    }
  });

  it.each(commands.map(({ name }) => name))("has help with an example for %s", async (name) => {
    const byOption = await cli([...name.split(" "), "--help"]);
    const byCommand = await cli(["help", ...name.split(" ")]);
    expect(byOption).toMatchObject({ code: 0, err: "" });
    expect(byOption.out).toBe(byCommand.out);
    expect(byOption.out).toMatch(/^usage: matricula /m);
    expect(byOption.out).toContain("Example:\n  matricula ");
    for (const line of byOption.out.split("\n")) expect(line.length).toBeLessThan(115);
  });

  it("has an example that parses for each command", () => {
    for (const { name, example } of commands) {
      const argv = example.split(" > ")[0]!.split(" ").slice(1);
      expect(parseLine(argv, {}, commands).command?.name).toBe(name);
    }
  });

  it("has no option that no command takes", () => {
    const taken = new Set<string>([...commands.flatMap(({ options }) => options), "help", "version"]);
    expect(optionNames.filter((name) => !taken.has(name))).toEqual([]);
  });

  it("lists the members of a metadata file from the schema", async () => {
    const { out } = await cli(["register", "--help"]);
    expect(out).toContain("redirect_uris,");
    expect(out).toContain("client_name[#LANGUAGE]");
    expect(out).not.toContain("client_name_localized");
  });

  it("hands serve its options, and passes its exit code on", async () => {
    const { served } = await cli(["serve", "--data", "/d", "--listen", "127.0.0.1:0", "--open"]);
    expect(served).toEqual([{ data: "/d", listen: "127.0.0.1:0", open: true }]);
    expect((await cli(["serve"])).served).toEqual([{}]);
    expect((await cli(["serve"], { serve: async () => 1 })).code).toBe(1);
  });

  it("turns what serve throws into a sentence", async () => {
    const { code, err } = await cli(["serve"], { serve: () => Promise.reject(new Error("the port is taken")) });
    expect([code, err]).toEqual([1, "matricula: the port is taken\n"]);
  });

  it.each([["version"], ["--version"]])("prints its version for %s", async (argument) => {
    const { code, out } = await cli([argument]);
    expect(code).toBe(0);
    expect(out).toMatch(/^matricula \d+\.\d+\.\d+/);
  });
});

describe("values", () => {
  it("reads durations, times and counts", () => {
    expect(["500ms", "90s", "15m", "24h", "30d", "3600"].map((text) => parseDuration("--x", text))).toEqual([0.5, 90, 900, 86_400, 2_592_000, 3600]);
    expect(["2026-01-31", "2026-01-31T12:00:00Z", "17"].map((text) => parseTime("--x", text))).toEqual([1_769_817_600, 1_769_860_800, 17]);
    expect(parseCount("--x", "5", 1, 9)).toBe(5);
  });

  it.each(["", "0", "-1s", "1.5h", "1y", "h", "1e3"])("refuses the duration %j", (text) => expect(() => parseDuration("--x", text)).toThrow("--x"));
  it.each(["", "yesterday", "2026-13-01", "2026-01-01T12:00:00", "9999999999999"])("refuses the time %j", (text) => expect(() => parseTime("--x", text)).toThrow("--x"));
});

describe("nearest", () => {
  it("suggests what is near and nothing else", () => {
    const words = ["register", "read", "list"];
    expect(nearest("registre", words)).toBe("register");
    expect(nearest("LIST", words)).toBe("list");
    expect(nearest("rade", words)).toBeUndefined();
    expect(nearest("x".repeat(10_000), words)).toBeUndefined();
  });
});
