// From a CPU profile to a table of self times.

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { textTable } from "./text-table.mjs";

const functionsShown = 30;

/** The functions and the places in which a thread was busy between two moments of the monotonic clock, in microseconds. */
export function profileReport(profile, { from, to, root }) {
  const selfTimes = timesByNode(profile, from, to);
  const total = sum(selfTimes.values());
  if (total === 0) return "no samples while the load ran";
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const busy = [...selfTimes].map(([id, micros]) => ({ frame: frames.get(id), micros })).filter(({ frame }) => frame.functionName !== "(idle)");
  const busyTime = sum(busy.map(({ micros }) => micros));
  const share = (micros) => `${((micros / busyTime) * 100).toFixed(1)} %`;
  const table = (title, nameOf, shown) => {
    const lines = [...grouped(busy, nameOf)].sort((a, b) => b[1] - a[1]).slice(0, shown);
    return textTable([title, "share"], lines.map(([name, micros]) => [name, share(micros)]));
  };
  return [
    `busy ${((busyTime / total) * 100).toFixed(0)} % of ${(total / 1e6).toFixed(1)} s; shares of the busy time:`,
    table("self time by function", (frame) => functionName(frame, root), functionsShown),
    table("self time by place", (frame) => placeName(frame, root), functionsShown),
  ].join("\n\n");
}

/** Self time of each node of the profile. */
function timesByNode({ startTime, samples, timeDeltas }, from, to) {
  const times = new Map();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index];
    // A sample stands for the time until the next one.
    if (at >= from && at <= to) times.set(id, (times.get(id) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
  return times;
}

function grouped(busy, nameOf) {
  const times = new Map();
  for (const { frame, micros } of busy) {
    const name = nameOf(frame);
    times.set(name, (times.get(name) ?? 0) + micros);
  }
  return times;
}

function functionName(frame, root) {
  const name = frame.functionName || "(anonymous)";
  return frame.url === "" ? name : `${name} ${fileName(frame.url, root)}:${frame.lineNumber + 1}`;
}

/** The room of dist/, the package, the module of Node, or what V8 calls it. */
function placeName(frame, root) {
  const file = fileName(frame.url, root);
  // A name in parentheses is V8's; without a file it is native code that JavaScript called.
  if (file === "") return frame.functionName.startsWith("(") ? frame.functionName : "native code of Node";
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
  if (inPackage !== null) return inPackage[1];
  return file.startsWith("node:") ? file : file.replace(/\/[^/]*$/, "/");
}

function fileName(url, root) {
  return url.startsWith("file:") ? relative(root, fileURLToPath(url)) : url.startsWith("/") ? relative(root, url) : url;
}

const sum = (values) => [...values].reduce((total, value) => total + value, 0);
