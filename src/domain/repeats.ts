/** Whether a value stands in a list twice. For short lists, most of which have none: a set of the values costs more. */
export function hasRepeats(values: readonly string[]): boolean {
  for (let i = 1; i < values.length; i++) if (values.lastIndexOf(values[i]!, i - 1) >= 0) return true;
  return false;
}
