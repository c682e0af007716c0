// One load for every row: h2load, and its log of each request.

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { startChild } from "./children.mjs";
import { percentile } from "./statistics.mjs";

/** HTTP/2 connections carry this many requests at once, as a client's do; HTTP/1.1 connections one. */
const streamsAtMost = 16;

/** A server that has stopped answering ends the row, not the night. */
const longestLoad = 10 * 60 * 1000;

/** Throws a sentence when h2load is not there. */
export async function requireH2load() {
  await h2load(["--version"]);
}

/**
 * Sends requests and resolves with what came back: answers per second and the times of the answers in microseconds. The first tenth,
 * in which connections open, counts for the store alone. Throws when any answer is not 2xx.
 */
export async function sendLoad({ url, row, body, requests, inFlight, folder }) {
  const log = join(folder, "h2load.log");
  const streams = row.http === 1 ? 1 : largestDivisor(inFlight, streamsAtMost);
  const output = await h2load([
    row.http === 1 ? "--h1" : "--npn-list=h2",
    `--requests=${requests}`, `--clients=${inFlight / streams}`, `--max-concurrent-streams=${streams}`, "--threads=1",
    `--data=${body}`, `--log-file=${log}`,
    ...Object.entries(row.headers).map(([name, value]) => `--header=${name}: ${value}`),
    url + row.path,
  ]);
  const answers = readLog(log);
  rmSync(log);
  const failed = answers.filter(({ status }) => status < 200 || status > 299);
  if (answers.length !== requests || failed.length > 0) {
    throw new Error(`${row.name}: ${answers.length} of ${requests} requests were answered, ${failed.length} of them without success (${statuses(failed)})\n${output}`);
  }
  const measured = answers.slice(Math.floor(answers.length / 10));
  const times = measured.map(({ micros }) => micros);
  return {
    answers: answers.length,
    perSecond: ((measured.length - 1) / (measured.at(-1).end - measured[0].end)) * 1e6,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

/** Lines of start in microseconds, HTTP status and microseconds until the answer ended; in order of their ends. */
function readLog(file) {
  const answers = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const [start, status, micros] = line.split("\t").map(Number);
    answers.push({ end: start + micros, status, micros });
  }
  return answers.sort((a, b) => a.end - b.end);
}

function statuses(answers) {
  const counts = new Map();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} x ${status}`).join(", ") || "none";
}

function largestDivisor(number, atMost) {
  for (let divisor = Math.min(number, atMost); divisor > 1; divisor--) if (number % divisor === 0) return divisor;
  return 1;
}

async function h2load(args) {
  const child = startChild("h2load", args, { stdio: ["ignore", "pipe", "pipe"], timeout: longestLoad });
  // Rejects when the program cannot be started.
  const exited = once(child, "exit");
  try {
    const [output, errors, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    if (code !== 0) throw new Error(`h2load ended with ${signal ?? `code ${code}`}: ${errors}${output}`);
    return output;
  } catch (error) {
    if (error.code === "ENOENT") throw new Error("h2load is not there: install Debian's package nghttp2-client (apt-get install nghttp2-client)");
    throw error;
  }
}
