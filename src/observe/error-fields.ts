import { RegistryError } from "../domain/errors.js";

/** What a log line says of an error. */
export interface ErrorFields {
  readonly kind: string;
  readonly message: string;
  readonly code?: string;
  /** Of the innermost fault, and of internal errors alone: the others are the caller's, and their place in our code says nothing. */
  readonly stack?: string;
}

/** Errors within errors that are followed. */
const deepest = 8;

/** The fields of any thrown value. The line as a whole is scrubbed later. */
export function errorFields(error: unknown): ErrorFields {
  if (error instanceof RegistryError) {
    return { kind: error.kind, message: error.message, ...(error.kind === "internal" ? stackOf(error.cause ?? error) : {}) };
  }
  if (!(error instanceof Error)) return { kind: typeof error, message: typeof error === "string" ? error : "something that is no error was thrown" };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { kind: error.name, message: error.message, ...code, ...stackOf(error) };
}

function stackOf(error: unknown): { stack?: string } {
  const stacks: string[] = [];
  for (let cause = error; cause !== undefined && cause !== null && stacks.length < deepest; cause = cause instanceof Error ? cause.cause : undefined) {
    // What is no error has no stack, and its text may be anything.
    stacks.push(cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : `a thrown ${typeof cause}`);
  }
  return stacks.length === 0 ? {} : { stack: stacks.join("\ncaused by: ") };
}
