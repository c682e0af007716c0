import type { Io } from "./io.js";
import type { OptionName, OptionValues } from "./options.js";

/** A command as it was called. */
export interface Invocation {
  readonly io: Io;
  readonly options: OptionValues;
  readonly operands: readonly string[];
}

/** One row of the table of commands. */
export interface Command {
  /** One word or two. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name in the help's first line. */
  readonly usage: string;
  /** What must follow: exactly these. */
  readonly operands: readonly string[];
  /** What may follow them. */
  readonly optionalOperands?: number;
  readonly options: readonly OptionName[];
  /** Options that must be there. */
  readonly required?: readonly OptionName[];
  /** More to say in the help. */
  readonly details?: () => readonly string[];
  /** A line to paste. */
  readonly example: string;
  /** Resolves with the exit code. Throws UsageError, CommandError, ConnectError. */
  readonly run: (invocation: Invocation) => Promise<number>;
}
