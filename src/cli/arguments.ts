import { parseArgs } from "node:util";
import type { Command } from "./command.js";
import { UsageError, type Io } from "./io.js";
import { nearest } from "./nearest.js";
import { optionNames, optionRow, options, type OptionName, type OptionValues } from "./options.js";

/** A command line taken apart. */
export interface ParsedLine {
  /** Undefined when none is named. */
  readonly command: Command | undefined;
  readonly options: OptionValues;
  readonly operands: readonly string[];
}

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/** Takes a command line apart; options may stand before the command. Throws UsageError with a suggestion where there is one. */
export function parseLine(argv: readonly string[], env: Io["env"], commands: readonly Command[]): ParsedLine {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const words = tokens.filter((token) => token.kind === "positional").map(({ value }) => value);
  const command = findCommand(words, commands);
  const values: Record<string, string | boolean | string[]> = {};
  for (const token of tokens) if (token.kind === "option") takeOption(token, command, values);
  for (const name of command?.options ?? []) {
    const { env: variable } = optionRow(name);
    const value = variable === undefined ? undefined : env[variable];
    if (value !== undefined && value !== "") values[name] ??= value;
  }
  const operands = command === undefined ? [] : words.slice(command.name.split(" ").length);
  const line: ParsedLine = { command, options: values as OptionValues, operands };
  if (command !== undefined && line.options.help !== true) checkComplete(command, line);
  return line;
}

/** The command that the words start with; undefined when there are none. Throws UsageError for others. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  const pair = second === undefined ? first : `${first} ${second}`;
  const found = commands.find(({ name }) => name === pair) ?? commands.find(({ name }) => name === first);
  if (found !== undefined) return found;
  const names = commands.map(({ name }) => name);
  const group = names.filter((name) => name.startsWith(`${first} `));
  if (group.length > 0 && second === undefined) throw new UsageError(`${first} needs another word: ${group.join(", ")}`);
  const suggestion = nearest(pair, names) ?? nearest(first, names) ?? nearest(first, names.filter((name) => name.includes(" ")).map((name) => name.split(" ")[0]!));
  throw new UsageError(`there is no command ${quote(group.length > 0 ? pair : first)}${suggestion === undefined ? "; see matricula help" : `; did you mean ${suggestion}?`}`);
}

const everywhere: readonly OptionName[] = ["help", "version"];

function takeOption(token: OptionToken, command: Command | undefined, values: Record<string, string | boolean | string[]>): void {
  const taken = command === undefined ? everywhere : [...command.options, ...everywhere];
  const name = optionNames.find((known) => known === token.name);
  if (name === undefined || !taken.includes(name)) throw unknownOption(token, command, taken);
  const row = optionRow(name);
  if (row.type === "boolean") {
    if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    values[name] = true;
    return;
  }
  if (token.value === undefined || token.value === "") throw new UsageError(`${token.rawName} needs a value: ${row.value ?? ""}`);
  // "--data --json" is a forgotten value more often than a folder of that name.
  if (!token.inlineValue && token.value.length > 1 && token.value.startsWith("-")) {
    throw new UsageError(`${token.rawName} needs a value: ${row.value ?? ""}; one that starts with - is written ${token.rawName.startsWith("--") ? `${token.rawName}=${token.value}` : `${token.rawName}${token.value}`}`);
  }
  if (row.multiple === true) values[name] = [...((values[name] as string[] | undefined) ?? []), token.value];
  else values[name] = token.value;
}

function unknownOption(token: OptionToken, command: Command | undefined, taken: readonly string[]): UsageError {
  const suggestion = nearest(token.name, taken);
  const help = command === undefined ? "matricula help" : `matricula ${command.name} --help`;
  return new UsageError(`${command === undefined ? "" : `${command.name}: `}there is no option ${quote(token.rawName)} here; ${suggestion === undefined ? `see ${help}` : `did you mean --${suggestion}?`}`);
}

function checkComplete(command: Command, { options: values, operands }: ParsedLine): void {
  const usage = `usage: matricula ${command.name} ${command.usage}`;
  const missing = command.operands[operands.length];
  if (missing !== undefined) throw new UsageError(`${command.name} needs ${missing}\n${usage}`);
  const extra = operands[command.operands.length + (command.optionalOperands ?? 0)];
  if (extra !== undefined) throw new UsageError(`${command.name}: ${quote(extra)} is one word too many\n${usage}`);
  for (const name of command.required ?? []) {
    const { short, value } = optionRow(name);
    if (values[name] === undefined) throw new UsageError(`${command.name} needs ${short === undefined ? `--${name}` : `-${short}`} ${value ?? ""}\n${usage}`);
  }
}

/** A word of the command line, so that it can be seen where it starts and ends. */
function quote(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}...` : word);
}
