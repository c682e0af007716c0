// What a policy decided and why, in sentences that a person reads.

import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import type { RegistrationError } from "../../gen/ts/matricula/v1/errors_pb.js";
import { terminalText } from "./terminal-text.js";

/** One decision in one line, and its reason in another where it has one. */
export function explainedDecision({ field, asked, registered, rule, policyVersion, reason }: Decision): string[] {
  const version = policyVersion === "" ? "" : `, version ${policyVersion}`;
  return [`${terminalText(field)}: ${sentence(asked, registered)} [${terminalText(rule + version)}]`, ...(reason === "" ? [] : [`  because ${terminalText(reason)}`])];
}

/** Of lists it matters what vanished and what came. */
function sentence(asked: string, registered: string): string {
  if (asked === "") return `nothing was asked, ${terminalText(registered)} is registered`;
  const [before, after] = [entriesOf(asked), entriesOf(registered)];
  if (before === undefined || (after === undefined && registered !== "")) return `${terminalText(asked)} was asked, ${terminalText(registered === "" ? "nothing" : registered)} is registered`;
  const gone = before.filter((entry) => !(after ?? []).includes(entry));
  const come = (after ?? []).filter((entry) => !before.includes(entry));
  const parts = [gone.length > 0 ? `${gone.join(", ")} ${gone.length > 1 ? "were" : "was"} asked and left out` : "", come.length > 0 ? `${come.join(", ")} ${come.length > 1 ? "were" : "was"} added` : ""].filter((part) => part !== "");
  return terminalText(`${parts.join("; ")}; registered ${(after ?? []).length === 0 ? "nothing" : `is ${after!.join(", ")}`}`);
}

function entriesOf(json: string): string[] | undefined {
  if (!json.startsWith("[")) return undefined;
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) && value.every((entry) => typeof entry === "string") ? value : undefined;
}

/** Every violation of a refusal in a line of its own. */
export function refusalLines(refusal: RegistrationError): string[] {
  return refusal.violations.map(({ description, rule, clause }) => terminalText(`${description} [${[rule, clause].filter((part) => part !== "").join(", ")}]`));
}
