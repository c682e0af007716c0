// Every process and folder of a run has its end here, whatever ends the run.

import { spawn } from "node:child_process";

const children = new Set();
const endings = [];

/** Starts a process that does not outlive this one. */
export function startChild(command, args, options) {
  const child = spawn(command, args, options);
  children.add(child);
  child.once("exit", () => children.delete(child));
  child.once("error", () => children.delete(child));
  return child;
}

/** Calls `end` when this process ends, after its children have been killed; last come, first called. It must not wait for anything. */
export function atEnd(end) {
  endings.unshift(end);
}

/** Says what went wrong and ends this process and what it started: a server still running would otherwise keep it waiting. */
export function fail(error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const end of endings) {
    try {
      end();
    } catch (error) {
      console.error(`bench: ${error.message}`);
    }
  }
});
// Not once: npm and timeout send a signal twice, and the second must not end what the first has begun.
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) process.on(signal, () => process.exit(code));
