import type { Path } from "./path.js";

/** One mistake in the configuration. */
export interface Mistake {
  /** From 1; 0 when the mistake has no place in the file: a flag, or a file that cannot be read. */
  readonly line: number;
  /** From 1; 0 like `line`. */
  readonly column: number;
  /** Such as `realms.default.policies[0].name`, or a flag such as `--listen`; empty for the whole file. */
  readonly path: string;
  /** A sentence without its subject, which is `path`. */
  readonly message: string;
}

/** Notes a mistake; the checks go on, so that all are told at once. */
export type Report = (path: Path, message: string) => void;

/** The configuration cannot be used. `message` is for printing: one line `file:line:column: path: sentence` a mistake. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  /** The file as it was named; undefined when only flags were given. */
  readonly file: string | undefined;
  readonly mistakes: readonly Mistake[];

  constructor(file: string | undefined, mistakes: readonly Mistake[]) {
    const sorted = mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(sorted.map((mistake) => printMistake(file, mistake)).join("\n"));
    this.file = file;
    this.mistakes = sorted;
  }
}

function printMistake(file: string | undefined, { line, column, path, message }: Mistake): string {
  const isFlag = path.startsWith("--");
  const place = file === undefined || isFlag ? [] : [line === 0 ? file : `${file}:${line}:${column}`];
  return [...place, ...(path === "" ? [] : [path]), message].join(": ");
}
