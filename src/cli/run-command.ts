// cli/: the matricula command. It is a client of the service like any other: it may import gen/, users/, @connectrpc and itself;
// nothing of service/, domain/, store/ or the doors.

import { parseLine } from "./arguments.js";
import { commands } from "./commands.js";
import { commandHelp, overview } from "./help.js";
import { CommandError, OutputClosed, printLines, silenceErrorEvents, UsageError, write, type Io } from "./io.js";
import { packageVersion } from "./version.js";

export type { Io, ServeOptions } from "./io.js";

/**
 * Runs one command line, without the program's name. Resolves with the exit code: 0 done, 1 the service refused or cannot be reached,
 * 2 the command line or a file that it names is wrong. Never rejects, and never prints a stack trace.
 */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  silenceErrorEvents(io);
  try {
    return await run(argv, io);
  } catch (error) {
    const { code, message } = verdict(error);
    if (message !== "") await write(io.stderr, `matricula: ${message}\n`).catch(() => {});
    return code;
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  const { command, options, operands } = parseLine(argv, io.env, commands);
  if (options.version === true) {
    await printLines(io, [`matricula ${await packageVersion()}`]);
    return 0;
  }
  if (options.help === true) {
    await printLines(io, command === undefined ? overview(commands) : commandHelp(command));
    return 0;
  }
  if (command !== undefined) return command.run({ io, options, operands });
  await write(io.stderr, overview(commands).map((line) => `${line}\n`).join(""));
  return 2;
}

function verdict(error: unknown): { code: number; message: string } {
  if (error instanceof UsageError) return { code: 2, message: error.message };
  if (error instanceof OutputClosed) return { code: 1, message: "" };
  if (error instanceof CommandError) return { code: 1, message: error.message };
  return { code: 1, message: error instanceof Error ? error.message : "failed for an unknown reason" };
}
