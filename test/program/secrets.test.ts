// V19: no secret that was issued lies anywhere in the clear, in the folder or in the logs, while it runs and after.

import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createClient } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { doorNames, openDoor, transportOf } from "./doors.js";
import { example, exchange, membersOf } from "./http.js";
import { adminIdentity, cleanPrograms, isFull, startProgram, temporaryFolder, type Program } from "./program.js";

cleanPrograms();

/** Clients registered; each has two secrets. */
const clients = isFull ? 5000 : 150;

/** What may hold secrets in the clear. */
const exceptions = /^(initial-access-token|pki\/[^/]*\.key|keys\/.*)$/;

/** All files below the folder but the exceptions, and the log, by name. */
function everywhere(program: Program): Map<string, Buffer> {
  const files = readdirSync(program.data, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const found = new Map(files.map((entry) => [relative(program.data, join(entry.parentPath, entry.name)), Buffer.alloc(0)]));
  for (const name of [...found.keys()]) {
    if (exceptions.test(name)) found.delete(name);
    else found.set(name, readFileSync(join(program.data, name)));
  }
  return found.set("standard error", Buffer.from(program.stderr())).set("standard output", Buffer.from(program.stdout()));
}

/** Every place where one of the secrets stands, as text or as the bytes that the text means. */
function hits(places: ReadonlyMap<string, Buffer>, secrets: readonly string[]): string[] {
  // 12 characters after the prefix: enough to be no accident, and short enough to be found where a record is cut by a page.
  const needles = secrets.flatMap((secret) => [Buffer.from(secret.slice(4, 20)), Buffer.from(secret.slice(4, 47), "base64url").subarray(0, 12)]);
  return [...places].flatMap(([name, bytes]) => needles.filter((needle) => bytes.includes(needle)).map((needle) => `${name}: ${needle.toString("latin1")}`));
}

test("no issued secret is in any file or log", { timeout: 300_000 }, async () => {
  const config = join(temporaryFolder(), "matricula.yaml");
  writeFileSync(config, "log:\n  level: trace\nrealms:\n  default:\n    custom_attributes:\n      - name: example_attribute\n        type: string\n");
  const program = await startProgram({ open: true, config });
  const secrets = [program.initialAccessToken];
  const clientIds: string[] = [];

  for (const name of doorNames) {
    const door = openDoor(program, name);
    for (let number = 0; number < clients / doorNames.length; number += 1) {
      const made = await door.register({ ...example, client_name: `client ${number} of ${name}` });
      expect(made.refused).toBeUndefined();
      secrets.push(made.secret!, made.token!);
      clientIds.push(made.clientId!);
      if (number >= 10) continue;
      // Used as they are meant, and as they are not: in another's place, in an update, in a body that is refused.
      const own = openDoor(program, name, made.token!);
      await own.read(made.clientId!);
      await own.update(made.clientId!, { ...example, client_name: "updated" });
      await own.read(clientIds[0]!);
      await own.register(example);
      if (number >= 5) await own.delete(made.clientId!);
      own.close();
      const wrong = openDoor(program, name, made.secret!);
      await wrong.read(made.clientId!);
      await wrong.register(example);
      wrong.close();
    }
    door.close();
  }

  // Kept answers are sealed; a key that is shown again opens one.
  const key = randomUUID();
  const once = await exchange(program, { path: "/register", json: example, headers: { "idempotency-key": key } });
  const again = await exchange(program, { path: "/register", json: example, headers: { "idempotency-key": key } });
  expect(again.text).toBe(once.text);
  secrets.push(membersOf(once)["client_secret"], membersOf(once)["registration_access_token"]);

  const admin = transportOf({ ...program, identity: adminIdentity(program) }, "gRPC");
  const issued = await createClient(InitialAccessTokenService, admin.transport).createInitialAccessToken({ name: "secrets test", uses: 2 });
  admin.close();
  secrets.push(issued.token);
  expect((await exchange(program, { path: "/register", json: example, token: issued.token })).status).toBe(201);

  // Where a careless log would keep them: in the path, the query, a refused body, another header, a broken scheme.
  const { client_secret: secret, registration_access_token: token, client_id: id } = membersOf(once);
  await exchange(program, { path: `/register/${token}` });
  await exchange(program, { path: `/register/${id}?access_token=${token}` });
  await exchange(program, { method: "PUT", path: `/register/${id}`, token, json: { ...example, client_id: id, client_secret: secret } });
  await exchange(program, { method: "PUT", path: `/register/${id}`, token, json: { client_id: id, client_secret: `${secret}x` } });
  await exchange(program, { path: "/register", headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`, "x-secret": secret }, json: example });
  await exchange(program, { path: "/register", headers: { authorization: token, traceparent: secret }, json: { redirect_uris: [`https://client.example/?${secret}#x`] } });

  expect(secrets.filter((each) => !/^m(cs|rt|it)_[\w-]{43,}$/.test(each))).toEqual([]);
  expect(new Set(secrets).size).toBe(secrets.length);

  const live = everywhere(program);
  expect([...live.keys()]).toEqual(expect.arrayContaining(["matricula.db", "matricula.db-wal", "url"]));
  expect(hits(live, secrets)).toEqual([]);
  // The search can find: ids are in the clear, and the token is in its own file.
  expect(clientIds.filter((each) => !live.get("matricula.db")!.includes(each) && !live.get("matricula.db-wal")!.includes(each))).toEqual([]);
  expect(hits(new Map([["initial-access-token", readFileSync(join(program.data, "initial-access-token"))]]), secrets)).toHaveLength(1);

  expect((await program.stop()).code).toBe(0);
  expect(hits(everywhere(program), secrets)).toEqual([]);
});
