// Somebody else's text in a sentence of ours.

/** A character by its name, or as it is. */
export function nameOf(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x20) return "a space";
  if (code === 0x5c) return "a backslash";
  if (code < 0x20 || code === 0x7f) return "a control character";
  return code > 0x7f ? `the character U+${code.toString(16).toUpperCase().padStart(4, "0")}` : `the character ${quoted(character)}`;
}

// More than this of somebody's text in our sentence is their sentence.
const maxQuoted = 60;

/** The one way a client's text gets into a sentence: short, printable, and without what means something to a page, a header or a shell. */
export function quoted(text: string): string {
  const safe = text.slice(0, maxQuoted).replace(/[^\w.~:/?#@!()*+,;=[\] -]/g, (unit) => `{${unit.charCodeAt(0).toString(16).padStart(4, "0")}}`);
  const more = Math.max(safe.length, text.length) > maxQuoted ? "..." : "";
  return `'${safe.slice(0, maxQuoted)}${more}'`;
}
