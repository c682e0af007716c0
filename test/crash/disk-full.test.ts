// S-1: a full disk as callers see it. Writes are refused with a time, reads go on, and writing resumes by itself when there is space.

import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { afterEach, describe, expect, test } from "vitest";
import { RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { transportOf } from "../program/doors.js";
import { exchange, membersOf, type Answer } from "../program/http.js";
import { adminIdentity, cleanUp, hasTool, isFull, startProgram, temporaryFolder, type Program } from "../program/program.js";

const mounted: string[] = [];

afterEach(async () => {
  // The program holds files there, and the folder goes after what is mounted on it.
  const folders = mounted.splice(0);
  for (const folder of folders) spawnSync("umount", ["-l", folder]);
  await cleanUp();
});

function mountSmallDisk(): string | undefined {
  const folder = temporaryFolder("matricula-full-");
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=96m", "matricula-test", folder]).status !== 0) return undefined;
  mounted.push(folder);
  return folder;
}

const canMount = mountSmallDisk() !== undefined;
for (const folder of mounted.splice(0)) spawnSync("umount", [folder]);

const cycles = isFull ? 20 : 2;

/** Takes all the space there is but for `left` bytes. */
function fillDisk(ballast: string, left = 0): void {
  const file = openSync(ballast, "w");
  try {
    for (let size = 1 << 20; size >= 1; size = size === 4096 ? 1 : size >> 1) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
  const { size } = statSync(ballast);
  if (size < left + (1 << 20)) throw new Error("there was no space to take");
  truncateSync(ballast, size - left);
}

/** About 2 KB each, so that the disk is full soon. */
const large = { redirect_uris: Array.from({ length: 20 }, (_, i) => `https://client.example/${i}/${"x".repeat(80)}`) };
const register = (program: Program) => exchange(program, { path: "/register", json: large });

interface Held {
  readonly id: string;
  readonly token: string;
}

const heldOf = (answer: Answer): Held => ({ id: membersOf(answer)["client_id"] as string, token: membersOf(answer)["registration_access_token"] as string });

/** Registers, eight at a time, until all are refused; what was acknowledged, and the refusals. */
async function registerUntilFull(program: Program): Promise<{ acknowledged: Held[]; refusals: Answer[] }> {
  const acknowledged: Held[] = [];
  const work = async () => {
    for (let number = 0; number < 5000; number += 1) {
      const answer = await register(program);
      if (answer.status !== 201) return answer;
      acknowledged.push(heldOf(answer));
    }
    throw new Error("the disk never filled up");
  };
  return { acknowledged, refusals: await Promise.all(Array.from({ length: 8 }, work)) };
}

/** The same over gRPC, for what the gateway's writers have left: the first refusal. */
async function registerUntilRefused(transport: Transport): Promise<ConnectError> {
  const registration = createClient(RegistrationService, transport);
  for (let number = 0; number < 5000; number += 1) {
    try {
      await registration.registerClient({ metadata: { redirectUris: large.redirect_uris } });
    } catch (error) {
      return ConnectError.from(error);
    }
  }
  throw new Error("the disk never filled up");
}

describe.skipIf(!hasTool(canMount, "the right to mount a tmpfs"))("a full disk (needs the right to mount a tmpfs)", () => {
  test("writes are refused with a time, reads go on, and writing resumes within 5 s of space", { timeout: 60_000 + cycles * 20_000 }, async () => {
    const data = join(mountSmallDisk()!, "data");
    const ballast = join(mounted[0]!, "ballast");
    const program = await startProgram({ data, open: true });
    const clients: Held[] = [];
    let slowest = 0;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      clients.push(heldOf(await register(program)));
      fillDisk(ballast, 1 << 20);
      const { acknowledged, refusals } = await registerUntilFull(program);
      clients.push(...acknowledged);
      expect(acknowledged.length).toBeGreaterThan(10);
      for (const refusal of refusals) {
        expect([refusal.status, membersOf(refusal)["error"]]).toEqual([503, "temporarily_unavailable"]);
        expect(Number(refusal.headers["retry-after"])).toBeGreaterThan(0);
        expect(Number(refusal.headers["retry-after"])).toBeLessThanOrEqual(5);
      }

      const rpc = transportOf({ ...program, identity: adminIdentity(program) }, "gRPC");
      const thrown = await registerUntilRefused(rpc.transport);
      expect(Code[thrown.code]).toBe("Unavailable");
      expect(Number(thrown.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds)).toBeGreaterThan(0);

      expect((await exchange(program, { path: "/readyz" })).status).toBe(503);
      expect((await exchange(program, { path: "/livez" })).status).toBe(200);
      const { id, token } = clients.at(-1)!;
      expect((await exchange(program, { path: `/register/${id}`, token })).status).toBe(200);
      // What little it writes may still find a place.
      const deletion = await exchange(program, { method: "DELETE", path: `/register/${id}`, token });
      expect([204, 503]).toContain(deletion.status);
      if (deletion.status === 204) clients.pop();
      const listed = await createClient(ClientDirectoryService, rpc.transport).listClients({ pageSize: 10 });
      expect(listed.clients.length).toBeGreaterThan(0);
      rpc.close();

      rmSync(ballast);
      const space = performance.now();
      if (cycle % 2 === 0) await expect.poll(async () => (await exchange(program, { path: "/readyz" })).status, { timeout: 5000, interval: 50 }).toBe(200);
      else await expect.poll(async () => (await register(program)).status, { timeout: 5000, interval: 50 }).toBe(201);
      slowest = Math.max(slowest, performance.now() - space);
      expect((await register(program)).status).toBe(201);
    }
    expect(program.exit()).toBeUndefined();
    expect((await program.stop()).code).toBe(0);

    const next = await startProgram({ data, open: true });
    for (const { id, token } of clients) expect((await exchange(next, { path: `/register/${id}`, token })).status).toBe(200);
    console.log(`disk full: ${cycles} cycles, ${clients.length} clients acknowledged on the way and all there after; writing resumed within ${Math.round(slowest)} ms`);
  });

  test("a first start on a full disk is refused with a sentence, and the next one with space works", async () => {
    const data = join(mountSmallDisk()!, "data");
    const ballast = join(mounted[0]!, "ballast");
    fillDisk(ballast);
    await expect(startProgram({ data })).rejects.toThrow(/ended with 1 before it was ready; standard error: matricula: (?!.*\n\s+at )/);
    rmSync(ballast);
    const program = await startProgram({ data, open: true });
    expect((await register(program)).status).toBe(201);
  });
});
