/** The values, each once, in the order of the first of each; the list itself where none repeats, as in most: a set of the values costs more. */
export function withoutRepeats(values: string[]): string[] {
  for (let i = 1; i < values.length; i++) if (values.lastIndexOf(values[i]!, i - 1) >= 0) return [...new Set(values)];
  return values;
}
