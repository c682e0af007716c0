// Response types: words in any order (RFC 6749 section 3.1.1), and the grant types that each needs.

interface ResponseTypeRow {
  /** As registered at IANA: the words in alphabetical order. */
  readonly type: string;
  readonly grants: readonly string[];
}

/** RFC 7591 section 2.1 and OpenID Connect Dynamic Client Registration section 2. */
export const responseTypes: readonly ResponseTypeRow[] = [
  { type: "code", grants: ["authorization_code"] },
  { type: "token", grants: ["implicit"] },
  { type: "id_token", grants: ["implicit"] },
  { type: "id_token token", grants: ["implicit"] },
  { type: "code id_token", grants: ["authorization_code", "implicit"] },
  { type: "code token", grants: ["authorization_code", "implicit"] },
  { type: "code id_token token", grants: ["authorization_code", "implicit"] },
  // OAuth 2.0 Multiple Response Types section 4: the answer holds neither token nor code.
  { type: "none", grants: [] },
];

const rows: ReadonlyMap<string, ResponseTypeRow> = new Map(responseTypes.map((row) => [row.type, row]));
const syntax = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** Whether the table has it, in whatever order of words. */
export function isResponseType(responseType: string): boolean {
  return rows.has(canonicalResponseType(responseType));
}

/** The words of a response type, each once. */
export function wordsOf(responseType: string): ReadonlySet<string> {
  return new Set(responseType.split(" "));
}

/** The spelling registered at IANA. What is not words with single spaces between them stays as it is, for the syntax check to refuse. */
export function canonicalResponseType(responseType: string): string {
  if (rows.has(responseType) || !syntax.test(responseType)) return responseType;
  return [...wordsOf(responseType)].sort().join(" ");
}

/** The grant types a response type needs; none for "none" and for a type that is not in the table, which is for policy to judge. */
export function grantsOf(responseType: string): readonly string[] {
  return rows.get(canonicalResponseType(responseType))?.grants ?? [];
}
