// users/: the file of HTTP Basic users: what a password's hash is and how a line is written. The command line writes what the service
// reads, so both may import it; it imports node:crypto and itself, and touches no file.

import { randomBytes, scrypt, type ScryptOptions } from "node:crypto";

/** A password's hash, taken apart. */
export interface PasswordHash extends ScryptCost {
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
  /** As it stands in the file: $scrypt$ln=15,r=8,p=3$SALT$KEY. */
  readonly text: string;
}

/** What a hash costs (RFC 7914 section 2). */
export interface ScryptCost {
  /** The logarithm of N to base 2. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** Derives a key of `length` bytes from a password. */
export type Derive = (password: string, salt: Uint8Array, cost: ScryptCost, length: number) => Promise<Uint8Array>;

/** 32 MiB and about a quarter of a second on one core; docs/decisions/0009 has the reasons. */
export const standardCost: ScryptCost = { ln: 15, r: 8, p: 3 };

const saltBytes = 16;
const keyBytes = 32;

/** What a file may ask for. Below, a stolen file is guessed too fast; above, one login would cost the server too much. */
const bounds = {
  ln: { least: 13, most: 17 },
  r: { least: 8, most: 16 },
  p: { least: 1, most: 16 },
  salt: { least: 8, most: 64 },
  key: { least: 16, most: 64 },
  /** N * r * p, which is time. */
  work: { least: 2 ** 17, most: 2 ** 21 },
  /** 128 * N * r, in bytes. */
  memory: { least: 0, most: 128 * 2 ** 20 },
} as const;

const within = (value: number, { least, most }: { readonly least: number; readonly most: number }) => value >= least && value <= most;
const memoryOf = ({ ln, r }: ScryptCost) => 128 * 2 ** ln * r;

// The PHC string format: numbers without leading zeros, base64 without padding.
const phc = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Reads a hash; a sentence says what is wrong with it. */
export function parsePasswordHash(text: string): PasswordHash | string {
  const match = phc.exec(text);
  if (match === null) return "must be a scrypt hash as `matricula user add` writes it: $scrypt$ln=15,r=8,p=3$SALT$KEY";
  const [ln, r, p] = [match[1], match[2], match[3]].map(Number) as [number, number, number];
  const salt = fromB64(match[4]!);
  const key = fromB64(match[5]!);
  if (salt === undefined || key === undefined) return "has a salt or a key that is not base64";
  const isBounded =
    within(ln, bounds.ln) && within(r, bounds.r) && within(p, bounds.p) && within(salt.length, bounds.salt) && within(key.length, bounds.key) &&
    within(2 ** ln * r * p, bounds.work) && within(memoryOf({ ln, r, p }), bounds.memory);
  if (!isBounded) return "asks for a cost that is not taken: ln 13 to 17, r 8 to 16, p 1 to 16, the work N*r*p from 2^17 to 2^21, 128 MiB at most";
  return { ln, r, p, salt, key, text };
}

/** Hashes a password at the standard cost, with a fresh salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const { ln, r, p } = standardCost;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toB64(salt)}$${toB64(await derive(password, salt, standardCost, keyBytes))}`;
}

/** scrypt of OpenSSL, in a thread of the pool that Node shares with files and DNS. */
export const derive: Derive = (password, salt, cost, length) => {
  // Node refuses what needs more than maxmem, and counts a little more than the formula says.
  const options: ScryptOptions = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 2 * memoryOf(cost) };
  return new Promise((resolve, reject) => {
    scrypt(composed(password), salt, length, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
};

/** One spelling of what looks the same: keyboards differ in whether they compose an accent (RFC 8265 section 4.2.2). */
export const composed = (text: string): string => text.normalize("NFC");

const toB64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replaceAll("=", "");

function fromB64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return toB64(bytes) === text ? bytes : undefined;
}
