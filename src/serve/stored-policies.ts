// Policies that were put by RPC: files under the data folder, one for each, read with the configuration by the same parser.

import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder, writeDurably } from "../net/durable-file.js";

/** The file of a policy; both names have been checked to be no paths. */
const fileOf = (data: string, realm: string, name: string) => join(data, "policies", realm, `${name}.yaml`);

/** What a policy's file held; undefined when there was none. */
export async function readStored(data: string, realm: string, name: string): Promise<string | undefined> {
  return readFile(fileOf(data, realm, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** Writes a policy's file so that after a crash the old one or the new one is there; undefined removes it. */
export async function writeStored(data: string, realm: string, name: string, document: string | undefined): Promise<void> {
  const folder = join(data, "policies", realm);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (document !== undefined) return writeDurably(fileOf(data, realm, name), document, 0o600);
  await rm(fileOf(data, realm, name), { force: true });
  await syncFolder(folder);
}
