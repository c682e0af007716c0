// JSON as people write it into files: every mistake is told with its line and column, which JSON.parse does only at times.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** Where something stands in a text; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake in a JSON text. */
export class JsonMistake extends Error {
  override readonly name = "JsonMistake";
  readonly position: Position;

  constructor(message: string, position: Position) {
    super(message);
    this.position = position;
  }
}

export interface JsonDocument {
  readonly object: JsonObject;
  /** Where each member of the outermost object starts. */
  readonly positions: ReadonlyMap<string, Position>;
}

/** More than the service accepts; it keeps the recursion below from exhausting the stack. */
const maxDepth = 64;

/** Reads a text that must be one JSON object (RFC 8259). Throws JsonMistake. */
export function parseJsonObject(text: string): JsonDocument {
  return new Reader(text).document();
}

class Reader {
  readonly #text: string;
  readonly #positions = new Map<string, Position>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonDocument {
    this.#skipSpace();
    if (this.#at === this.#text.length) this.#fail("there is nothing here; write one JSON object");
    if (this.#text[this.#at] !== "{") this.#fail("expected one JSON object, which starts with {");
    const object = this.#object(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("there is more after the end of the object");
    return { object, positions: this.#positions };
  }

  #value(depth: number): JsonValue {
    if (depth > maxDepth) this.#fail(`nests deeper than ${maxDepth} levels`);
    const next = this.#text[this.#at];
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#array(depth);
    if (next === '"') return this.#string();
    return this.#literal();
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#at++;
    this.#skipSpace();
    if (this.#take("}")) return object;
    for (;;) {
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail('expected a member\'s name in double quotes', start);
      const name = this.#string();
      if (Object.hasOwn(object, name)) this.#fail(`${JSON.stringify(name)} stands here a second time`, start);
      // Assigning to it would set the prototype; the service refuses the name as well.
      if (name === "__proto__") this.#fail("__proto__ is not accepted as a name", start);
      if (depth === 1) this.#positions.set(name, this.#position(start));
      this.#skipSpace();
      if (!this.#take(":")) this.#fail("expected : after the member's name");
      this.#skipSpace();
      object[name] = this.#value(depth + 1);
      if (!this.#hasNext("}")) return object;
    }
  }

  #array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take("]")) return array;
    for (;;) {
      array.push(this.#value(depth + 1));
      if (!this.#hasNext("]")) return array;
    }
  }

  /** After a value: a comma and another one, or the end. */
  #hasNext(end: "}" | "]"): boolean {
    this.#skipSpace();
    if (this.#take(end)) return false;
    const comma = this.#at;
    if (!this.#take(",")) this.#fail(`expected , or ${end}`);
    this.#skipSpace();
    if (this.#text[this.#at] === end) this.#fail(`a comma before ${end} is not JSON; take it out`, comma);
    return true;
  }

  #string(): string {
    const start = this.#at;
    const token = quoted.exec(this.#from(quoted, start))?.[0];
    if (token === undefined) this.#fail("this text has no closing quote on its line, or a wrong escape", start);
    this.#at = quoted.lastIndex;
    const value = JSON.parse(token) as string;
    if (!value.isWellFormed()) this.#fail("has half of a surrogate pair, which is no character", start);
    return value;
  }

  #literal(): JsonValue {
    const start = this.#at;
    const word = literal.exec(this.#from(literal, start))?.[0];
    if (word === undefined) this.#fail(start === this.#text.length ? "the text ends before its object does" : "expected a value: text in double quotes, a number, true, false, null, [ or {", start);
    this.#at = literal.lastIndex;
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    const number = Number(word);
    const digits = word.replace(/e.*/i, "").replace(/\D/g, "").replace(/^0+|0+$/g, "").length;
    if (!Number.isFinite(number) || digits > 17 || (/^-?\d+$/.test(word) && !Number.isSafeInteger(number))) {
      this.#fail("this number would be rounded; write it as text", start);
    }
    return number;
  }

  #from(pattern: RegExp, start: number): string {
    pattern.lastIndex = start;
    return this.#text;
  }

  #skipSpace(): void {
    space.exec(this.#from(space, this.#at));
    this.#at = space.lastIndex;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #position(at: number): Position {
    const before = this.#text.slice(0, at).split("\n");
    return { line: before.length, column: before.at(-1)!.length + 1 };
  }

  #fail(message: string, at = this.#at): never {
    throw new JsonMistake(message, this.#position(at));
  }
}

// RFC 8259 sections 2, 3, 6 and 7.
const space = /[ \t\r\n]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const quoted = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
