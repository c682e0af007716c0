// What a client says of itself is anybody's text: on a terminal, an escape sequence or a change of direction in it would be obeyed.

/** Control characters of both sets, line separators, and the marks that reorder what is read. */
const active = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The text on one line, with what a terminal would obey written out. */
export function terminalText(text: string): string {
  return text.replace(active, escaped);
}

/** JSON that a terminal shows as it is; the same document as without the escapes. */
export function terminalJson(value: unknown, indent?: number): string {
  // Line feeds are only the indentation: inside of strings JSON has escaped them.
  return JSON.stringify(value, undefined, indent).replace(active, (character) => (character === "\n" ? character : escaped(character)));
}
