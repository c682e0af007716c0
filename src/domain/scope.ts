// Scope: case-sensitive tokens separated by single spaces, in no order (RFC 6749 section 3.3).

import { withoutRepeats } from "./repeats.js";

const syntax = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** Whether `scope` is one or more scope tokens with one space between them. */
export function isScope(scope: string): boolean {
  return syntax.test(scope);
}

/** Folds tokens that stand there twice; the first of each keeps its place. What is not a scope stays as it is, for isScope to refuse. */
export function normaliseScope(scope: string): string {
  if (!scope.includes(" ")) return scope;
  const tokens = scope.split(" ");
  const folded = withoutRepeats(tokens);
  return folded !== tokens && isScope(scope) ? folded.join(" ") : scope;
}
