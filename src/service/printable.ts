import { RegistryError } from "../domain/errors.js";

// Printable text of any script: it reaches terminals and logs.
const printable = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u;

/** Throws invalid_request for a text of a request that is too long, or that no log could be read with. */
export function demandPrintable(member: string, text: string, longest: number): void {
  // Counted in code points, as buf.validate does.
  if ([...text].length > longest) throw new RegistryError("invalid_request", `${member} has more than ${longest} characters`);
  if (!printable.test(text) || !text.isWellFormed()) throw new RegistryError("invalid_request", `${member} has a control character, or is not well-formed Unicode`);
}

/** The longest reason that an operator gives, for the change log. */
const longestReason = 1024;

/** The same for an operator's reason. */
export const demandReason = (reason: string) => demandPrintable("reason", reason, longestReason);
