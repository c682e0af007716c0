import { describe, expect, it } from "vitest";
import { derive, hashPassword, parsePasswordHash, standardCost, type PasswordHash } from "../../src/users/password-hash.js";
import { checkPassword, checkUserName, readUsers, withoutUser, withUser } from "../../src/users/users-file.js";

const salt = Buffer.from("0123456789abcdef").toString("base64").replaceAll("=", "");
const key = Buffer.alloc(32, 7).toString("base64").replaceAll("=", "");
const hash = `$scrypt$ln=15,r=8,p=3$${salt}$${key}`;
const atCost = (cost: string) => `$scrypt$${cost}$${salt}$${key}`;

describe("a password's hash", () => {
  it("is what `matricula user add` writes: scrypt at ln=15, r=8, p=3, with a salt of its own", async () => {
    const [one, two] = [await hashPassword("correct horse"), await hashPassword("correct horse")];
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(two).not.toBe(one);
    const read = parsePasswordHash(one) as PasswordHash;
    expect(Buffer.from(await derive("correct horse", read.salt, read, 32)).equals(Buffer.from(read.key))).toBe(true);
    expect(Buffer.from(await derive("correct hors", read.salt, read, 32)).equals(Buffer.from(read.key))).toBe(false);
  });

  it("is scrypt as others make it (RFC 7914 section 12)", async () => {
    const made = await derive("pleaseletmein", Buffer.from("SodiumChloride"), { ln: 14, r: 8, p: 1 }, 64);
    expect(Buffer.from(made).toString("hex")).toBe(
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
    );
  });

  it("is the same for both spellings of an accent", async () => {
    const [one, two] = await Promise.all(["caf\u00e9-caf\u00e9", "cafe\u0301-cafe\u0301"].map((text) => derive(text, Buffer.from(salt), { ln: 14, r: 8, p: 1 }, 32)));
    expect(two).toEqual(one);
  });

  it("is read with the costs that others use", () => {
    expect(parsePasswordHash(hash)).toMatchObject({ ...standardCost, text: hash });
    for (const cost of ["ln=14,r=8,p=1", "ln=16,r=8,p=1", "ln=16,r=8,p=2", "ln=17,r=8,p=1", "ln=13,r=8,p=10"]) expect(parsePasswordHash(atCost(cost)), cost).toBeTypeOf("object");
  });

  it.each([
    ["weak", "ln=4,r=8,p=1"], ["weak in all", "ln=13,r=8,p=1"], ["too much memory", "ln=20,r=8,p=1"], ["too much memory by r", "ln=17,r=16,p=1"],
    ["too much time", "ln=16,r=8,p=16"], ["a leading zero", "ln=015,r=8,p=3"], ["nothing", "ln=15,r=8"], ["another order", "r=8,ln=15,p=3"], ["a sign", "ln=-15,r=8,p=3"], ["no end", "ln=99,r=99,p=99"],
  ])("that asks for %s is refused: %s", (_, cost) => expect(parsePasswordHash(atCost(cost))).toBeTypeOf("string"));

  it.each([
    "", "secret", "$2b$12$abcdefghijklmnopqrstuv", `${hash}=`, `${hash}$`, `$scrypt$ln=15,r=8,p=3$${salt}`, `$scrypt$ln=15,r=8,p=3$${salt}$AAAA`, `$scrypt$ln=15,r=8,p=3$AAAA$${key}`,
    `$scrypt$ln=15,r=8,p=3$${salt.slice(0, -1)}h$${key}`, ` ${hash}`, "{SHA}abc",
  ])("is not %j", (text) => expect(parsePasswordHash(text)).toBeTypeOf("string"));
});

describe("the users file", () => {
  it("has one user a line, comments and empty lines", () => {
    const { users, mistakes } = readUsers(`\ufeff# ops\n\nalice:${hash}\r\nb\u00f6b smith:${hash}:internal\n   \n`);
    expect(mistakes).toEqual([]);
    expect([...users.values()].map(({ name, policy, hash: { text } }) => [name, policy, text])).toEqual([["alice", "", hash], ["b\u00f6b smith", "internal", hash]]);
  });

  it("knows a name in either spelling", () => expect(readUsers(`jose\u0301:${hash}\n`).users.has("jos\u00e9")).toBe(true));

  it.each([
    ["alice", "hash"], [`:${hash}`, "empty"], [`alice:${hash}:a:b`, "three parts"], [`alice:${hash}:No Policy`, "policy"], [` alice:${hash}`, "white space"], [`al\u0007ice:${hash}`, "control"],
    ["alice:plaintext", "scrypt"], [`${"a".repeat(256)}:${hash}`, "255"],
  ])("refuses the line %j, by its number and without quoting it", (line, word) => {
    const { users, mistakes } = readUsers(`ok:${hash}\n${line}\n`);
    expect(mistakes).toEqual([{ line: 2, message: expect.stringContaining(word) }]);
    expect(mistakes[0]!.message).not.toContain(salt);
    expect([...users.keys()]).toEqual(["ok"]);
  });

  it("refuses a second line of a user", () => {
    expect(readUsers(`alice:${hash}\nalice:${hash}\n`).mistakes).toEqual([{ line: 2, message: expect.stringContaining("already") }]);
    expect(readUsers(`jos\u00e9:${hash}\njose\u0301:${hash}\n`).mistakes).toHaveLength(1);
  });

  it("keeps everything else when a user is added, changed or removed", () => {
    const before = `# first\nalice:${hash}\n\n# last\nbob:${hash}:p`;
    expect(withUser(before, { name: "alice", hash: "$new", policy: "q" })).toBe(`# first\nalice:$new:q\n\n# last\nbob:${hash}:p\n`);
    expect(withUser(before, { name: "carol", hash: "$new", policy: "" })).toBe(`${before}\ncarol:$new\n`);
    expect(withoutUser(before, "alice")).toBe(`# first\n\n# last\nbob:${hash}:p\n`);
    expect(withoutUser(before, "bo")).toBe(`${before}\n`);
    expect(withUser("", { name: "a", hash: "$h", policy: "" })).toBe("a:$h\n");
  });

  it("has no name that a header could not carry (RFC 7617 section 2)", () => {
    for (const name of ["", "a:b", "a\nb", "#a", " a", "a ", "\ud800"]) expect(checkUserName(name), JSON.stringify(name)).toBeTypeOf("string");
    for (const name of ["a", "Alice Smith", "svc-1@example.org", "\u96ea"]) expect(checkUserName(name)).toBeUndefined();
    expect(checkPassword("with\u0000nul")).toBeTypeOf("string");
    expect(checkPassword("with: colon and \u96ea")).toBeUndefined();
  });
});
