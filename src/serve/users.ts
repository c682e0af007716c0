// The users of HTTP Basic, as their files say at this moment: read at the start, and again when a file changes.

import { open } from "node:fs/promises";
import type { LoadedConfiguration } from "../config/configuration.js";
import { readUsers, type Users } from "../users/users-file.js";
import { watchFile, type WatchOptions } from "./watched-file.js";

/** A realm's file. */
export interface UsersFile {
  readonly realm: string;
  readonly path: string;
  /** The names of the realm's policies. */
  readonly policies: ReadonlySet<string>;
}

export interface WatchedUsers {
  /** The realm's users now; undefined where it has no file of them. */
  readonly of: (realm: string) => Users | undefined;
  /** Looks at all files now. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
}

export interface UsersLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const largestFile = 4 * 1024 * 1024;

/**
 * Reads the files and follows them. Throws a sentence when one cannot be believed at the start. Later such a file changes nothing but
 * the log; one that is gone has no users.
 */
export async function watchUsers(files: readonly UsersFile[], log: UsersLog, options?: WatchOptions): Promise<WatchedUsers> {
  const tables = new Map<string, Users>();
  const watched = await Promise.all(
    files.map(async (file) => {
      const watch = await watchFile(file.path, () => reload(file), options);
      tables.set(file.realm, await readUsersFile(file));
      return watch;
    }),
  );

  async function reload(file: UsersFile): Promise<void> {
    const { realm, path: users_file } = file;
    try {
      const users = await readUsersFile(file);
      tables.set(realm, users);
      log.info({ realm, users_file, users: users.size }, "users reloaded");
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (isGone) tables.set(realm, new Map());
      log.error({ realm, users_file, error }, isGone ? "the users file is gone, and with it its users" : "users not reloaded; the old ones stay");
    }
  }

  return {
    of: (realm) => tables.get(realm),
    look: async () => void (await Promise.all(watched.map((watch) => watch.look()))),
    stop: () => watched.forEach((watch) => watch.stop()),
  };
}

/** Reads a file. Throws a sentence with what to do; a file that is not there keeps its code. */
async function readUsersFile({ path, policies }: UsersFile): Promise<Users> {
  const text = await readGuarded(path);
  const { users, mistakes } = readUsers(text);
  const strange = [...users.values()].filter(({ policy }) => policy !== "" && !policies.has(policy));
  const sentences = [
    ...mistakes.map(({ line, message }) => `${path}:${line}: ${message}`),
    ...strange.map(({ name, policy }) => `${path}: the user ${name} is bound to the policy ${policy}, which the realm does not have`),
  ];
  if (sentences.length > 0) throw new Error(sentences.join("\n"));
  return users;
}

/** The text of a file that nobody else can have read or written: mode and content are of the same open file. */
async function readGuarded(path: string): Promise<string> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    const what = error.code === "ENOENT" ? 'is not there: make it with "matricula user add"' : `cannot be read (${error.code ?? "unknown reason"})`;
    throw Object.assign(new Error(`${path} ${what}`, { cause: error }), { code: error.code });
  });
  try {
    const { mode, size } = await file.stat();
    if ((mode & othersMay) !== 0) throw new Error(`${path} may be read or written by others than its owner: set its mode with "chmod 600", and change the passwords if others could read it`);
    if (size > largestFile) throw new Error(`${path} has more than ${largestFile} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.readFile());
  } catch (error) {
    throw error instanceof TypeError ? new Error(`${path} is not UTF-8 text`) : error;
  } finally {
    await file.close();
  }
}

/** A group may read it: that is how containers are given files. */
const othersMay = 0o027;

/** The realms' files, as configured. */
export function usersFilesOf({ realms }: Pick<LoadedConfiguration, "realms">): readonly UsersFile[] {
  return [...realms.values()].flatMap(({ name, usersFile, policies }) => (usersFile === undefined ? [] : [{ realm: name, path: usersFile, policies: new Set(policies.keys()) }]));
}
