// Loaded into the service by NODE_OPTIONS: profiles its worker threads, which --cpu-prof does not reach.

import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { basename } from "node:path";
import { isMainThread } from "node:worker_threads";

if (!isMainThread) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: 500 });
  session.post("Profiler.start");
  process.once("exit", () => {
    session.post("Profiler.stop", (error, answer) => {
      if (error === null) writeFileSync(`${process.env.BENCH_PROFILE}.${basename(process.argv[1], ".js")}.cpuprofile`, JSON.stringify(answer.profile));
    });
  });
}
