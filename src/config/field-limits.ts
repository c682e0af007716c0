import { getOption, hasOption, isFieldSet, type DescField, type JsonValue } from "@bufbuild/protobuf";
import {
  field as fieldRules,
  MapRulesSchema,
  RepeatedRulesSchema,
  StringRulesSchema,
  type FieldRules,
  type MapRules,
  type RepeatedRules,
  type StringRules,
  type UInt32Rules,
} from "../../gen/ts/buf/validate/validate_pb.js";
import type { Path } from "./path.js";

/** A buf.validate limit that a value breaks. */
export interface BrokenLimit {
  /** From the field to the value: empty, an index, or a key. */
  readonly at: Path;
  readonly message: string;
}

/** The limits that the field's buf.validate annotation sets and `value`, of the right JSON type, breaks. */
export function brokenLimits(field: DescField, value: JsonValue): BrokenLimit[] {
  return hasOption(field, fieldRules) ? broken(getOption(field, fieldRules), value) : [];
}

function broken(rules: FieldRules | undefined, value: JsonValue): BrokenLimit[] {
  if (rules === undefined) return [];
  switch (rules.type.case) {
    case undefined:
      return [];
    case "string":
      return here(brokenText(rules.type.value, value as string));
    case "uint32":
      return here(brokenNumber(rules.type.value, value as number));
    case "repeated":
      return brokenList(rules.type.value, value as JsonValue[]);
    case "map":
      return brokenMap(rules.type.value, value as { [key: string]: JsonValue });
    default:
      throw new TypeError(`the configuration's limits of the kind ${rules.type.case} are not read`);
  }
}

function brokenText(rules: StringRules, value: string): string[] {
  // buf.validate counts code points.
  const length = [...value].length;
  const messages: string[] = [];
  if (length < rules.minLen) messages.push(`must have at least ${rules.minLen} characters`);
  if (isFieldSet(rules, StringRulesSchema.field.maxLen) && length > rules.maxLen) messages.push(`must have at most ${rules.maxLen} characters`);
  if (rules.in.length > 0 && !rules.in.includes(value)) messages.push(`must be one of ${rules.in.join(", ")}`);
  return messages;
}

function brokenNumber({ greaterThan, lessThan }: UInt32Rules, value: number): string[] {
  const low = greaterThan.case === "gt" ? greaterThan.value + 1 : (greaterThan.value ?? 0);
  const high = lessThan.case === "lt" ? lessThan.value - 1 : (lessThan.value ?? 0xffff_ffff);
  return value < low || value > high ? [`must be between ${low} and ${high}`] : [];
}

function brokenList(rules: RepeatedRules, values: JsonValue[]): BrokenLimit[] {
  const messages: string[] = [];
  if (values.length < rules.minItems) messages.push(`must have at least ${rules.minItems} entries`);
  if (isFieldSet(rules, RepeatedRulesSchema.field.maxItems) && values.length > rules.maxItems) messages.push(`must have at most ${rules.maxItems} entries`);
  return [...here(messages), ...values.flatMap((value, i) => within(i, broken(rules.items, value)))];
}

function brokenMap(rules: MapRules, values: { [key: string]: JsonValue }): BrokenLimit[] {
  const entries = Object.entries(values);
  const messages: string[] = [];
  if (entries.length < rules.minPairs) messages.push(`must have at least ${rules.minPairs} entries`);
  if (isFieldSet(rules, MapRulesSchema.field.maxPairs) && entries.length > rules.maxPairs) messages.push(`must have at most ${rules.maxPairs} entries`);
  return [
    ...here(messages),
    ...entries.flatMap(([key, value]) => within(key, [...broken(rules.keys, key), ...broken(rules.values, value)])),
  ];
}

const here = (messages: string[]): BrokenLimit[] => messages.map((message) => ({ at: [], message }));
const within = (step: string | number, limits: BrokenLimit[]): BrokenLimit[] => limits.map(({ at, message }) => ({ at: [step, ...at], message }));
