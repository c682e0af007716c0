import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "../net/durable-file.js";
import type { LifetimesFile } from "../service/settled-lifetimes.js";

/** The file in the data folder that says since when policies give clients the lifetimes that they do. */
export function lifetimesFile(data: string): LifetimesFile {
  const path = join(data, "client-lifetimes.json");
  return {
    read: () =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }),
    write: (text) => writeDurably(path, text, 0o600),
  };
}
