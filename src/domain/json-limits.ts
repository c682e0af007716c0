// How much of JSON is read.

/** Every bound on one JSON text. The size of the body is the door's to limit. */
export interface JsonLimits {
  depth: number;
  members: number;
  items: number;
  stringLength: number;
  numberLength: number;
}

/** What holds where nobody says otherwise. */
export const jsonLimits: Readonly<JsonLimits> = Object.freeze({
  /** A JWK Set needs four levels. JSON.parse bears millions, but JSON.stringify and every recursive reader of the result do not. */
  depth: 16,
  /** Of all objects together: a set of 50 keys and every registered field in a dozen languages stay below it. */
  members: 1000,
  /** Commas, so members and array entries together: bounds the walk over what was parsed. */
  items: 4096,
  /** Of a name or value, in UTF-16 code units. The longest lawful one is a software statement or a certificate. */
  stringLength: 16_384,
  /** Characters of a number. 17 digits, a sign and an exponent say all that a double can hold. */
  numberLength: 64,
});
