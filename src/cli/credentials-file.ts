import { open, rm, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import { CommandError, UsageError } from "./io.js";

/** A file that is there and empty, and waits for credentials. */
export interface CredentialsFile {
  readonly path: string;
  /** Writes the members and waits until they are on disk. Throws CommandError. */
  write(members: Readonly<Record<string, string | number>>): Promise<void>;
  /** Takes the file away again when there is nothing to write. */
  discard(): Promise<void>;
}

/**
 * Makes the file before the credentials exist, so that nothing can keep them from being written; readable by its owner alone.
 * Throws UsageError when there is one already: no credentials are ever overwritten.
 */
export async function reserveCredentialsFile(cwd: string, name: string): Promise<CredentialsFile> {
  const path = resolve(cwd, name);
  const file = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === "EEXIST" ? `${path} is there already and is not overwritten; name another file` : `${path} cannot be made: ${error.message}`);
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    path,
    async write(members) {
      const text = path.endsWith(".json") ? `${JSON.stringify(members, undefined, 2)}\n` : envLines(members);
      try {
        await writeSynced(file, text);
      } catch (error) {
        // Half a file would be in the way of the next attempt.
        await rm(path, { force: true });
        throw new CommandError(`the credentials cannot be written to ${path}: ${(error as Error).message}`);
      } finally {
        await close();
      }
    },
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}

async function writeSynced(file: FileHandle, text: string): Promise<void> {
  await file.writeFile(text);
  await file.sync();
}

/** Lines that a shell, systemd and docker --env-file read alike as long as a value needs no quotes; ours do not. */
function envLines(members: Readonly<Record<string, string | number>>): string {
  const quoted = (value: string) => (/^[\w./:@%+=,~-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
  return Object.entries(members).map(([name, value]) => `${name.toUpperCase()}=${quoted(String(value))}\n`).join("");
}
