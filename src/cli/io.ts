import type { Writable } from "node:stream";

/** What `serve` is told by the command line. */
export interface ServeOptions {
  readonly data?: string;
  readonly listen?: string;
  readonly open?: boolean;
  readonly config?: string;
}

/** Everything outside that a command touches; main.ts gives the process's own. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Asks a person at the terminal for a secret, which is not shown; undefined where standard input is no terminal. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
  /** Whether standard output is a terminal, where a person reads it and nothing keeps it. */
  readonly isTerminal: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs the service until it is told to stop; resolves with the exit code. This room may not import it. */
  serve(options: ServeOptions): Promise<number>;
}

/** The command line, or a file that it names, is wrong: exit code 2. The message is one or more whole lines. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was asked could not be done: exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Standard output was closed by its reader, as `head` does. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** Writes and waits until it is out. Throws OutputClosed, or CommandError when the text could not be written. */
export async function write(stream: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else if ((error as NodeJS.ErrnoException).code === "EPIPE") reject(new OutputClosed());
      else reject(new CommandError(`the output cannot be written: ${error.message}`));
    });
  });
}

/** Writes lines to standard output. */
export function printLines(io: Io, lines: readonly string[]): Promise<void> {
  return write(io.stdout, lines.map((line) => `${line}\n`).join(""));
}

/** Says something beside the output. */
export async function note(io: Io, sentence: string): Promise<void> {
  // A closed standard error is nobody's loss.
  await write(io.stderr, `matricula: ${sentence}\n`).catch(() => {});
}

/** A stream's error event comes besides its callback's, and would end the process with a stack trace. */
export function silenceErrorEvents(io: Io): void {
  for (const stream of [io.stdout, io.stderr]) if (stream.listenerCount("error") === 0) stream.on("error", () => {});
}
