import type Database from "better-sqlite3";
import type { Change, ClientRecord, CredentialRecord } from "../../domain/ports.js";
import { principalKindCodes } from "../chain.js";
import { countMoves, type Counted } from "../count-keys.js";
import { credentialKindCodes, principalKindName, stateCodes, stateName } from "./codes.js";
import { prepareCountWrites } from "./count-writes.js";
import { clientColumns, credentialColumns, placeholders } from "./rows.js";

/** What changes do to clients and their credentials, and the preconditions they read. */
export function prepareClientWrites(database: Database.Database) {
  const find = database
    .prepare<[string, string], [number, number, number]>("SELECT number, version, state FROM client WHERE realm = ? AND client_id = ?")
    .raw();
  const counted = database
    .prepare<[number], [string, number, number, string, string, string]>("SELECT realm, state, owner_kind, owner_id, owner_credential_id, way_in FROM client WHERE number = ?")
    .raw();
  const counts = prepareCountWrites(database);
  const insert = database.prepare(`INSERT INTO client (${clientColumns}) VALUES (${placeholders(clientColumns)})`);
  const replace = database.prepare(
    "UPDATE client SET version = ?, state = ?, owner_kind = ?, owner_id = ?, owner_credential_id = ?, way_in = ?, policy = ?, policy_version = ?, " +
      "created_at = ?, updated_at = ?, expires_at = ?, software_id = ?, software_statement_issuer = ?, record = ?, mac = ?, key_version = ? WHERE number = ?",
  );
  const bury = database.prepare(
    "UPDATE client SET version = version + 1, state = ?, updated_at = ?, record = x'', mac = ?, key_version = ? WHERE number = ?",
  );
  const earlier = "(last_used_at IS NULL OR last_used_at < :at)";
  const use = database.prepare(`UPDATE client SET last_used_at = :at WHERE number = :number AND ${earlier}`);
  const useSecret = database.prepare(
    `UPDATE credential SET last_used_at = :at WHERE client = :number AND kind = ${credentialKindCodes.client_secret} AND label = :label AND ${earlier}`,
  );
  const unconfirmed = `client = :number AND kind = ${credentialKindCodes.registration_access_token} AND label = :label AND last_used_at IS NULL`;
  const findUnconfirmed = database.prepare<[{ number: number; label: string }], number>(`SELECT 1 FROM credential WHERE ${unconfirmed}`).pluck();
  const confirm = database.prepare(`UPDATE credential SET last_used_at = :at WHERE ${unconfirmed}`);
  const used = database
    .prepare<[number], [number, string, Uint8Array, number]>("SELECT kind, label, digest, last_used_at FROM credential WHERE client = ? AND last_used_at IS NOT NULL")
    .raw();
  const keepUse = database.prepare(
    `UPDATE credential SET last_used_at = :at WHERE client = :number AND kind = :kind AND label = :label AND digest = :digest AND ${earlier}`,
  );
  const dropCredentials = database.prepare("DELETE FROM credential WHERE client = ?");
  const insertCredential = database.prepare(`INSERT INTO credential (client, ${credentialColumns}) VALUES (?, ${placeholders(credentialColumns)})`);

  function numberOf(realm: string, clientId: string): number {
    const row = find.get(realm, clientId);
    if (row === undefined) throw new RangeError("a change was written before its precondition was tested");
    return row[0];
  }

  function countedAs(number: number): Counted | undefined {
    const row = counted.get(number);
    if (row === undefined) return undefined;
    const [realm, state, kind, id, credentialId, wayIn] = row;
    return { realm, state: stateName(state), owner: { kind: principalKindName(kind), id, credentialId }, wayIn };
  }

  function addCredentials(number: number | bigint, credentials: readonly CredentialRecord[]): void {
    for (const { kind, label, scheme, digest, createdAt, expiresAt, lastUsedAt } of credentials) {
      insertCredential.run(number, credentialKindCodes[kind], label, scheme, digest, createdAt, expiresAt, lastUsedAt);
    }
  }

  return {
    count: counts.count,
    exists: (realm: string, clientId: string): boolean => find.get(realm, clientId) !== undefined,
    hasVersion(realm: string, clientId: string, version: number): boolean {
      const row = find.get(realm, clientId);
      return row !== undefined && row[1] === version && row[2] !== stateCodes.deleted;
    },
    insert(client: ClientRecord, credentials: readonly CredentialRecord[]): void {
      const { owner } = client;
      const { lastInsertRowid } = insert.run(
        client.realm, client.clientId, client.version, stateCodes[client.state], principalKindCodes[owner.kind], owner.id, owner.credentialId,
        client.wayIn, client.policy, client.policyVersion, client.createdAt, client.updatedAt, client.lastUsedAt, client.expiresAt,
        client.softwareId, client.softwareStatementIssuer, client.record, client.mac, client.keyVersion,
      );
      addCredentials(lastInsertRowid, credentials);
      counts.move(countMoves(undefined, client));
    },
    replace(client: ClientRecord, credentials: readonly CredentialRecord[] | null): void {
      const number = numberOf(client.realm, client.clientId);
      const { owner } = client;
      counts.move(countMoves(countedAs(number), client));
      replace.run(
        client.version, stateCodes[client.state], principalKindCodes[owner.kind], owner.id, owner.credentialId, client.wayIn, client.policy,
        client.policyVersion, client.createdAt, client.updatedAt, client.expiresAt, client.softwareId, client.softwareStatementIssuer,
        client.record, client.mac, client.keyVersion, number,
      );
      if (credentials === null) return;
      const before = used.all(number);
      dropCredentials.run(number);
      addCredentials(number, credentials);
      for (const [kind, label, digest, lastUsedAt] of before) keepUse.run({ at: lastUsedAt, number, kind, label, digest });
    },
    use({ realm, clientId, at, secretLabel }: Extract<Change, { kind: "record_use" }>): void {
      const row = find.get(realm, clientId);
      if (row === undefined || row[2] === stateCodes.deleted) return;
      const [number] = row;
      use.run({ at, number });
      if (secretLabel !== "") useSecret.run({ at, number, label: secretLabel });
    },
    isUnconfirmed({ realm, clientId, label }: Extract<Change, { kind: "confirm_registration_access_token" }>): boolean {
      const row = find.get(realm, clientId);
      return row !== undefined && findUnconfirmed.get({ number: row[0], label }) !== undefined;
    },
    confirm({ realm, clientId, label, at }: Extract<Change, { kind: "confirm_registration_access_token" }>): void {
      confirm.run({ number: numberOf(realm, clientId), label, at });
    },
    bury(change: Extract<Change, { kind: "delete_client" }>): void {
      const number = numberOf(change.realm, change.clientId);
      counts.move(countMoves(countedAs(number), undefined));
      bury.run(stateCodes.deleted, change.at, change.mac, change.keyVersion, number);
      dropCredentials.run(number);
    },
  };
}
