// The server's key: 256 bits in a file of its own under the data folder. Without it no stored record passes its check.

import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeNewFile } from "./new-file.js";

const keyBytes = 32;

/** The version of the only key there is so far. */
export const serverKeyVersion = 1;

/**
 * Reads the key, or makes it when the data folder is new. Throws a sentence when the file is damaged, or gone although the database
 * is there: a new key would make every record look damaged.
 */
export async function ensureServerKey(data: string, fresh: boolean): Promise<Uint8Array> {
  const file = join(data, "keys", `${serverKeyVersion}.key`);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  if (text === undefined) {
    if (!fresh) throw new Error(`${file} is missing although the database is there: restore it from the backup that the database belongs to`);
    const key = randomBytes(keyBytes);
    await mkdir(join(data, "keys"), { recursive: true, mode: 0o700 });
    await writeNewFile(file, `${key.toString("base64url")}\n`);
    return key;
  }
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length !== keyBytes) throw new Error(`${file} is damaged: it must hold 32 bytes in base64url; restore it from a backup`);
  return key;
}
