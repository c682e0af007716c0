import { buildOf } from "./builds.mjs";
import { measureRows } from "./measure.mjs";

/** Measures this build and that of `options.against` in turns. Resolves with one record a row: both, and this build's rate by the other's. */
export async function compareBuilds({ build, folder, options }) {
  const other = buildOf(options.against, folder);
  const records = await measureRows({ builds: [build, other], folder, options });
  const [mine, theirs] = [build, other].map(({ name }) => records.filter((record) => record.build === name));
  return mine.map((record) => {
    const before = theirs.find(({ row }) => row === record.row);
    return { row: record.row, title: record.title, before, after: record, ratio: record.perSecond / before.perSecond };
  });
}
