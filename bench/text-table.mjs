/** A table in Markdown: the first column to the left, the others to the right. */
export function textTable(head, lines) {
  const widths = head.map((_title, column) => Math.max(3, ...[head, ...lines].map((line) => line[column].length)));
  const format = (line) => `| ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [format(head), rule, ...lines.map(format)].join("\n");
}
