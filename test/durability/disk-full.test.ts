import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/domain/ports.js";
import { firstBrokenLink } from "../../src/store/chain.js";
import { openSqliteStore } from "../../src/store/sqlite/store.js";
import { appendChange, insertClient, query, registration } from "../store/samples.js";
import { cleanDirectories, temporaryDirectory } from "../store/temporary.js";

cleanDirectories();

const mounted: string[] = [];

// Hooks run in reverse: the file system is gone before its mount point is removed.
afterEach(() => {
  for (const directory of mounted.splice(0)) spawnSync("umount", [directory]);
});

/** Mounts a file system of 8 MB; undefined without the right to. */
function smallDisk(): string | undefined {
  const directory = temporaryDirectory();
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "matricula-test", directory]).status !== 0) return undefined;
  mounted.push(directory);
  return directory;
}

const canMount = smallDisk() !== undefined;
for (const directory of mounted.splice(0)) spawnSync("umount", [directory]);

async function openOnFullDisk() {
  const directory = smallDisk() ?? "";
  const file = join(directory, "matricula.db");
  const ballast = join(directory, "ballast");
  writeFileSync(ballast, new Uint8Array(3 * 1024 * 1024));
  const store = await openSqliteStore({ file });
  await store.commit(registration("first"));
  const acknowledged = await fill(store);
  return { store, file, acknowledged, makeSpace: () => rmSync(ballast) };
}

/** Writes until the disk is full; the client ids that were acknowledged. */
async function fill(store: Store): Promise<string[]> {
  const acknowledged = ["first"];
  const record = new Uint8Array(32 * 1024);
  for (let number = 0; number < 1000; number += 1) {
    const clientId = `c${number}`;
    const refusal = await store.commit([insertClient(clientId, { record }), appendChange(clientId)]).then(() => undefined, (error: unknown) => error);
    if (refusal === undefined) acknowledged.push(clientId);
    else {
      expect(refusal).toMatchObject({ kind: "store_unavailable", retryAfter: 5 });
      return acknowledged;
    }
  }
  throw new Error("the disk never filled up");
}

async function expectOnly(store: Store, clientIds: readonly string[]): Promise<void> {
  const found = await store.lister.list(query({ limit: 2000 }));
  expect(found.map(({ client }) => client.clientId)).toEqual(clientIds.toSorted());
}

// Without the right to mount, sync-failure.test.ts still covers ENOSPC through strace.
describe.skipIf(!canMount)("a full disk (needs the right to mount a tmpfs)", () => {
  test("refuses writes with a time, while reads go on and show nothing of what was refused", async () => {
    const { store, acknowledged } = await openOnFullDisk();
    expect(store.writable()).toBe(false);
    expect(store.clients.find("default", "first")).toBeDefined();
    await expectOnly(store, acknowledged);
    await store.close();
  });

  test("resumes with the first unit after space is back, without a restart", async () => {
    const { store, file, acknowledged, makeSpace } = await openOnFullDisk();
    makeSpace();
    expect(await store.commit(registration("next"))).toMatchObject({ committed: true });
    expect(store.writable()).toBe(true);
    await store.close();
    const reopened = await openSqliteStore({ file });
    await expectOnly(reopened, [...acknowledged, "next"]);
    expect(firstBrokenLink(reopened.changes.after(0, 2000))).toBeUndefined();
    await reopened.close();
  });

  test("finds the space by itself within 5 s when nobody writes", { timeout: 10_000 }, async () => {
    const { store, makeSpace } = await openOnFullDisk();
    makeSpace();
    await expect.poll(() => store.writable(), { timeout: 5000 }).toBe(true);
    await store.close();
  });

  test("closes while full and keeps what was acknowledged", async () => {
    const { store, file, acknowledged, makeSpace } = await openOnFullDisk();
    await store.close();
    makeSpace();
    const reopened = await openSqliteStore({ file });
    await expectOnly(reopened, acknowledged);
    await reopened.close();
  });
});
