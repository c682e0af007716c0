import { readFile } from "node:fs/promises";

/** The package's version: the same file from src/ and from dist/. */
export async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
}
