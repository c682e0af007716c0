import { buildOf } from "./builds.mjs";
import { measureRows } from "./measure.mjs";

/** Measures this build and that of `options.against` in turns. Resolves with one record a row: what each did. */
export async function compareBuilds({ build, folder, options }) {
  const other = buildOf(options.against, folder);
  const records = await measureRows({ builds: [other, build], folder, options });
  const [theirs, mine] = [other, build].map(({ name }) => records.filter((record) => record.build === name));
  return mine.map((after, index) => ({ row: after.row, title: after.title, before: theirs[index], after }));
}
