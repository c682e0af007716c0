// The first start's initial access token: it may be used again and again for 30 days, so that a newcomer gets a first client.

import { access } from "node:fs/promises";
import { join } from "node:path";
import { makeClientId } from "../domain/client-id.js";
import { digestOf, makeToken } from "../domain/credentials.js";
import type { PrincipalRecord } from "../domain/ports.js";
import type { Realm, Registry } from "../service/registry.js";
import { writeNewFile } from "./new-file.js";

const lifetime = 30 * 24 * 60 * 60;
const installer: PrincipalRecord = { kind: "anonymous", id: "first start", credentialId: "" };

/** Where the token lies. */
export const firstTokenFile = (data: string) => join(data, "initial-access-token");

/**
 * Makes the token when the registry has never been used. The file comes last: a token in it is one that works. A first start that ended
 * half-way, on a port that was taken or before the file was written, is made up for by the next.
 */
export async function ensureFirstToken(registry: Registry, realm: Realm, data: string): Promise<void> {
  const file = firstTokenFile(data);
  const there = await access(file).then(() => true, () => false);
  const unused = registry.store.changes.after(0, 2).every(({ actor }) => actor.kind === installer.kind && actor.id === installer.id);
  if (!unused || there) return;
  const now = registry.clock.seconds();
  const token = makeToken("initial_access_token", registry.randomBytes);
  const id = makeClientId(registry.clock.milliseconds(), registry.randomBytes);
  await registry.store.commit([
    {
      kind: "insert_initial_access_token",
      token: {
        realm: realm.name, id, name: "first start", digest: digestOf("initial_access_token", realm.name, "", token),
        owner: "", purpose: "", policy: "", force: new Uint8Array(0), redirectHosts: [], boundTo: "", usesLeft: null, createdAt: now, createdBy: installer, expiresAt: now + lifetime, revokedAt: null,
      },
    },
    {
      kind: "append_change",
      change: {
        realm: realm.name, subject: id, version: 1, kind: "initial_access_token_created", actor: installer, requestId: "", at: now, trace: "",
        previous: new Uint8Array(0), decisions: "", reason: "",
      },
    },
  ]);
  await writeNewFile(file, `${token}\n`);
}
