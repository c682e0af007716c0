import { open } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file that is not there yet, readable by the owner alone, and waits until it is on disk with its folder's entry. */
export async function writeNewFile(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
