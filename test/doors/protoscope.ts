// Protobuf bytes in a notation that can be read: 2: {5: {"App"}} is field 2 with a message whose field 5 is a text; 3: 7 is a varint;
// `ff00` are bytes as they stand. A part of the language of github.com/protocolbuffers/protoscope.

const token = /\s*(?:(\d+): *|("(?:[^"\\]|\\.)*")|`([0-9a-f]*)`|(\d+)|([{}]))/y;

/** The bytes of a text in the notation. Throws for what is not in it. */
export function protoscope(text: string): Buffer {
  token.lastIndex = 0;
  const bytes = readUntil(text, undefined);
  return bytes;
}

function readUntil(text: string, end: "}" | undefined): Buffer {
  const parts: Uint8Array[] = [];
  for (;;) {
    if (end === undefined && text.slice(token.lastIndex).trim() === "") return Buffer.concat(parts);
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`not protoscope at ${at}: ${text.slice(at, at + 20)}`);
    const [, field, quoted, hex, , brace] = match;
    if (field !== undefined) parts.push(readField(text, Number(field)));
    else if (quoted !== undefined) parts.push(Buffer.from(JSON.parse(quoted) as string));
    else if (hex !== undefined) parts.push(Buffer.from(hex, "hex"));
    else if (brace === "}" && end === "}") return Buffer.concat(parts);
    else throw new Error(`not protoscope at ${at}: ${text.slice(at, at + 20)}`);
  }
}

function readField(text: string, field: number): Buffer {
  const match = token.exec(text);
  if (match?.[4] !== undefined) return Buffer.concat([varint(field << 3), varint(Number(match[4]))]);
  if (match?.[5] !== "{") throw new Error(`field ${field} has no value`);
  const content = readUntil(text, "}");
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}
