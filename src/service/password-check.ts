// Whether a password is a user's: by scrypt the first time, by one HMAC for a while after that.

import { sameDigest } from "../domain/credentials.js";
import type { RandomBytes, Seconds } from "../domain/ports.js";
import { derive as scrypt, standardCost, type Derive, type PasswordHash } from "../users/password-hash.js";
import type { User, Users } from "../users/users-file.js";
import { createBoundedWork } from "./bounded-work.js";
import { createHmacSha256 } from "./hmac.js";
import type { Guess } from "./limits/guesses.js";

/**
 * The user, if the password is right: at once when it has been found right lately, else a promise. The table is asked again when the
 * work is done, as it may have changed. `beginGuess` is called before the work. Throws overloaded, and what beginGuess throws.
 */
export type PasswordCheck = (table: () => Users, name: string, password: string, now: Seconds, beginGuess: () => Guess) => User | undefined | Promise<User | undefined>;

export interface PasswordCheckOptions {
  readonly randomBytes: RandomBytes;
  readonly derive?: Derive;
}

/** Half of the threads of the pool that Node shares with files and DNS. */
const atOnce = 2;
/** About four seconds of work at the standard cost. */
const waiting = 32;
const retryAfter = 2;

/** Seconds for which a password that was right is taken for right. */
const rememberedFor = 300;
const rememberedAtMost = 4096;

export function createPasswordCheck({ randomBytes, derive = scrypt }: PasswordCheckOptions): PasswordCheck {
  const mac = createHmacSha256(randomBytes(32));
  const inTurn = createBoundedWork({ atOnce, waiting, retryAfter });
  /** Until when, by a MAC that no other password, user or stored hash has. */
  const right = new Map<string, Seconds>();
  /** What is being found out, so that callers that come together cost one. */
  const underway = new Map<string, Promise<boolean>>();

  function isRemembered(key: string, now: Seconds): boolean {
    const until = right.get(key);
    if (until === undefined) return false;
    // A clock that was set back must not make it longer.
    if (now < until && until - now <= rememberedFor) return true;
    right.delete(key);
    return false;
  }

  function remember(key: string, now: Seconds): void {
    right.delete(key);
    right.set(key, now + rememberedFor);
    if (right.size > rememberedAtMost) right.delete(right.keys().next().value!);
  }

  function matches(key: string, hash: PasswordHash, password: string): Promise<boolean> {
    const begun = underway.get(key);
    if (begun !== undefined) return begun;
    const work = inTurn(() => derive(password, hash.salt, hash, hash.key.length))
      .then((derived) => sameDigest(derived, hash.key))
      .finally(() => underway.delete(key));
    underway.set(key, work);
    return work;
  }

  const decoys = createDecoys(mac);

  return (table, name, password, now, beginGuess) => {
    const users = table();
    const user = users.get(name);
    const hash = user?.hash ?? decoys(users, name);
    const key = Buffer.from(mac(["password", name, hash.text, password])).toString("latin1");
    if (user !== undefined && isRemembered(key, now)) return user;
    const guess = beginGuess();
    return guessed(guess, () => matches(key, hash, password)).then((isRight) => {
      const still = table().get(name);
      if (!isRight || still?.hash.text !== hash.text) return undefined;
      remember(key, now);
      return still;
    });
  };
}

/** What is found to be wrong is paid for; what could not be looked at is not. */
async function guessed(guess: Guess, work: () => Promise<boolean>): Promise<boolean> {
  let isWrong = false;
  try {
    const isRight = await work();
    isWrong = !isRight;
    return isRight;
  } finally {
    guess.end(isWrong);
  }
}

/**
 * A hash for a name that nobody has, so that it costs what a user's does: as one of the users', always the same one for a name, since
 * not all need cost the same.
 */
function createDecoys(mac: (parts: readonly string[]) => Uint8Array): (users: Users, name: string) => PasswordHash {
  const models = new WeakMap<Users, readonly PasswordHash[]>();
  return (users, name) => {
    let hashes = models.get(users);
    if (hashes === undefined) models.set(users, (hashes = [...users.values()].map(({ hash }) => hash)));
    const chance = Buffer.from(mac(["decoy", name]));
    const model = hashes[chance.readUInt32LE(0) % hashes.length] ?? nobodys;
    return { ...model, salt: chance, key: new Uint8Array(model.key.length), text: "" };
  };
}

/** What a user would have where there is none yet. */
const nobodys: Omit<PasswordHash, "salt" | "text"> = { ...standardCost, key: new Uint8Array(32) };
