import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];

/** A fresh directory that is gone after the test. Call `cleanDirectories` once a file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "matricula-store-"));
  made.push(directory);
  return directory;
}

/** Removes the directories after each test; register it before what still uses them, since hooks run in reverse. */
export function cleanDirectories(): void {
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
  });
}
