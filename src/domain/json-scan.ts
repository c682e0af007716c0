// The bytes of a JSON text, looked at before it is parsed and once more where it is refused. They are UTF-8, and need not be JSON.

import type { Buffer } from "node:buffer";
import type { JsonLimits } from "./json-limits.js";

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const letterU = 0x75;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

/** What a text has, counted without parsing it. */
export interface Scan {
  readonly problem: "too_deep" | "too_many_members" | "too_many_items" | undefined;
  readonly colons: number;
  /** The text has a \u escape: in valid UTF-8, the only way to a lone surrogate and to U+0000. */
  readonly escapes: boolean;
  /** Where the first number starts that a double cannot hold; -1 when there is none. */
  readonly badNumberAt: number;
}

/** One pass over the bytes, whether they are JSON or not: what is outside of strings gives depth, counts and numbers. */
export function scanStructure(bytes: Buffer, bounds: JsonLimits): Scan {
  const end = bytes.length;
  let problem: Scan["problem"];
  let depth = 0;
  let colons = 0;
  let commas = 0;
  let escapes = false;
  let badNumberAt = -1;
  let i = 0;
  while (i < end) {
    const byte = bytes[i]!;
    if (byte === quote) {
      for (i++; i < end; i++) {
        const inner = bytes[i]!;
        if (inner === quote) break;
        if (inner === backslash) {
          i++;
          if (i < end && bytes[i] === letterU) escapes = true;
        }
      }
    } else if (byte === openBrace || byte === openBracket) {
      if (++depth > bounds.depth) {
        problem = "too_deep";
        break;
      }
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
    } else if (byte === colon) {
      if (++colons > bounds.members) {
        problem = "too_many_members";
        break;
      }
    } else if (byte === comma) {
      if (++commas > bounds.items) {
        problem = "too_many_items";
        break;
      }
    } else if ((byte >= zero && byte <= nine) || byte === minus) {
      const start = i;
      i = endOfNumber(bytes, start);
      if (badNumberAt < 0 && !isHeldByDouble(bytes, start, i, bounds.numberLength)) badNumberAt = start;
      continue;
    }
    i++;
  }
  return { problem, colons, escapes, badNumberAt };
}

function endOfNumber(bytes: Buffer, start: number): number {
  let i = start + 1;
  for (; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const isPart = (byte >= zero && byte <= nine) || byte === minus || byte === 0x2b || byte === 0x2e || byte === 0x45 || byte === 0x65;
    if (!isPart) break;
  }
  return i;
}

/** Whether the number comes back as it was sent: 0.1 does, 12345678901234567890 and 1e400 do not. */
function isHeldByDouble(bytes: Buffer, start: number, end: number, maxLength: number): boolean {
  if (end - start > maxLength) return false;
  const token = bytes.toString("latin1", start, end);
  const exponentAt = token.search(/e/i);
  const mantissaLength = exponentAt < 0 ? token.length : exponentAt;
  const exponent = exponentAt < 0 ? 0 : Number(token.slice(exponentAt + 1));
  // 15 significant digits survive the way to a double and back, as long as it is far from the ends of its range.
  if (mantissaLength <= 15 && Math.abs(exponent) <= 290) return true;
  const number = Number(token);
  // What is not a number is for JSON.parse to refuse.
  if (Number.isNaN(number)) return true;
  const back = String(number);
  return back === token || (Number.isFinite(number) && decimalOf(token) === decimalOf(back));
}

/** A decimal in one spelling: digits without zeros at either end, and the power of ten of the last. */
function decimalOf(token: string): string {
  const unsigned = token.startsWith("-") ? token.slice(1) : token;
  const [mantissa, exponent = "0"] = unsigned.toLowerCase().split("e") as [string, string?];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string?];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? "0" : `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** The slow way, for a text that has been parsed and is to be refused: the path of its first duplicate, or of what starts at an offset. */
export function locate(bytes: Buffer, target: "duplicate" | number): (string | number)[] {
  const frames: { readonly names: Set<string> | undefined; step: string | number }[] = [];
  let nameComes = false;
  for (let i = 0; i < bytes.length; i++) {
    const frame = frames.at(-1);
    if (i === target) break;
    switch (bytes[i]) {
      case openBrace:
        frames.push({ names: new Set(), step: "" });
        nameComes = true;
        break;
      case openBracket:
        frames.push({ names: undefined, step: 0 });
        break;
      case closeBrace:
      case closeBracket:
        frames.pop();
        break;
      case colon:
        nameComes = false;
        break;
      case comma:
        if (typeof frame?.step === "number") frame.step++;
        else nameComes = true;
        break;
      case quote: {
        const start = i;
        for (i++; bytes[i] !== quote; i++) if (bytes[i] === backslash) i++;
        if (frame?.names === undefined || !nameComes) break;
        // Parsed, not sliced: "\u0061" and "a" are one name.
        const name = JSON.parse(bytes.toString("utf8", start, i + 1)) as string;
        frame.step = name;
        if (target === "duplicate" && frame.names.has(name)) return frames.map(({ step }) => step);
        frame.names.add(name);
        break;
      }
      default:
    }
  }
  return frames.map(({ step }) => step);
}
