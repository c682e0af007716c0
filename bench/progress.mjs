/** Says on standard error how far a run is: standard output holds the result alone. */
export function progress(sentence) {
  process.stderr.write(`${sentence}\n`);
}
