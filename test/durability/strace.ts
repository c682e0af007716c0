// test/durability/: what a store keeps when the process, the disk or the power goes. It may import src/store, node built-ins and test/store.
// This file runs a program under strace and reads the trace; the tests of the doors use it as well.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** One finished system call. `began` and `returned` are line numbers: what strace saw first has the smaller one, over all threads. */
export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** Everything between the parentheses, as strace writes it; with file descriptors as `20</path>`. */
  readonly args: string;
  /** The file behind the first argument, "" when it is none. */
  readonly path: string;
  readonly result: number;
  readonly began: number;
  readonly returned: number;
}

/** What a traced program did. */
export interface TracedRun {
  readonly calls: readonly SystemCall[];
  readonly stdout: string;
  readonly exitCode: number | null;
}

/** Whether strace can trace here. In CI its absence is an error and not a reason to skip. */
export function straceWorks(): boolean {
  const works = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;
  if (!works && process.env["CI"] === "true") throw new Error("strace is missing or may not trace: the durability tests need it in CI");
  return works;
}

export interface TraceOptions {
  /** Where strace writes. */
  readonly traceFile: string;
  /** The system calls to trace; what is injected must be among them. */
  readonly calls: readonly string[];
  /** strace's own expressions, as "fsync:error=EIO:when=3"; `when` counts in each thread for itself. */
  readonly inject?: readonly string[];
  /** Only calls on these files, for tracing and for injecting; all when left out. */
  readonly paths?: readonly string[];
}

/** The strace options that make a trace this file can read; the command follows them. */
export function straceArguments({ traceFile, calls, inject = [], paths = [] }: TraceOptions): string[] {
  const injections = inject.flatMap((expression) => ["-e", `inject=${expression}`]);
  const only = paths.flatMap((path) => ["-P", path]);
  // 4,200 bytes of a write: a page and its frame header, so that a unit's id is found in whichever page holds it.
  return ["-f", "-y", "-q", "-s", "4200", "-o", traceFile, "-e", `trace=${calls.join(",")}`, "-e", "signal=none", ...only, ...injections, "--"];
}

/** Runs `command` to its end under strace. */
export async function trace(command: readonly string[], options: TraceOptions): Promise<TracedRun> {
  const child = spawn("strace", [...straceArguments(options), ...command], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { calls: parseTrace(readFileSync(options.traceFile, "latin1")), stdout, exitCode };
}

const whole = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/s;
const unfinished = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/s;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/s;
const firstPath = /^\d+<([^>]*)>/;

/** Reads what `strace -f -y -o` wrote. */
export function parseTrace(text: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, { readonly args: string; readonly began: number }>();
  for (const [number, line] of text.split("\n").entries()) {
    const started = unfinished.exec(line);
    if (started !== null) {
      const [, thread = "", , args = ""] = started;
      open.set(thread, { args, began: number });
      continue;
    }
    const [, thread = "", name = "", rest = "", result = ""] = resumed.exec(line) ?? whole.exec(line) ?? [];
    if (name === "") continue;
    const isResumed = line.includes(" resumed>");
    const start = isResumed ? open.get(thread) : undefined;
    const args = (start?.args ?? "") + rest;
    const path = firstPath.exec(args)?.[1] ?? "";
    calls.push({ thread: Number(thread), name, args, path, result: Number(result), began: start?.began ?? number, returned: number });
  }
  return calls;
}
