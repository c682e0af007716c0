/** Up to here each value is looked for among those before it; of a longer list, which a stranger may have sent, that would be the square. */
const shortList = 16;

/** The values, each once, in the order of the first of each; the list itself where none repeats, as in most. */
export function withoutRepeats(values: string[]): string[] {
  if (values.length <= shortList && values.every((value, i) => values.indexOf(value) === i)) return values;
  const once = new Set(values);
  return once.size === values.length ? values : [...once];
}
