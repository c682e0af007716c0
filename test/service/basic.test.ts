// HTTP Basic users as callers: who is known, and what it costs. The work is counted, not timed.

import { describe, expect, it } from "vitest";
import { RegistryError } from "../../src/domain/errors.js";
import { readAuthorization } from "../../src/service/authorization.js";
import type { Caller } from "../../src/service/caller.js";
import type { Limits } from "../../src/service/limits/limits.js";
import type { Realm, Registry } from "../../src/service/registry.js";
import { createBasicWayIn, readBasic } from "../../src/service/ways-in/basic.js";
import type { Shown, WayIn } from "../../src/service/ways-in/way-in.js";
import type { Derive, ScryptCost } from "../../src/users/password-hash.js";
import { readUsers, type Users } from "../../src/users/users-file.js";

const cheap: ScryptCost = { ln: 14, r: 8, p: 1 };

/** Stands for scrypt: the password itself, padded. Each call is on record and can be held back. */
function countingDerive() {
  const calls: { readonly password: string; readonly cost: ScryptCost }[] = [];
  const held: (() => void)[] = [];
  let holding = false;
  let running = 0;
  let most = 0;
  const derive: Derive = async (password, _salt, { ln, r, p }, length) => {
    calls.push({ password, cost: { ln, r, p } });
    most = Math.max(most, ++running);
    if (holding) await new Promise<void>((go) => held.push(go));
    running -= 1;
    return keyOf(password, length);
  };
  return { derive, calls, hold: () => void (holding = true), release: () => held.splice(0).forEach((go) => go()), most: () => most };
}

const keyOf = (password: string, length = 32) => Buffer.alloc(length, 0).fill(password, 0, Math.min(length, Buffer.byteLength(password)));
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
const line = (name: string, password: string, { ln, r, p } = cheap, policy = "") => `${name}:$scrypt$ln=${ln},r=${r},p=${p}$${b64(Buffer.alloc(16, 1))}$${b64(keyOf(password))}${policy === "" ? "" : `:${policy}`}\n`;
const usersOf = (text: string) => readUsers(text).users;

interface Setting {
  readonly way: WayIn;
  readonly scrypt: ReturnType<typeof countingDerive>;
  put(text: string | undefined): void;
  /** Who shows the name and the password; rejects as identify does. */
  show(name: string, password: string, now?: number): Promise<Caller>;
  showHeader(header: string, now?: number): Caller | Promise<Caller>;
}

/** What is guessed has limits of its own: test/service/guesses.test.ts. */
const unlimited = { beginGuess: () => ({ end() {} }) } as unknown as Limits;

function setting(text: string): Setting {
  let users: Users | undefined = usersOf(text);
  const scrypt = countingDerive();
  let count = 0;
  const way = createBasicWayIn({ users: () => users, derive: scrypt.derive, randomBytes: (size) => new Uint8Array(size).fill(++count) });
  const showHeader = (header: string, now = 1000) => way.identify(shownBy(header), { registry: { limits: unlimited } as Registry, realm: { name: "default" } as Realm, now, manages: false });
  return {
    way, scrypt, showHeader,
    put: (next) => void (users = next === undefined ? undefined : usersOf(next)),
    show: async (name, password, now) => showHeader(basic(name, password), now),
  };
}

const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
const shownBy = (header: string): Shown => ({ certificate: { kind: "none" }, authorization: readAuthorization(header), local: false });
const refusal = { kind: "invalid_token", message: "the credentials are not valid here" };

