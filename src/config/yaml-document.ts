import { Composer, LineCounter, Parser, type CST, type Node } from "yaml";

/** Nodes within nodes. What we accept needs 24 at most; the composer recurses, and 10,000 end the process (measured). */
const maxDepth = 64;

/** What the YAML says, before it is known whether it is a configuration. */
export interface YamlDocument {
  /** null for an empty file. */
  readonly root: Node | null;
  readonly syntaxMistakes: readonly { readonly offset: number; readonly message: string }[];
  placeAt(offset: number): { readonly line: number; readonly column: number };
}

/** Parses YAML 1.2 with the core schema, whatever a %YAML directive says. Every key is a string. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tokens.find((token) => depthOf(token) > maxDepth);
  if (deep !== undefined) return { root: null, syntaxMistakes: [{ offset: deep.offset, message: `is nested more than ${maxDepth} deep` }], placeAt };

  // uniqueKeys is off because the library's comparison is quadratic and knows no path: the walk looks for duplicates itself.
  const composer = new Composer({ version: "1.2", schema: "core", merge: false, resolveKnownTags: false, stringKeys: true, uniqueKeys: false });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (document === undefined) throw new Error("the composer was asked for a document and made none");
  const syntaxMistakes = [...document.errors, ...document.warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED")].map(
    ({ pos, code, message }) => ({ offset: pos[0], message: `is not YAML: ${code === "NON_STRING_KEY" ? "a key must be a string" : message}` }),
  );
  if (second !== undefined) syntaxMistakes.push({ offset: second.range[0], message: "holds a second YAML document; one is read" });
  return { root: document.contents, syntaxMistakes, placeAt };
}

function depthOf(token: CST.Token): number {
  let deepest = 0;
  const open: { token: object; depth: number }[] = [{ token, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const depth = next.depth;
    deepest = Math.max(deepest, depth);
    const { value, items } = next.token as { value?: unknown; items?: readonly { key?: unknown; value?: unknown }[] };
    for (const child of [value, ...(items ?? []).flatMap((item) => [item.key, item.value])]) {
      if (typeof child === "object" && child !== null) open.push({ token: child, depth: depth + 1 });
    }
  }
  return deepest;
}
