import { fromJson, ScalarType, type DescEnum, type DescField, type DescMessage, type JsonObject, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { ListValueSchema, StructSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import type { Mistake } from "./configuration-error.js";
import { brokenLimits } from "./field-limits.js";
import { nearestName } from "../domain/nearest-name.js";
import { formatPath, type Path } from "./path.js";
import { parseYaml } from "./yaml-document.js";

/** A YAML text read against a message descriptor. */
export interface YamlTree<Desc extends DescMessage> {
  /** What could be read; undefined when the text is not YAML. With mistakes, what is wrong is left out or empty. */
  readonly message: MessageShape<Desc> | undefined;
  readonly mistakes: readonly Mistake[];
  /** The place of the nearest thing that was written: `path` itself or what holds it. */
  placeOf(path: Path): { readonly line: number; readonly column: number };
  /** Whether a mistake was found at `path`, above it, or directly in it: what else seems wrong there may be its shadow. */
  isBroken(path: Path): boolean;
}

/** Depth of a google.protobuf.Value: as deep as metadata may be. */
const maxValueDepth = 16;

/** Names that plain objects give a meaning of their own. */
export const unsafeNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

interface Walk {
  readonly mistakes: Mistake[];
  readonly places: Map<string, { line: number; column: number }>;
  readonly broken: Set<string>;
  placeAt(offset: number): { line: number; column: number };
}

/**
 * Reads `text` as `schema` and finds all mistakes at once: unknown and duplicate keys, wrong types, unknown enum values,
 * and broken buf.validate limits. protobuf-es alone would take "5" for 5, null for absent and both spellings of a name.
 */
export function readYaml<Desc extends DescMessage>(text: string, schema: Desc): YamlTree<Desc> {
  const { root, syntaxMistakes, placeAt } = parseYaml(text);
  const walk: Walk = { mistakes: [], places: new Map([["", { line: 1, column: 1 }]]), broken: new Set(), placeAt };
  for (const { offset, message } of syntaxMistakes) walk.mistakes.push({ ...placeAt(offset), path: "", message });
  const isYaml = syntaxMistakes.length === 0;
  const isEmpty = root === null || (isScalar(root) && root.value === null);
  const json = isYaml && !isEmpty ? readMessage(walk, root, schema, []) : {};
  return {
    message: isYaml ? fromJson(schema, json) : undefined,
    mistakes: walk.mistakes,
    placeOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const place = walk.places.get(formatPath(path.slice(0, length)));
        if (place !== undefined) return place;
      }
      return { line: 1, column: 1 };
    },
    isBroken: (path) => path.some((_, i) => walk.broken.has(formatPath(path.slice(0, i + 1)))) || walk.broken.has(`${formatPath(path)}.*`),
  };
}

function report(walk: Walk, path: Path, message: string, place = walk.places.get(formatPath(path)) ?? { line: 1, column: 1 }): void {
  walk.mistakes.push({ ...place, path: formatPath(path), message });
  walk.broken.add(formatPath(path)).add(`${formatPath(path.slice(0, -1))}.*`);
}

function readMessage(walk: Walk, node: Node | null, schema: DescMessage, path: Path): JsonObject {
  const json: JsonObject = {};
  if (!isPlainNode(walk, node, path)) return json;
  if (!isMap(node)) {
    report(walk, path, `must be a mapping of keys, not ${kindOf(node)}`);
    return json;
  }
  const fields = new Map(schema.fields.map((field) => [field.jsonName, field]));
  for (const entry of entriesOf(walk, node, path)) {
    const field = fields.get(entry.name);
    if (field === undefined) {
      const near = nearestName(entry.name, [...fields.keys()]);
      report(walk, entry.path, `is not a known key${near === undefined ? `; known are ${[...fields.keys()].join(", ")}` : `; did you mean ${near}?`}`, entry.keyPlace);
      continue;
    }
    const found = walk.mistakes.length;
    const value = readField(walk, entry.value, field, entry.path);
    if (walk.mistakes.length === found && value !== undefined) {
      for (const { at, message } of brokenLimits(field, value)) report(walk, [...entry.path, ...at], message);
    }
    if (value !== undefined) json[entry.name] = value;
  }
  return json;
}

