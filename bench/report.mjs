import { othersAtMost } from "./measure.mjs";
import { peer, rowNamed } from "./rows.mjs";
import { textTable } from "./text-table.mjs";

const milliseconds = (micros) => (micros / 1000).toFixed(1);
const rate = (perSecond) => Math.round(perSecond).toLocaleString("en");
const percent = (share) => `${Math.round(share * 100)} %`;

/** All rows of one run, each beside the limit of its HTTP version and beside oidc-provider. */
export function rateTable(records) {
  const rateOf = (name) => records.find((record) => record.row === name)?.perSecond;
  return textTable(
    ["", "per second", "spread", "p50 ms", "p99 ms", "CPU us each", "of the limit", `times ${peer}`, "stored", "others"],
    records.map((record) => {
      const limit = rateOf(rowNamed(record.row).limit);
      const peerRate = rateOf(peer);
      return [
        record.title, rate(record.perSecond), spread(record), milliseconds(record.p50), milliseconds(record.p99), record.cpuMicros.toFixed(0),
        limit === undefined ? "" : percent(record.perSecond / limit),
        peerRate === undefined ? "" : (record.perSecond / peerRate).toFixed(1),
        record.stored === undefined ? "no store" : record.stored.toLocaleString("en"),
        percent(record.others),
      ];
    }),
  );
}

/** Both builds of each row. */
export function comparisonTable(rows, ref) {
  return textTable(
    ["", `${ref}: per second`, "spread", "p50 ms", "p99 ms", "CPU us", "others", "this: per second", "spread", "p50 ms", "p99 ms", "CPU us", "others", "this / other", "CPU"],
    rows.map(({ title, before, after, ratio }) => [
      title, ...figures(before), ...figures(after), ratio.toFixed(3), (after.cpuMicros / before.cpuMicros).toFixed(3),
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
