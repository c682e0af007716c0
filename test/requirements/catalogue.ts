// The catalogue of requirements, and the map from each of the server's to the test that notices when its rule is gone.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

export interface Requirement {
  readonly id: string;
  /** The chapter of docs/requirements.md. */
  readonly chapter: string;
  readonly ofServer: boolean;
}

/** Chapters in which the service's own requirements are; the sixth is of documents that it does not read. */
const ours = new Set(["1", "2", "3", "4", "5", "7", "8", "9", "10"]);

/**
 * The rows of docs/requirements.md. A server's are those with S in their column On, the choices of RFC 7591 appendix A, and the decisions
 * of chapter 10; of the others, which ask something of clients, a server refuses what it can see.
 */
export function readCatalogue(): readonly Requirement[] {
  const found: Requirement[] = [];
  let chapter = "";
  for (const line of read("docs/requirements.md").split("\n")) {
    chapter = /^## (\d+)\./.exec(line)?.[1] ?? chapter;
    const cells = line.split("|").slice(1, -1).map((cell) => cell.trim());
    const id = cells[0] ?? "";
    if (!ours.has(chapter) || !/^[A-Z0-9]+-\d+$/.test(id)) continue;
    // Tables of profiles have no column for the section.
    const on = cells.length >= 6 ? cells[3]! : cells[2]!;
    found.push({ id, chapter, ofServer: chapter === "10" || cells.length === 4 || on.split(",").includes("S") });
  }
  return found;
}

export interface MapRow {
  readonly id: string;
  /** A file of tests, or "n/a". */
  readonly file: string;
  /** The test's name there; for what does not apply, the decision that says why. */
  readonly test: string;
}

export function readMap(): readonly MapRow[] {
  return read("test/requirements/map.tsv").trimEnd().split("\n").slice(1).map((line) => {
    const [id, file, test] = line.split("\t");
    return { id: id!, file: file!, test: test! };
  });
}

export interface Mutation {
  readonly requirement: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Rules that can be taken away, each by one change of one source file. */
export function readMutations(): readonly Mutation[] {
  return read("test/requirements/mutations.tsv").trimEnd().split("\n").slice(1).map((line) => {
    const [requirement, file, find, replace] = line.split("\t");
    return { requirement: requirement!, file: file!, find: find!, replace: replace ?? "" };
  });
}
