// JSON objects as the service reads them. What it may read otherwise than JSON.parse is for it to read.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Names that the service takes for no member's. */
const odd: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const deepest = 16;
/** More of them the service does not read. */
const mostMembers = 1000;
const mostItems = 4096;

/** The object; undefined for what is none, has a member twice or too much of everything, "ask" where its numbers, names or escapes are out of the ordinary. */
export function readPlainObject(bytes: Uint8Array): JsonObject | "ask" | undefined {
  let text: string;
  let value: JsonValue;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const frame = text.replace(/"(?:[^"\\]|\\.)*"/g, "");
  const [colons, commas] = [frame.split(":").length - 1, frame.split(",").length - 1];
  if (colons > mostMembers || commas > mostItems) return undefined;
  const members = countMembers(value, 1);
  if (members === "ask" || text.includes("\\u") || (frame.match(/[-\d][-+.\deE]*/g) ?? []).some((number) => String(Number(number)) !== number)) return "ask";
  // Each colon outside of texts is a member; what is missing was overwritten by a later one of its name.
  return members === colons ? value : undefined;
}

function countMembers(value: JsonValue, depth: number): number | "ask" {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > deepest) return "ask";
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const [name, inner] of Object.entries(value)) {
    const more = odd.has(name) ? "ask" : countMembers(inner, depth + 1);
    if (more === "ask") return "ask";
    count += more;
  }
  return count;
}
