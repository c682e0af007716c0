/** The value that half of the others do not exceed. */
export const median = (values) => percentile(values, 0.5);

/** The value that this share of the others does not exceed; between two of them, what lies between. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}
