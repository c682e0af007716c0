// Conditions on texts of a client's record, tested on its protobuf bytes: a list that looks at a million records cannot decode each. The
// fields come as numbers, so that a store's thread needs no schema.

import { Buffer } from "node:buffer";
import type { RecordCondition } from "./ports.js";
import { bytesType, fixed64Type, varintType } from "./wire-bytes.js";

const fixed32Type = 5;

/** The field of a map's entry that holds its value. */
const mapValue = 2;

/** Whether a text of the record, given by its place, is the one that is looked for. */
type TextTest = (record: Buffer, start: number, end: number) => boolean;

interface Test {
  readonly fields: ReadonlySet<number>;
  readonly maps: ReadonlySet<number>;
  readonly isWanted: TextTest;
}

/** Prepares conditions: whether a record meets all of them. What is no record does: whoever reads it finds the damage, and tells of it. */
export function recordTest(conditions: readonly RecordCondition[]): (record: Uint8Array) => boolean {
  const tests = conditions.map(({ fields, maps, test, text }): Test => ({ fields: new Set(fields), maps: new Set(maps), isWanted: textTests[test](text) }));
  return (record) => {
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
    try {
      return tests.every((test) => meets(bytes, test));
    } catch (error) {
      if (error instanceof RangeError) return true;
      throw error;
    }
  };
}

const textTests: Readonly<Record<RecordCondition["test"], (wanted: string) => TextTest>> = {
  is(wanted) {
    const bytes = Buffer.from(wanted);
    return (record, start, end) => end - start === bytes.length && bytes.compare(record, start, end) === 0;
  },
  host: (wanted) => (record, start, end) => hostOf(record.toString("utf8", start, end)) === wanted,
  holds: (wanted) => (record, start, end) => record.toString("utf8", start, end).toLowerCase().includes(wanted),
};

/** The host of a URI as it is written, in lower case and without a period at the end; undefined when it has none. */
function hostOf(uri: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^/?#:]*)/i.exec(uri)?.[1];
  return authority === undefined || authority === "" ? undefined : authority.toLowerCase().replace(/\.$/, "");
}

function meets(record: Buffer, { fields, maps, isWanted }: Test): boolean {
  return someValue(record, 0, record.length, (number, start, end) => {
    if (fields.has(number)) return isWanted(record, start, end);
    return maps.has(number) && someValue(record, start, end, (member, from, to) => member === mapValue && isWanted(record, from, to));
  });
}

/** Whether a value that is bytes or text, with its field's number, passes. */
function someValue(record: Buffer, start: number, end: number, passes: (number: number, start: number, end: number) => boolean): boolean {
  let at = start;
  /** Reads a number of 32 bits; the more there is of a longer one is skipped. */
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = record[at++];
      if (byte === undefined) throw new RangeError("a record ends within a number");
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  while (at < end) {
    const tag = varint();
    switch (tag & 7) {
      case varintType:
        varint();
        break;
      case fixed64Type:
        at += 8;
        break;
      case fixed32Type:
        at += 4;
        break;
      case bytesType: {
        const length = varint();
        at += length;
        if (at > end) throw new RangeError("a record ends within a value");
        if (passes(tag >>> 3, at - length, at)) return true;
        break;
      }
      default:
        throw new RangeError("a record has a value of no known type");
    }
  }
  return false;
}
