// Pages with examples that are run: a request, and what comes back for it. WRITE_PAGES=1 writes down what the service says instead of
// comparing it; who does that reads the difference.

import { readFileSync, writeFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Outcome } from "./doors.js";
import { identityNames, type IdentityName } from "./world.js";

/** One example of a page. */
export interface PageExample {
  /** The heading that it stands under. */
  readonly name: string;
  readonly as: IdentityName | undefined;
  /** Written "at=gateway": the request cannot be said in a message, whose members have types. */
  readonly jsonOnly: boolean;
  readonly request: JsonObject;
  /** The fences that follow the request, as they must be. */
  readonly said: string;
}

const example = /```json request( (?:as|at)=\S+)?\n([^]*?)\n```\n([^]*?)(?=\n#|\n```json request|$(?![^]))/g;
const answers = /```(?:json answer|text decisions|text refusal)\n[^]*?\n```/g;

/** The examples of a page, in order. Throws for a page without one. */
export function readPage(file: string): PageExample[] {
  const text = readFileSync(file, "utf8");
  const examples = [...text.matchAll(example)].map(({ 1: as = "", 2: request = "", 3: rest = "", index }) => {
    const jsonOnly = as === " at=gateway";
    const identity = jsonOnly ? "" : as.replace(" as=", "");
    if (identity !== "" && !(identityNames as readonly string[]).includes(identity)) throw new Error(`${file}: nobody is called ${identity}`);
    const headings = [...text.slice(0, index).matchAll(/^#+ (.*)$/gm)];
    return {
      name: headings.at(-1)?.[1] ?? "",
      jsonOnly,
      as: identity === "" ? undefined : (identity as IdentityName),
      request: JSON.parse(request) as JsonObject,
      said: (rest.match(answers) ?? []).join("\n\n"),
    };
  });
  if (examples.length === 0) throw new Error(`${file} has no example`);
  return examples;
}

/** Writes what was said in the place of what the page says. */
export function writePage(file: string, said: readonly string[]): void {
  let index = 0;
  const text = readFileSync(file, "utf8").replace(example, (whole, _as: string, _request: string, rest: string) => {
    const words = rest.replace(answers, "").trim();
    const next = said[index++]!;
    return `${whole.slice(0, whole.length - rest.length)}\n${next}\n${words === "" ? "" : `\n${words}\n`}`;
  });
  writeFileSync(file, text);
}

const serverMade = ["client_id", "client_id_issued_at", "client_secret", "client_secret_expires_at", "registration_access_token", "registration_client_uri"];

/** What a door said, as a page shows it: without what is made anew each time, its members in the order of their names. */
export function pageForm(outcome: Outcome): string {
  if (!outcome.ok) return fence("text refusal", outcome.violations.map(({ description, rule, clause }) => `${description} [${[rule, clause].filter((part) => part !== "").join(", ")}]`));
  const information = Object.fromEntries(Object.entries(outcome.information ?? {}).filter(([name]) => !serverMade.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
  const answer = fence("json answer", [JSON.stringify(information, null, 2)]);
  const decisions = outcome.decisions.map(({ field, asked, registered, rule }) => `${field}: asked ${asked || "nothing"}, registered ${registered || "nothing"} [${rule}]`);
  return decisions.length === 0 ? answer : `${answer}\n\n${fence("text decisions", decisions)}`;
}

const fence = (kind: string, lines: readonly string[]) => `\`\`\`${kind}\n${lines.join("\n")}\n\`\`\``;
