import type { RandomBytes } from "./ports.js";

/** Crockford's alphabet: no letter that reads like a digit, and its order is the order of the bits. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const timeCharacters = 10;
const randomCharacters = 16;

/** Used again for every id: nothing waits between its first character and its last. */
const characters = Buffer.alloc(timeCharacters + randomCharacters);

/**
 * A new client id: 48 bits of milliseconds, 80 random bits, as 26 characters in an order that follows time.
 * Time order keeps the table's writes in one place; the random bits keep ids apart; it never looks like a URL.
 */
export function makeClientId(milliseconds: number, randomBytes: RandomBytes): string {
  for (let rest = milliseconds, i = timeCharacters - 1; i >= 0; i--) {
    characters[i] = alphabet.charCodeAt(rest % 32);
    rest = Math.floor(rest / 32);
  }
  const random = randomBytes(randomCharacters);
  // Five bits of each byte: a byte is cheap, and no bit is used twice.
  for (let i = 0; i < randomCharacters; i++) characters[timeCharacters + i] = alphabet.charCodeAt(random[i]! & 31);
  return characters.toString("latin1");
}
