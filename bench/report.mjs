import { othersAtMost, ratios } from "./measure.mjs";
import { peer, rowNamed } from "./rows.mjs";
import { median, percentile } from "./statistics.mjs";
import { textTable } from "./text-table.mjs";

const milliseconds = (micros) => (micros / 1000).toFixed(1);
const rate = (perSecond) => Math.round(perSecond).toLocaleString("en");
const percent = (share) => `${Math.round(share * 100)} %`;
const times = (ratio) => ratio.toFixed(1);
const share = (ratio) => ratio.toFixed(3);

/** The median of the rounds' ratios, and between which two the middle half of the rounds lies. */
const middle = (values, say) => (values.length < 4 ? say(median(values)) : `${say(median(values))} (${say(percentile(values, 0.25))} to ${say(percentile(values, 0.75))})`);

/** All rows of one run, each beside the limit of its HTTP version and beside oidc-provider. */
export function rateTable(records) {
  const named = (name) => records.find(({ row }) => row === name);
  const beside = (record, name, say) => {
    const other = named(name);
    return other === undefined ? "" : middle(ratios("perSecond", record, other), say);
  };
  return textTable(
    ["", "per second", "spread", "p50 ms", "p99 ms", "CPU us each", "of the limit", `times ${peer}`, "stored", "others"],
    records.map((record) => [
      record.title, rate(record.perSecond), spread(record), milliseconds(record.p50), milliseconds(record.p99), record.cpuMicros.toFixed(0),
      beside(record, rowNamed(record.row).limit, percent),
      beside(record, peer, times),
      record.stored === undefined ? "no store" : record.stored.toLocaleString("en"),
      percent(record.others),
    ]),
  );
}

/** Both builds of each row. */
export function comparisonTable(rows, ref) {
  return textTable(
    ["", `${ref}: per second`, "spread", "p50 ms", "p99 ms", "CPU us", "others", "this: per second", "spread", "p50 ms", "p99 ms", "CPU us", "others", "this / other", "CPU"],
    rows.map(({ title, before, after }) => [
      title, ...figures(before), ...figures(after),
      middle(ratios("perSecond", after, before), share), middle(ratios("cpuMicros", after, before), share),
    ]),
  );
}

function figures(record) {
  return [rate(record.perSecond), spread(record), milliseconds(record.p50), milliseconds(record.p99), record.cpuMicros.toFixed(0), percent(record.others)];
}

/** A warning when the machine was not the benchmark's own; empty when it was. */
export function noiseWarning(records) {
  const most = Math.max(...records.flatMap(({ rounds }) => rounds.map(({ others }) => others)));
  return most <= othersAtMost ? "" : `\nWARNING: other programs used up to ${percent(most)} of the machine while a row ran: trust CPU, not rates.`;
}

/** How far the rounds lie from their median: a smaller difference between rows means nothing. */
function spread({ rounds, perSecond }) {
  if (rounds.length < 2) return "";
  return `+-${percent(Math.max(...rounds.map((round) => Math.abs(round.perSecond / perSecond - 1))))}`;
}
