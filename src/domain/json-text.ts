// Strict JSON text. What RFC 8259 leaves to the reader, and what JSON.parse lets pass in silence, is decided here once for every door
// that takes JSON. Limits are checked on the bytes before anything is parsed.

import { Buffer, isUtf8 } from "node:buffer";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { jsonLimits, type JsonLimits } from "./json-limits.js";
import { locate, scanStructure } from "./json-scan.js";

/** All that can be wrong with a JSON text. */
export const jsonProblems = [
  "empty",
  "not_utf8",
  "byte_order_mark",
  "not_json",
  "not_an_object",
  "too_deep",
  "too_many_members",
  "too_many_items",
  "duplicate_member",
  "forbidden_member",
  "string_too_long",
  "number_out_of_range",
  "lone_surrogate",
  "nul",
] as const;

export type JsonProblem = (typeof jsonProblems)[number];

export interface JsonFailure {
  readonly ok: false;
  readonly problem: JsonProblem;
  /** The member at fault as a path in printable ASCII, "jwks.keys[0].kid"; absent when the text as a whole is. */
  readonly member?: string;
  /** An ASCII sentence for the caller; of the text it repeats names of members only, escaped. */
  readonly description: string;
}

export type JsonReadResult = { readonly ok: true; readonly value: JsonObject } | JsonFailure;

/** Reads one JSON object from UTF-8 bytes. Never throws. When it accepts, the value is what JSON.parse makes of the text. */
export function readJsonObject(bytes: Uint8Array, limits?: Partial<JsonLimits>): JsonReadResult {
  const bounds = limits === undefined ? jsonLimits : { ...jsonLimits, ...limits };
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) return failure("empty", bounds);
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) return failure("byte_order_mark", bounds);
  if (!isUtf8(buffer)) return failure("not_utf8", bounds);
  const scan = scanStructure(buffer, bounds);
  if (scan.problem !== undefined) return failure(scan.problem, bounds);

  let value: JsonValue;
  try {
    value = JSON.parse(buffer.toString("utf8")) as JsonValue;
  } catch (error) {
    return failure("not_json", bounds, undefined, positionIn(error));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return failure("not_an_object", bounds);
  if (scan.badNumberAt >= 0) return failure("number_out_of_range", bounds, locate(buffer, scan.badNumberAt));

  const walk = { bounds, escapes: scan.escapes, members: 0 };
  const finding = inspect(value, walk);
  if (finding !== undefined) return failure(finding.problem, bounds, finding.path.reverse());
  // Each colon outside of strings is a member of the text; what the parsed value lacks was overwritten by a later one of its name.
  if (walk.members !== scan.colons) return failure("duplicate_member", bounds, locate(buffer, "duplicate"));
  return { ok: true, value };
}

interface Finding {
  readonly problem: JsonProblem;
  /** From the value outwards: each level adds its step as the search returns. */
  readonly path: (string | number)[];
}

interface Walk {
  readonly bounds: JsonLimits;
  readonly escapes: boolean;
  members: number;
}

// Names by which code that copies or merges objects reaches a prototype. No registered field has one.
const forbiddenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Recursion is safe here and only here: the scan has bounded the depth. */
function inspect(value: JsonValue, walk: Walk): Finding | undefined {
  if (typeof value === "string") return inspectText(value, walk);
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const finding = inspect(value[i]!, walk);
      if (finding !== undefined) return within(finding, i);
    }
    return undefined;
  }
  for (const name in value) {
    walk.members++;
    if (forbiddenNames.has(name)) return { problem: "forbidden_member", path: [name] };
    const finding = inspectText(name, walk) ?? inspect(value[name]!, walk);
    if (finding !== undefined) return within(finding, name);
  }
  return undefined;
}

function inspectText(text: string, { bounds, escapes }: Walk): Finding | undefined {
  if (text.length > bounds.stringLength) return { problem: "string_too_long", path: [] };
  if (!escapes) return undefined;
  if (text.includes("\0")) return { problem: "nul", path: [] };
  return text.isWellFormed() ? undefined : { problem: "lone_surrogate", path: [] };
}

function within(finding: Finding, step: string | number): Finding {
  finding.path.push(step);
  return finding;
}

/** What is wrong, said of a member or of the text as a whole. */
const predicates = {
  empty: () => "is empty; send one JSON object",
  not_utf8: () => "is not valid UTF-8 (RFC 8259 section 8.1)",
  byte_order_mark: () => "starts with a byte order mark; send UTF-8 without one (RFC 8259 section 8.1)",
  not_json: () => "is not valid JSON (RFC 8259)",
  not_an_object: () => "must be one JSON object",
  too_deep: ({ depth }) => `nests deeper than ${depth} levels`,
  too_many_members: ({ members }) => `has more than ${members} members in all`,
  too_many_items: ({ items }) => `has more than ${items} values in all`,
  duplicate_member: () => "stands more than once in its object; send each name once (RFC 8259 section 4)",
  forbidden_member: () => "has a name that is not accepted, at any depth: __proto__, constructor and prototype",
  string_too_long: ({ stringLength }) => `has a name or text longer than ${stringLength} characters`,
  number_out_of_range: () => "is a number that a double cannot hold; send fewer digits, or a string (RFC 8259 section 6)",
  lone_surrogate: () => "has half of a surrogate pair, which is no character (RFC 8259 section 8.2)",
  nul: () => "has the character U+0000, which is not accepted",
} as const satisfies Record<JsonProblem, (limits: JsonLimits) => string>;

function failure(problem: JsonProblem, bounds: JsonLimits, path?: readonly (string | number)[], position = ""): JsonFailure {
  const predicate = predicates[problem](bounds) + position;
  if (path === undefined) return { ok: false, problem, description: `the JSON text ${predicate}` };
  const member = pathText(path);
  return { ok: false, problem, member, description: `${member} ${predicate}` };
}

/** V8 quotes the input in some of its messages; of those without a quotation the position is worth repeating. */
function positionIn(error: unknown): string {
  const position = error instanceof SyntaxError && / in JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(error.message);
  return position ? `: see character ${position[1]}` : "";
}

// Enough for any lawful path; a longer one is an attack on whoever reads the log.
const maxPathLength = 120;

function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += `${text === "" ? "" : "."}${asciiText(step)}`;
    if (text.length > maxPathLength) return `${text.slice(0, maxPathLength)}...`;
  }
  return text;
}

/** Printable ASCII as it is, all else as JSON escapes. */
function asciiText(text: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.slice(0, maxPathLength + 1).replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, escape);
}
