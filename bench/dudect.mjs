// Whether the times of several kinds of call differ beyond chance: Welch's t-test on the fastest shares of each two, as dudect does it
// (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?").

import { percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";

/** dudect's own: beyond 10 a difference is certain, below 4.5 there is none to be seen. */
const certain = 10;
/** The slowest calls say more about the machine than about the service. */
const shares = [0.5, 0.7, 0.9];

/** Prints what the times of each kind, in milliseconds, say. Gives whether no two differ for certain. */
export function reportTimes(times) {
  const names = Object.keys(times);
  console.log(textTable(["refused", "calls", "p10 us", "p50 us", "p90 us"], names.map((name) => [name, String(times[name].length), ...[0.1, 0.5, 0.9].map((share) => (percentile(times[name], share) * 1_000).toFixed(1))])));
  let worst = 0;
  const pairs = names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other]));
  const lines = pairs.map(([one, other]) => {
    // One cut for both: each kind's own would hide what it is to show.
    const both = [...times[one], ...times[other]];
    const ts = shares.map((share) => {
      const cut = percentile(both, share);
      return welch(times[one].filter((time) => time <= cut), times[other].filter((time) => time <= cut));
    });
    worst = Math.max(worst, ...ts.map(Math.abs));
    return [`${one} and ${other}`, ...ts.map((t) => t.toFixed(2))];
  });
  console.log(`\n${textTable(["t of", ...shares.map((share) => `fastest ${share * 100} %`)], lines)}`);
  console.log(`\nlargest |t| ${worst.toFixed(2)}: ${worst < 4.5 ? "no difference to be seen" : worst < certain ? "not certain" : "THEY DIFFER"}`);
  return worst < certain;
}

/** Welch's t of two samples. */
function welch(one, other) {
  const [a, b] = [moments(one), moments(other)];
  return (a.mean - b.mean) / Math.sqrt(a.variance / one.length + b.variance / other.length);
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}
