// test/program/: the built program as its users meet it: a process, a port, a folder. It may import gen/, node built-ins, @connectrpc,
// and of src/ only what makes certificates. This file starts the process, and is used by test/interop, test/crash and test/fuzz as well.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach } from "vitest";

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const mainFile = join(root, "dist/main.js");

/** CHECK_SIZE=full gives the sizes that a release is judged by. */
export const isFull = process.env["CHECK_SIZE"] === "full";

/** Milliseconds until the ready line; far more than a start takes, so that a busy machine is no failure. */
const startPatience = 30_000;
const stopPatience = 20_000;

export interface StartOptions {
  /** A fresh folder when left out. */
  readonly data?: string;
  readonly open?: boolean;
  readonly config?: string;
  /** 127.0.0.1:0 when left out. */
  readonly listen?: string;
  /** Another build's main file. */
  readonly main?: string;
  /** Stands before `node`, as strace does. */
  readonly wrapper?: readonly string[];
  /** Instead of `node dist/main.js serve` with its options. */
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the signal, or from the start. */
  readonly ms: number;
}

/** A running service. */
export interface Program {
  readonly url: string;
  readonly port: number;
  readonly data: string;
  /** The authority of its certificate, PEM. */
  readonly ca: string;
  readonly initialAccessToken: string;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Undefined while it runs. */
  readonly exit: () => Ended | undefined;
  readonly ended: Promise<Ended>;
  /** Asks it to stop and waits until it has. */
  stop(signal?: "SIGTERM" | "SIGINT"): Promise<Ended>;
  kill9(): Promise<Ended>;
}

const running = new Set<ChildProcess>();
const folders: string[] = [];

// Whatever becomes of the runner, what it started ends with it.
process.on("exit", () => running.forEach(killGroup));

/** Kills the process and what it has started: each child leads a process group of its own. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

/** Ends every program and removes every folder that this file has made. */
export async function cleanUp(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const gone = child.exitCode !== null || child.signalCode !== null ? undefined : new Promise((resolve) => child.once("close", resolve));
      killGroup(child);
      await gone;
    }),
  );
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Registers cleanUp: after each test, or once for a file whose tests share a program. */
export function cleanPrograms(when: "each" | "all" = "each"): void {
  if (when === "each") afterEach(cleanUp);
  else afterAll(cleanUp);
}

/** A fresh folder that is gone after the test. */
export function temporaryFolder(name = "matricula-program-"): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
}

interface Launched {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

function launch(command: readonly string[], options: Pick<StartOptions, "cwd" | "env"> & { readonly input?: string }): Launched {
  const [file = "", ...args] = command;
  const began = performance.now();
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    // A pipe that is closed, so that nothing waits for a terminal. A group of its own, so that all of it can be ended by one id.
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: "", MATRICULA_DATA: "", MATRICULA_URL: "", ...options.env },
  });
  running.add(child);
  child.stdin!.on("error", () => {}).end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr, ms: performance.now() - began });
    });
  });
  ended.catch(() => running.delete(child));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs a command to its end; it is killed after `patience` milliseconds. */
export async function runCommand(command: readonly string[], options: { cwd?: string; env?: Record<string, string>; input?: string; patience?: number } = {}): Promise<Ended> {
  const launched = launch(command, options);
  const timer = setTimeout(() => killGroup(launched.child), options.patience ?? startPatience);
  try {
    return await launched.ended;
  } finally {
    clearTimeout(timer);
  }
}

/** `matricula ...`, as the built program. */
export function matricula(args: readonly string[], options: { cwd?: string; env?: Record<string, string>; input?: string } = {}): Promise<Ended> {
  return runCommand([process.execPath, mainFile, ...args], options);
}

const readyLine = /^matricula listening on (https:\/\/\S+)\n/;

/** Starts the service and waits until it says that it is ready. Rejects with what it said when it ends before. */
export async function startProgram(options: StartOptions = {}): Promise<Program> {
  if (!existsSync(mainFile)) throw new Error(`${mainFile} is missing: run "npm run build" first`);
  const data = options.data ?? join(temporaryFolder(), "data");
  const { open = false, config, listen = "127.0.0.1:0", wrapper = [], main = mainFile } = options;
  const command = options.command ?? [
    ...wrapper, process.execPath, main, "serve", "--data", data, "--listen", listen, ...(open ? ["--open"] : []), ...(config === undefined ? [] : ["--config", config]),
  ];
  const launched = launch(command, options);
  const url = await readyUrl(launched);
  let ended: Ended | undefined;
  void launched.ended.then((result) => (ended = result));
  const { child } = launched;
  const signalAndWait = async (signal: NodeJS.Signals): Promise<Ended> => {
    const from = performance.now();
    if (ended === undefined) process.kill(child.pid!, signal);
    const timer = setTimeout(() => killGroup(child), stopPatience);
    const result = await launched.ended;
    clearTimeout(timer);
    return { ...result, ms: performance.now() - from };
  };
  return {
    url,
    port: Number(new URL(url).port),
    data,
    ca: readFileSync(join(data, "pki/ca.pem"), "utf8"),
    initialAccessToken: readFileSync(join(data, "initial-access-token"), "utf8").trim(),
    pid: child.pid!,
    stdout: launched.stdout,
    stderr: launched.stderr,
    exit: () => ended,
    ended: launched.ended,
    stop: (signal = "SIGTERM") => signalAndWait(signal),
    kill9: () => signalAndWait("SIGKILL"),
  };
}

function readyUrl({ child, stdout, stderr, ended }: Launched): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child);
      reject(new Error(`no ready line within ${startPatience} ms; standard error: ${stderr()}`));
    }, startPatience);
    const look = () => {
      // npm says its own lines before; the contract test looks at the whole of standard output where none does.
      const line = stdout().split(/(?<=\n)/).find((each) => readyLine.test(each));
      if (line === undefined) return;
      clearTimeout(timer);
      resolve(readyLine.exec(line)![1]!);
    };
    child.stdout!.on("data", look);
    ended.then(
      ({ code, signal }) => {
        clearTimeout(timer);
        reject(new Error(`the program ended with ${code ?? signal} before it was ready; standard error: ${stderr()}`));
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** The certificate and key that lie in the data folder. */
export function adminIdentity(program: Program): { certificate: string; key: string } {
  return { certificate: readFileSync(join(program.data, "pki/admin.pem"), "utf8"), key: readFileSync(join(program.data, "pki/admin.key"), "utf8") };
}

/** Whether a tool is here. In CI its absence is an error and not a reason to skip. */
export function hasTool(works: boolean, name: string): boolean {
  if (!works && process.env["CI"] === "true") throw new Error(`${name} is needed in CI and is not here`);
  if (!works) console.warn(`SKIPPED: these tests need ${name}, which is not here`);
  return works;
}
