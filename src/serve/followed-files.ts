import { readFile } from "node:fs/promises";
import { watchFile, type WatchOptions } from "./watched-file.js";

export interface FilesLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface FollowedFiles {
  /** What a file says now. Throws a sentence when it cannot be used; later such a file changes nothing but the log. */
  follow<T>(path: string, parse: (bytes: Uint8Array) => T): Promise<() => T>;
  /** Looks at all files now. */
  look(): Promise<void>;
  stop(): void;
}

/** Files that are read again when they change. */
export function createFollowedFiles(log: FilesLog, watch?: WatchOptions): FollowedFiles {
  const looks: (() => Promise<void>)[] = [];
  const stops: (() => void)[] = [];
  return {
    async follow<T>(path: string, parse: (bytes: Uint8Array) => T) {
      let current: T;
      const read = async (): Promise<T> => {
        const bytes = await readBytes(path);
        try {
          return parse(bytes);
        } catch (error) {
          throw new Error(`${path} ${(error as Error).message}`);
        }
      };
      const watched = await watchFile(path, () => read().then(
        (value) => {
          current = value;
          log.info({ file: path }, "file reloaded");
        },
        (error: unknown) => log.error({ file: path, error }, "file not reloaded; what it said before stays"),
      ), watch);
      looks.push(watched.look);
      stops.push(watched.stop);
      current = await read();
      return () => current;
    },
    look: async () => void (await Promise.all(looks.map((look) => look()))),
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** A file's bytes. Throws a sentence when they cannot be read. */
export const readBytes = (path: string) =>
  readFile(path).catch((error: NodeJS.ErrnoException) => Promise.reject(new Error(`${path} cannot be read (${error.code ?? "unknown reason"})`)));
