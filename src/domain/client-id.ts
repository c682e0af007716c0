import type { RandomBytes } from "./ports.js";

/** Crockford's alphabet: no letter that reads like a digit, and its order is the order of the bits. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A new client id: 48 bits of milliseconds, 80 random bits, as 26 characters in an order that follows time.
 * Time order keeps the table's writes in one place; the random bits keep ids apart; it never looks like a URL.
 */
export function makeClientId(milliseconds: number, randomBytes: RandomBytes): string {
  let time = "";
  for (let rest = milliseconds, i = 0; i < 10; i++) {
    time = alphabet[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  const random = randomBytes(16);
  let tail = "";
  // Five bits of each byte: a byte is cheap, and no bit is used twice.
  for (let i = 0; i < 16; i++) tail += alphabet[random[i]! & 31];
  return time + tail;
}
