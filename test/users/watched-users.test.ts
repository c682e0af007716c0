// The users files as the service follows them. Nothing here waits for a timer: a test says when to look.

import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { watchFile } from "../../src/serve/watched-file.js";
import { watchUsers, type WatchedUsers } from "../../src/serve/users.js";

const hash = `$scrypt$ln=15,r=8,p=3$${"A".repeat(22)}$${"A".repeat(43)}`;
const other = `$scrypt$ln=15,r=8,p=3$${"A".repeat(22)}$${"B".repeat(42)}A`;

let folder: string;
let path: string;
const errors: { fields: { error?: Error }; message: string }[] = [];
const infos: string[] = [];
let ended = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "matricula-users-"));
  path = join(folder, "users");
  errors.length = infos.length = ended = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (text: string, mode = 0o600, file = path) => writeFile(file, text, { mode }).then(() => chmod(file, mode));
const watch = (policies: readonly string[] = ["internal"]): Promise<WatchedUsers> =>
  watchUsers(
    [{ realm: "default", path, policies: new Set(policies) }],
    { info: (_fields, message) => infos.push(message), error: (fields, message) => errors.push({ fields, message }) },
    { every: () => () => void ended++ },
  );
const names = (users: WatchedUsers) => [...(users.of("default")?.keys() ?? ["no table"])];

it("are read at the start, for their realm alone", async () => {
  await write(`alice:${hash}\nbob:${hash}:internal\n`);
  const users = await watch();
  expect(names(users)).toEqual(["alice", "bob"]);
  expect(users.of("other")).toBeUndefined();
  users.stop();
  expect(ended).toBe(1);
});

it("are read again when they change, whether replaced or written in place", async () => {
  await write(`alice:${hash}\nbob:${hash}\n`);
  const users = await watch();
  await users.look();
  expect(infos).toEqual([]);
  await write(`alice:${hash}\n`, 0o600, `${path}.new`);
  await rename(`${path}.new`, path);
  await users.look();
  expect(names(users)).toEqual(["alice"]);
  // As long as before.
  await write(`alice:${other}\n`);
  await users.look();
  expect(users.of("default")!.get("alice")!.hash.text).toBe(other);
  expect(infos).toEqual(["users reloaded", "users reloaded"]);
  expect(errors).toEqual([]);
});

it.each([0o604, 0o602, 0o644, 0o620, 0o666])("are refused at the start when their mode is %o, with what to do", async (mode) => {
  await write(`alice:${hash}\n`, mode);
  await expect(watch()).rejects.toThrow(/users may be read or written by others than its owner: set its mode with "chmod 600"/);
});

it.each([0o600, 0o400, 0o640, 0o440])("are taken when their mode is %o", async (mode) => {
  await write(`alice:${hash}\n`, mode);
  expect(names(await watch())).toEqual(["alice"]);
});

it("stay as they were, with an error in the log, when others may read them or a line is wrong", async () => {
  await write(`alice:${hash}\n`);
  const users = await watch();
  await write(`mallory:${hash}\n`, 0o644);
  await users.look();
  expect(names(users)).toEqual(["alice"]);
  await write(`mallory:${hash}\nnonsense\n`);
  await users.look();
  expect(names(users)).toEqual(["alice"]);
  await write(`mallory:${hash}:unheard-of\n`);
  await users.look();
  expect(names(users)).toEqual(["alice"]);
  expect(errors.map(({ message }) => message)).toEqual(Array(3).fill("users not reloaded; the old ones stay"));
  expect(errors.map(({ fields }) => fields.error!.message)).toEqual([expect.stringContaining("chmod 600"), expect.stringContaining(`${path}:2: `), expect.stringContaining("unheard-of")]);
  for (const { fields } of errors) expect(fields.error!.message).not.toContain("$scrypt$ln=15,r=8,p=3$AAAA");
  await write(`carol:${hash}:internal\n`);
  await users.look();
  expect(names(users)).toEqual(["carol"]);
});

it("are taken once their mode is put right, though nothing else has changed", async () => {
  await write(`alice:${hash}\n`);
  const users = await watch();
  await write(`bob:${hash}\n`, 0o644);
  await users.look();
  await chmod(path, 0o600);
  await users.look();
  expect(names(users)).toEqual(["bob"]);
});

it("are nobody when their file is gone, and come back with it", async () => {
  await write(`alice:${hash}\n`);
  const users = await watch();
  await rm(path);
  await users.look();
  expect(names(users)).toEqual([]);
  expect(errors.map(({ message }) => message)).toEqual(["the users file is gone, and with it its users"]);
  await write(`alice:${hash}\n`);
  await users.look();
  expect(names(users)).toEqual(["alice"]);
});

it.each([
  ["is not there", undefined, "is not there: make it with"],
  ["has a line that is wrong", "alice\n", ":1: the hash must be"],
  ["names a policy that the realm does not have", `alice:${hash}:secret-policy\n`, "secret-policy, which the realm does not have"],
  ["is no UTF-8", Buffer.from([0xff, 0xfe]), "is not UTF-8"],
])("keep the service from starting when their file %s", async (_, text, sentence) => {
  if (text !== undefined) await write(text as string);
  await expect(watch()).rejects.toThrow(sentence);
});

it("a watched file is looked at again and again, and read once a change", async () => {
  let run = () => {};
  let word = "one";
  let reads = 0;
  const watched = await watchFile("any", async () => void reads++, { every: (each) => ((run = each), () => {}), stat: async () => word });
  run();
  await watched.look();
  expect(reads).toBe(0);
  word = "two";
  run();
  run();
  await watched.look();
  expect(reads).toBe(1);
  watched.stop();
});
