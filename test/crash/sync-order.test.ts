// C-2: on the running program, no answer is written to its socket before the sync of its batch has returned.

import { readFileSync } from "node:fs";
import https from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseTrace, straceArguments, straceWorks, type SystemCall } from "../durability/strace.js";
import { isWrite, unsynced, walSyncs, type Acknowledgement } from "../durability/sync-order.js";
import { example, exchange, membersOf } from "../program/http.js";
import { cleanPrograms, isFull, mainFile, startProgram, temporaryFolder } from "../program/program.js";

cleanPrograms();

const answers = isFull ? 1000 : 100;
const writers = 16;
const delayMs = 200;
const patience = 60_000 + (answers / writers) * delayMs * 10;

const calls = ["fdatasync", "fsync", "pwrite64", "pwritev", "write", "writev", "sendto", "sendmsg", "read", "recvfrom"];

/** The client's port of a call on a TCP connection, as strace -yy writes it: `20<TCP:[127.0.0.1:443->127.0.0.1:51234]>`. */
const clientPort = (call: SystemCall) => Number(/^\d+<TCP:\[[\d.]+:\d+->[\d.]+:(\d+)\]>/.exec(call.args)?.[1] ?? 0);

interface Answered {
  readonly port: number;
  readonly clientId: string;
}

/** Registers over `writers` connections, one request at a time on each; the answers in their order. */
async function registerAll(program: { url: string; ca: string }): Promise<Answered[]> {
  const answered: Answered[] = [];
  let left = answers;
  const write = async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    let port = 0;
    agent.on("free", (socket: Socket) => (port = socket.localPort ?? port));
    // The handshake is over when the first request is answered; it writes nothing.
    await exchange(program, { path: "/livez", agent });
    while (left > 0) {
      left -= 1;
      const answer = await exchange(program, { path: "/register", json: example, agent });
      expect(answer.status).toBe(201);
      answered.push({ port, clientId: membersOf(answer)["client_id"] as string });
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: writers }, write));
  return answered;
}

/**
 * Pairs each client's first appearance in the WAL with the write of its answer: on each connection the last writes that follow a read
 * are the answers, in the order in which they came.
 */
function pair(trace: readonly SystemCall[], answered: readonly Answered[]): Acknowledgement[] {
  const walWrites = trace.filter((call) => isWrite(call) && call.path.endsWith("-wal"));
  return [...new Set(answered.map(({ port }) => port))].flatMap((port) => {
    const ids = answered.filter((each) => each.port === port).map(({ clientId }) => clientId);
    const replies: number[] = [];
    let hasRead = false;
    for (const call of trace) {
      if (call.result <= 0 || clientPort(call) !== port) continue;
      if (!isWrite(call)) hasRead = true;
      else if (hasRead) {
        replies.push(call.began);
        hasRead = false;
      }
    }
    // The handshake and the first answer, and the requests.
    expect(replies.length).toBeGreaterThan(ids.length);
    return ids.map((unit, i) => ({
      unit,
      // What never reached the WAL has no sync either.
      begun: walWrites.find((call) => call.args.includes(unit))?.began ?? Number.POSITIVE_INFINITY,
      answered: replies[replies.length - ids.length + i]!,
    }));
  });
}

async function run(nodeOptions: readonly string[] = []) {
  const folder = temporaryFolder("matricula-sync-");
  const traceFile = join(folder, "trace");
  const data = join(folder, "data");
  const strace = straceArguments({ traceFile, calls, inject: [`fdatasync,fsync:delay_exit=${delayMs * 1000}`] }).map((argument) => (argument === "-y" ? "-yy" : argument));
  const program = await startProgram({ data, command: ["strace", ...strace, process.execPath, ...nodeOptions, mainFile, "serve", "--data", data, "--listen", "127.0.0.1:0", "--open"] });
  const began = performance.now();
  const answered = await registerAll(program);
  const seconds = (performance.now() - began) / 1000;
  // The whole group: strace alone would let go of what it traces.
  process.kill(-program.pid, "SIGTERM");
  await program.ended;
  const trace = parseTrace(readFileSync(traceFile, "latin1"));
  const pairs = pair(trace, answered);
  return { answered, pairs, early: unsynced(trace, pairs), syncs: walSyncs(trace).length, seconds };
}

describe.skipIf(!straceWorks())("the program under strace (needs strace)", () => {
  test(`with ${delayMs} ms added to each sync, none of the answers was written before the sync of its batch returned`, { timeout: patience }, async () => {
    const { answered, pairs, early, syncs, seconds } = await run();
    expect(new Set(answered.map(({ clientId }) => clientId)).size).toBe(answers);
    expect(pairs).toHaveLength(answers);
    expect(pairs.every(({ begun }) => Number.isFinite(begun))).toBe(true);
    expect(early).toEqual([]);
    console.log(`sync order: ${answers} answers to ${writers} writers in ${seconds.toFixed(1)} s, ${syncs} syncs of the WAL, 0 answers before theirs`);
    // The delay was there: each sync takes its time, and 16 writers share one.
    expect(seconds).toBeGreaterThan((answers / writers) * (delayMs / 1000) * 0.8);
  });

  test("control: without syncs of the commits (synchronous=NORMAL) the same test finds answers without one", { timeout: patience }, async () => {
    const { pairs, early } = await run(["--import", fileURLToPath(new URL("unsynced.mjs", import.meta.url))]);
    expect(pairs).toHaveLength(answers);
    expect(pairs.every(({ begun }) => Number.isFinite(begun))).toBe(true);
    expect(early.length).toBeGreaterThan(answers / 2);
  });
});
