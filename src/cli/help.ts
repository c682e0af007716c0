import type { Command } from "./command.js";
import { connectionOptions, optionRow, type OptionName } from "./options.js";

/** The help of the whole program. */
export function overview(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "matricula: a registry of OAuth 2.0 clients",
    "",
    "usage: matricula COMMAND [OPTION...]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "How the commands that call the service find it:",
    ...optionLines(connectionOptions),
    "",
    "Exit codes: 0 done; 1 the service refused or cannot be reached; 2 the command line or a file is wrong.",
    "The help of one command: matricula COMMAND --help",
  ];
}

/** The help of one command. */
export function commandHelp(command: Command): string[] {
  // `serve` takes one of the connection's options, and connects to nothing.
  const connects = connectionOptions.every((name) => command.options.includes(name));
  const own = command.options.filter((name) => !connects || !isConnectionOption(name));
  return [
    `${command.name}: ${command.summary}`,
    "",
    `usage: matricula ${command.name}${command.usage === "" ? "" : ` ${command.usage}`}`,
    "",
    ...section("Options:", own),
    ...section("How the service is found:", connects ? connectionOptions : []),
    ...(command.details?.() ?? []),
    "Example:",
    `  ${command.example}`,
  ];
}

const isConnectionOption = (name: OptionName): boolean => (connectionOptions as readonly OptionName[]).includes(name);

function section(title: string, names: readonly OptionName[]): string[] {
  if (names.length === 0) return [];
  return [title, ...optionLines(names), ""];
}

function optionLines(names: readonly OptionName[]): string[] {
  const rows = names.map((name) => {
    const { short, value, help, env } = optionRow(name);
    const left = `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return { left, help: env === undefined ? help : `${help}; in the environment: ${env}` };
  });
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.flatMap(({ left, help }) => wrap(help, 100 - width).map((line, i) => `  ${(i === 0 ? left : "").padEnd(width)}  ${line}`));
}

/** Breaks a text between words into lines of about `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
