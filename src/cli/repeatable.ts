import { randomUUID } from "node:crypto";
import type { Invocation } from "./command.js";
import { CommandError, OutputClosed } from "./io.js";
import { ServiceError } from "./service-error.js";

/**
 * Runs something with an idempotency key, a fresh one unless one is given. When it fails after the service may have done it,
 * the error says how to get the answer that was missed: the key is of use to the same caller alone.
 */
export async function repeatable(invocation: Invocation, run: (key: string) => Promise<void>): Promise<void> {
  const key = invocation.options["idempotency-key"] ?? randomUUID();
  try {
    await run(key);
  } catch (error) {
    const sentence = missedAnswer(error);
    if (sentence === undefined) throw error;
    throw new CommandError(`${sentence}\n  the service may have done it all the same: ${repetition(key)}`);
  }
}

/** What is to be told of a failure after which the service may have done what was asked; undefined for the others. */
function missedAnswer(error: unknown): string | undefined {
  if (error instanceof ServiceError) return error.maybeDone ? error.message : undefined;
  if (error instanceof OutputClosed) return "standard output was closed before the answer was printed";
  return error instanceof CommandError ? error.message : undefined;
}

/** How to get an answer once more. */
export function repetition(key: string): string {
  return `within 24 hours the same command with --idempotency-key ${key} gets the one answer`;
}