describe("HTTP Basic (RFC 7617)", () => {
  it("knows a user by name and password", async () => {
    const { way, show } = setting(line("alice", "open sesame"));
    expect(way).toMatchObject({ name: "basic", challenge: "Basic", registers: true, manages: true });
    expect(await show("alice", "open sesame")).toMatchObject({ wayIn: way, principal: { kind: "user", id: "alice", credentialId: "alice" } });
  });

  it("recognizes its scheme alone", () => {
    const { way } = setting("");
    expect([basic("a", "b"), "basic x", "Bearer abc"].map((header) => way.recognizes(shownBy(header)))).toEqual([true, true, false]);
  });

  it("takes the name up to the first colon, and UTF-8 in either spelling", async () => {
    const { show } = setting(line("jos\u00e9", "a:b:\u96ea"));
    for (const name of ["jos\u00e9", "jose\u0301"]) expect((await show(name, "a:b:\u96ea")).principal.id).toBe("jos\u00e9");
  });

  it.each([
    ["no base64", "Basic a b"], ["no canonical base64", `Basic ${Buffer.from("alice:open sesame").toString("base64").replace(/=+$/, "")}`], ["base64url", "Basic YWxpY2U6_w=="],
    ["no colon", `Basic ${Buffer.from("alice").toString("base64")}`], ["no UTF-8", `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString("base64")}`],
    ["a control character", basic("alice", "open\u0000sesame")], ["no name", basic("", "open sesame")], ["nothing", "Basic"], ["two headers", `${basic("alice", "open sesame")}, ${basic("alice", "open sesame")}`],
  ])("refuses %s without any work", (_, header) => {
    const { showHeader, scrypt } = setting(line("alice", "open sesame"));
    expect(readBasic(readAuthorization(header))).toBeUndefined();
    expect(() => showHeader(header)).toThrow(expect.objectContaining(refusal));
    expect(scrypt.calls).toEqual([]);
  });

  it("says the same of an unknown user and of a wrong password", async () => {
    const { show } = setting(line("alice", "open sesame"));
    const errors = await Promise.all([show("alice", "wrong"), show("nobody", "open sesame")].map((call) => call.catch((error: RegistryError) => error)));
    for (const error of errors) expect(error).toMatchObject(refusal);
    expect((errors as RegistryError[]).map(({ cause, violations, retryAfter }) => [cause, violations, retryAfter])).toEqual([[undefined, [], undefined], [undefined, [], undefined]]);
  });

  it("binds a user to the policy of its line", async () => {
    const { way, show } = setting(line("alice", "open sesame", cheap, "internal") + line("bob", "open sesame"));
    expect(way.terms!(await show("alice", "open sesame"), 0)).toEqual({ policy: "internal" });
    expect(way.terms!(await show("bob", "open sesame"), 0)).toEqual({ policy: "" });
  });

  it("knows nobody where a realm has no users", async () => {
    const { put, showHeader } = setting("");
    put(undefined);
    expect(() => showHeader(basic("alice", "x"))).toThrow(expect.objectContaining(refusal));
  });
});

