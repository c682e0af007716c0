/** The known name that `written` most likely stands for, or undefined when none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const near = known
    .map((name) => ({ name, distance: bare(name) === bare(written) ? 0 : editDistance(written, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

/** publicUrl, public-url and public_url are one name to a person. */
const bare = (name: string) => name.replace(/[-_]/g, "").toLowerCase();

/** Levenshtein's distance, with a transposition as one step. */
function editDistance(a: string, b: string): number {
  // Beyond this no name of ours is near, and the table below is quadratic.
  if (Math.abs(a.length - b.length) > 16) return Number.POSITIVE_INFINITY;
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same, swapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
