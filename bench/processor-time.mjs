// Who used the processors while a row ran. Linux counts in hundredths of a second.

import { readFileSync } from "node:fs";

const tick = 10_000;

/** Microseconds of CPU that a process has used, all threads; with its ended children when `children` says so. */
export function processMicros(pid, { children = false } = {}) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The second field is the name, which may hold spaces. From the third on: user, system, and both again for ended children.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const own = fields[11] + fields[12];
  return (children ? own + fields[13] + fields[14] : own) * tick;
}

/** Microseconds that all processors were busy, and that there were in all. What another machine took of a virtual one counts as busy. */
export function machineMicros() {
  const [user, nice, system, idle, waiting, interrupts, softInterrupts, stolen] = readFileSync("/proc/stat", "latin1").split("\n")[0].split(/ +/).slice(1).map(Number);
  const busy = user + nice + system + interrupts + softInterrupts + stolen;
  return { busy: busy * tick, all: (busy + idle + waiting) * tick };
}