describe("the work for a password", () => {
  it("is the same for an unknown user and a wrong password", async () => {
    const { show, scrypt } = setting(line("alice", "open sesame"));
    for (const name of ["alice", "nobody"]) {
      scrypt.calls.length = 0;
      for (let i = 0; i < 3; i++) await show(name, "wrong").catch(() => {});
      expect(scrypt.calls, name).toEqual(Array(3).fill({ password: "wrong", cost: cheap }));
    }
  });

  it("is for an unknown user that of one of the users, always the same one, where they differ", async () => {
    const dear = { ln: 15, r: 8, p: 3 };
    const { show, scrypt } = setting(line("alice", "x", cheap) + line("bob", "x", dear));
    const costs = new Map<string, Set<number>>();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 40; i++) {
        await show(`nobody-${i}`, "wrong").catch(() => {});
        const name = `nobody-${i}`;
        costs.set(name, (costs.get(name) ?? new Set()).add(scrypt.calls.at(-1)!.cost.ln));
      }
    }
    expect([...costs.values()].every((each) => each.size === 1)).toBe(true);
    expect(new Set([...costs.values()].flatMap((each) => [...each]))).toEqual(new Set([cheap.ln, dear.ln]));
  });

  it("is done for a file without users too", async () => {
    const { show, scrypt } = setting("");
    await expect(show("alice", "x")).rejects.toMatchObject(refusal);
    expect(scrypt.calls).toEqual([{ password: "x", cost: { ln: 15, r: 8, p: 3 } }]);
  });

  it("is done once for five minutes, and never remembers what was wrong", async () => {
    const { show, showHeader, scrypt } = setting(line("alice", "open sesame"));
    await show("alice", "open sesame", 1000);
    const again = showHeader(basic("alice", "open sesame"), 1299);
    expect(again, "no promise: nothing is waited for").not.toBeInstanceOf(Promise);
    expect(scrypt.calls).toHaveLength(1);
    await show("alice", "open sesame", 1300);
    expect(scrypt.calls).toHaveLength(2);
    for (let i = 0; i < 2; i++) await expect(show("alice", "open sesam", 1301)).rejects.toMatchObject(refusal);
    expect(scrypt.calls).toHaveLength(4);
  });

  it("is done again when the clock was set back", async () => {
    const { show, scrypt } = setting(line("alice", "open sesame"));
    await show("alice", "open sesame", 100_000);
    await show("alice", "open sesame", 1000);
    expect(scrypt.calls).toHaveLength(2);
  });

  it("is done once for callers that come together", async () => {
    const { show, scrypt } = setting(line("alice", "open sesame"));
    const callers = await Promise.all(Array.from({ length: 100 }, () => show("alice", "open sesame")));
    expect(new Set(callers.map(({ principal }) => principal.id))).toEqual(new Set(["alice"]));
    expect(scrypt.calls).toHaveLength(1);
  });

  it("is done for two at once at most; 32 more wait, and the next are told to come back", async () => {
    const { show, scrypt } = setting(line("alice", "open sesame"));
    scrypt.hold();
    const callers = Array.from({ length: 40 }, (_, i) => show(`nobody-${i}`, "x").catch((error: RegistryError) => error));
    await new Promise(setImmediate);
    expect(scrypt.calls).toHaveLength(2);
    let left = true;
    const all = Promise.all(callers).finally(() => (left = false));
    while (left) {
      scrypt.release();
      await new Promise(setImmediate);
    }
    const kinds = (await all).map((each) => (each as RegistryError).kind);
    expect(kinds.filter((kind) => kind === "invalid_token")).toHaveLength(34);
    expect(kinds.filter((kind) => kind === "overloaded")).toHaveLength(6);
    expect((await all).at(-1)).toMatchObject({ kind: "overloaded", retryAfter: 2 });
    expect(scrypt.most()).toBe(2);
    // And there is room again.
    const later = show("alice", "open sesame");
    await new Promise(setImmediate);
    scrypt.release();
    expect((await later).principal.id).toBe("alice");
  });

  it("that fails leaves room for the next", async () => {
    let fail = true;
    const way = createBasicWayIn({
      users: () => usersOf(line("alice", "open sesame")),
      randomBytes: (size) => new Uint8Array(size),
      derive: async (password) => {
        if (fail) throw new Error("out of memory");
        return keyOf(password);
      },
    });
    const occasion = { registry: { limits: unlimited } as Registry, realm: { name: "default" } as Realm, now: 0, manages: false };
    for (let i = 0; i < 5; i++) await expect(way.identify(shownBy(basic("alice", "open sesame")), occasion)).rejects.toThrow("out of memory");
    fail = false;
    expect(await way.identify(shownBy(basic("alice", "open sesame")), occasion)).toMatchObject({ principal: { id: "alice" } });
  });
});

describe("a user of the file", () => {
  it("who is removed is unknown at once, though remembered", async () => {
    const { show, put } = setting(line("alice", "open sesame") + line("bob", "x"));
    await show("alice", "open sesame");
    put(line("bob", "x"));
    await expect(show("alice", "open sesame")).rejects.toMatchObject(refusal);
  });

  it("whose password is changed needs the new one at once", async () => {
    const { show, put } = setting(line("alice", "open sesame"));
    await show("alice", "open sesame");
    put(line("alice", "another one"));
    await expect(show("alice", "open sesame")).rejects.toMatchObject(refusal);
    expect((await show("alice", "another one")).principal.id).toBe("alice");
  });

  it.each([["removed", ""], ["changed", line("alice", "another one")]])("who is %s while the work is done is refused", async (_, text) => {
    const { show, put, scrypt } = setting(line("alice", "open sesame"));
    scrypt.hold();
    const call = show("alice", "open sesame");
    await new Promise(setImmediate);
    put(text);
    scrypt.release();
    await expect(call).rejects.toMatchObject(refusal);
  });

  it("whose policy is changed keeps being known, with the new one", async () => {
    const { way, show, put, scrypt } = setting(line("alice", "open sesame", cheap, "one"));
    await show("alice", "open sesame");
    put(line("alice", "open sesame", cheap, "two"));
    expect(way.terms!(await show("alice", "open sesame"), 0)).toEqual({ policy: "two" });
    expect(scrypt.calls).toHaveLength(1);
  });
});
