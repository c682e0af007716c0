import { describe, expect, it } from "vitest";
import { createGuesses, type Guess } from "../../src/service/limits/guesses.js";
import type { Shown } from "../../src/service/ways-in/way-in.js";

const shown = (address: string, credentials: string): Shown => ({ certificate: { kind: "none" }, authorization: { scheme: "basic", credentials }, address, local: false });

function guesses(burst = 10) {
  return createGuesses({ rate: { burst, perMinute: 60 }, networkKey: ({ address }) => address ?? "", headerKey: ({ credentials }) => credentials, monotonic: () => 0 });
}

/** The kind of error that a guess meets, or the guess. */
function begin(from: ReturnType<typeof guesses>, name: string, address: string, credentials = name): Guess | string {
  try {
    return from.beginGuess(name, shown(address, credentials));
  } catch (error) {
    return (error as { kind: string }).kind;
  }
}

const end = (guess: Guess | string, wrong: boolean) => (typeof guess === "string" ? guess : (guess.end(wrong), "ended"));

describe("guesses", () => {
  it("are paid for before they are looked at: those that come together do not get past the limit", () => {
    const all = guesses(3);
    const begun = ["a", "b", "c", "d", "e"].map((password) => begin(all, "alice", "here", password));
    expect(begun.map((guess) => typeof guess)).toEqual(["object", "object", "object", "string", "string"]);
    expect(begun[3]).toBe("rate_limited");
  });

  it("cost nothing when they are right", () => {
    const all = guesses(1);
    for (let i = 0; i < 20; i += 1) expect(end(begin(all, "alice", "here"), false)).toBe("ended");
    expect(end(begin(all, "alice", "here"), true)).toBe("ended");
    expect(begin(all, "alice", "here")).toBe("rate_limited");
    expect(end(begin(all, "alice", "elsewhere"), false)).toBe("ended");
  });

  it("of ever new names are counted by network", () => {
    const all = guesses(2);
    const answers = Array.from({ length: 30 }, (_, i) => end(begin(all, `user ${i}`, "here"), true));
    expect(answers.filter((answer) => answer === "ended")).toHaveLength(20);
    expect(answers.at(-1)).toBe("rate_limited");
    expect(end(begin(all, "bob", "elsewhere"), false)).toBe("ended");
  });

  it("of one network are eight at a time, and the same one again is no other", () => {
    const all = guesses(100);
    const begun = Array.from({ length: 9 }, (_, i) => begin(all, `user ${i}`, "here"));
    expect(begun.at(-1)).toBe("overloaded");
    expect(typeof begin(all, "user 0", "here")).toBe("object");
    expect(typeof begin(all, "bob", "elsewhere")).toBe("object");
    end(begun[3]!, false);
    expect(typeof begin(all, "user 9", "here")).toBe("object");
  });

  it("that are dear and cannot be guessed cost no token", () => {
    const all = guesses(1);
    for (let i = 0; i < 50; i += 1) expect(end(begin(all, "", "here", `token ${i}`), true)).toBe("ended");
  });
});
