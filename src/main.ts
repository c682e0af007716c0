#!/usr/bin/env node
// The program: `matricula serve` is the service, every other command is a client of it.

import { askSecret } from "./cli/ask-secret.js";
import { runCommand } from "./cli/run-command.js";

process.exitCode = await runCommand(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  ...(process.stdin.isTTY ? { askSecret: (question: string) => askSecret(process.stdin, process.stderr, question) } : {}),
  isTerminal: process.stdout.isTTY === true,
  cwd: process.cwd(),
  env: process.env,
  // Loaded when it is wanted: a client command needs none of the server.
  serve: async (options) => (await import("./serve/serve.js")).serve(options),
});