function readField(walk: Walk, node: Node | null, field: DescField, path: Path): JsonValue | undefined {
  switch (field.fieldKind) {
    case "scalar":
    case "enum":
    case "message":
      return readSingle(walk, node, field, path);
    case "list": {
      if (!isPlainNode(walk, node, path)) return undefined;
      if (!isSeq(node)) return void report(walk, path, `must be a list, not ${kindOf(node)}`);
      // What cannot be read leaves a placeholder, so that indices still mean what the file says.
      return node.items.map((item, i) => {
        setPlace(walk, [...path, i], item as Node);
        return readSingle(walk, item as Node, field, [...path, i]) ?? placeholder(field);
      });
    }
    case "map": {
      if (!isPlainNode(walk, node, path)) return undefined;
      if (!isMap(node)) return void report(walk, path, `must be a mapping of keys, not ${kindOf(node)}`);
      const json: JsonObject = {};
      for (const entry of entriesOf(walk, node, path)) {
        const kinds = { scalar: field.scalar, enum: field.enum, message: field.message };
        const value = readSingle(walk, entry.value, kinds, entry.path);
        if (value !== undefined) json[entry.name] = value;
      }
      return json;
    }
  }
}

/** What one value is: exactly one of the three. */
interface SingleKind {
  readonly scalar?: ScalarType | undefined;
  readonly enum?: DescEnum | undefined;
  readonly message?: DescMessage | undefined;
}

function readSingle(walk: Walk, node: Node | null, kind: SingleKind, path: Path): JsonValue | undefined {
  if (kind.message !== undefined) {
    switch (kind.message.typeName) {
      case ValueSchema.typeName: {
        const found = walk.mistakes.length;
        const value = readAny(walk, node, path, maxValueDepth);
        // What is wrong within makes the whole value something else than what was meant.
        if (walk.mistakes.length > found) walk.broken.add(formatPath(path));
        return value;
      }
      case StructSchema.typeName:
      case ListValueSchema.typeName:
        throw new TypeError(`${kind.message.typeName} in a configuration message is not read`);
      default:
        return readMessage(walk, node, kind.message, path);
    }
  }
  if (!isPlainNode(walk, node, path)) return undefined;
  return kind.enum !== undefined ? readEnum(walk, node, kind.enum, path) : readScalar(walk, node, kind.scalar, path);
}

function readScalar(walk: Walk, node: Node | null, scalar: ScalarType | undefined, path: Path): JsonValue | undefined {
  const value: unknown = isScalar(node) ? node.value : undefined;
  switch (scalar) {
    case ScalarType.STRING:
      if (typeof value === "string") return readText(walk, value, path);
      return void report(walk, path, `must be a string, not ${kindOf(node)}${typeof value === "number" || typeof value === "boolean" ? "; put it in quotes" : ""}`);
    case ScalarType.BOOL:
      if (typeof value === "boolean") return value;
      return void report(walk, path, `must be true or false, not ${kindOf(node)}`);
    case ScalarType.UINT32:
      if (typeof value !== "number") return void report(walk, path, `must be a number, not ${kindOf(node)}`);
      if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value;
      return void report(walk, path, "must be a whole number between 0 and 4294967295");
    default:
      throw new TypeError(`${formatPath(path)}: scalars of the type ${scalar} in a configuration message are not read`);
  }
}

/** Takes ROLE_ADMIN and admin alike. The zero value is how protobuf says "not written": leave the key out. */
function readEnum(walk: Walk, node: Node | null, desc: DescEnum, path: Path): JsonValue | undefined {
  const names = desc.values.filter(({ number }) => number !== 0).map(({ name }) => ({ name, friendly: name.slice(desc.sharedPrefix?.length ?? 0).toLowerCase() }));
  const friendly = names.map((row) => row.friendly);
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (typeof value !== "string") return void report(walk, path, `must be one of ${friendly.join(", ")}, not ${kindOf(node)}`);
  const row = names.find(({ name, friendly: short }) => value === name || value === short);
  if (row !== undefined) return row.name;
  const near = nearestName(value, friendly);
  return void report(walk, path, `must be one of ${friendly.join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`);
}

