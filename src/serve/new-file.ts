import { randomUUID } from "node:crypto";
import { link, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder, writeDurably } from "../net/durable-file.js";

/**
 * Writes a file that is not there yet, readable by the owner alone, and waits until it is on disk with its folder's entry. After a crash
 * it is there whole or not at all. Rejects with EEXIST when somebody else was first.
 */
export async function writeNewFile(file: string, text: string): Promise<void> {
  // A name of its own: of two processes that start together, each must link what it wrote itself.
  const draft = `${file}.${randomUUID()}.new`;
  await writeDurably(draft, text, 0o600);
  try {
    // A rename would take the place of a file that came in between.
    await link(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(file));
}