/** A google.protobuf.Value: whatever JSON can say. */
function readAny(walk: Walk, node: Node | null, path: Path, depthLeft: number): JsonValue | undefined {
  if (node === null) return null;
  if (!isPlainNode(walk, node, path)) return undefined;
  if (depthLeft === 0) return void report(walk, path, `is nested more than ${maxValueDepth} deep`);
  if (isSeq(node)) {
    return node.items.map((item, i) => {
      setPlace(walk, [...path, i], item as Node);
      return readAny(walk, item as Node, [...path, i], depthLeft - 1) ?? null;
    });
  }
  if (isMap(node)) {
    const json: JsonObject = {};
    for (const entry of entriesOf(walk, node, path)) json[entry.name] = readAny(walk, entry.value, entry.path, depthLeft - 1) ?? null;
    return json;
  }
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (typeof value === "string") return readText(walk, value, path);
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value === "number" && Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  return void report(walk, path, "must be a number that JSON can hold exactly");
}

function readText(walk: Walk, value: string, path: Path): string | undefined {
  if (!unprintable.test(value)) return value;
  return void report(walk, path, "must not hold control characters or halves of characters");
}

const unprintable = /[\p{Cc}\p{Cs}]/u;

/** Refuses what reads differently from how it looks: aliases, anchors, tags. An alias could also multiply a small file. */
function isPlainNode(walk: Walk, node: Node | null, path: Path): boolean {
  if (node === null) return true;
  if (isAlias(node) || node.anchor !== undefined) {
    report(walk, path, "uses a YAML anchor or alias; write the value itself");
    return false;
  }
  if (node.tag !== undefined) {
    report(walk, path, "has a YAML tag; write the value alone");
    return false;
  }
  return true;
}

interface Entry {
  readonly name: string;
  readonly value: Node | null;
  readonly path: Path;
  readonly keyPlace: { line: number; column: number };
}

function* entriesOf(walk: Walk, map: YAMLMap, path: Path): Generator<Entry> {
  const seen = new Set<string>();
  for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
    // The composer was told that keys are strings: anything else is a syntax mistake already.
    if (!isScalar(key) || typeof key.value !== "string") throw new TypeError("a key is not a string");
    const name = key.value;
    const entryPath = [...path, name];
    const keyPlace = walk.placeAt(key.range?.[0] ?? 0);
    if (seen.has(name)) {
      report(walk, entryPath, "is written twice", keyPlace);
    } else if (key.anchor !== undefined) {
      report(walk, entryPath, "uses a YAML anchor or alias; write the value itself", keyPlace);
    } else if (unsafeNames.has(name)) {
      report(walk, entryPath, "is not a name that may be used", keyPlace);
    } else if (readText(walk, name, entryPath) !== undefined) {
      walk.places.set(formatPath(entryPath), keyPlace);
      if (isScalar(value) && value.value !== null) setPlace(walk, entryPath, value);
      yield { name, value, path: entryPath, keyPlace };
    }
    seen.add(name);
  }
}

function setPlace(walk: Walk, path: Path, node: Node): void {
  if (node.range) walk.places.set(formatPath(path), walk.placeAt(node.range[0]));
}

/** A value's kind as a person would say it, with what is short enough to show. Configuration holds no secrets. */
function kindOf(node: Node | null): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  const value: unknown = isScalar(node) ? node.value : null;
  if (value === null) return "empty";
  return typeof value === "string" ? `the string ${JSON.stringify(value.slice(0, 40))}` : `the ${typeof value} ${String(value)}`;
}

function placeholder(kind: SingleKind): JsonValue {
  if (kind.message !== undefined) return kind.message.typeName === ValueSchema.typeName ? null : {};
  if (kind.enum !== undefined) return 0;
  return kind.scalar === ScalarType.STRING ? "" : kind.scalar === ScalarType.BOOL ? false : 0;
}
