import type Database from "better-sqlite3";
import type { SoftwareBlockKey, SoftwareBlockRecord } from "../../domain/ports.js";
import { principalKindCodes } from "../chain.js";
import { principalKindName, softwareBlockCodes, softwareBlockName } from "./codes.js";

type Columns = [string, number, string, string, number, number, string, string];
const columns = "realm, kind, value, reason, created_at, created_by_kind, created_by_id, created_by_credential_id";

const keyOf = ({ realm, kind, value }: SoftwareBlockKey) => [realm, softwareBlockCodes[kind], value] as const;

function fromRow([realm, kind, value, reason, createdAt, byKind, id, credentialId]: Columns): SoftwareBlockRecord {
  return { realm, kind: softwareBlockName(kind), value, reason, createdAt, createdBy: { kind: principalKindName(byKind), id, credentialId } };
}

/** What changes do to blocked software, and the precondition they read. */
export function prepareSoftwareBlockWrites(database: Database.Database) {
  const blocked = database.prepare<[string, number, string], [number]>("SELECT 1 FROM software_block WHERE realm = ? AND kind = ? AND value = ?").raw();
  const insert = database.prepare(`INSERT INTO software_block (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const remove = database.prepare("DELETE FROM software_block WHERE realm = ? AND kind = ? AND value = ?");
  return {
    isBlocked: (key: SoftwareBlockKey): boolean => blocked.get(...keyOf(key)) !== undefined,
    insert({ createdBy, ...block }: SoftwareBlockRecord): void {
      insert.run(...keyOf(block), block.reason, block.createdAt, principalKindCodes[createdBy.kind], createdBy.id, createdBy.credentialId);
    },
    remove: (key: SoftwareBlockKey): void => void remove.run(...keyOf(key)),
  };
}

/** Blocked software by key, and in its order. */
export function prepareSoftwareBlockReads(database: Database.Database) {
  const find = database.prepare<[string, number, string], Columns>(`SELECT ${columns} FROM software_block WHERE realm = ? AND kind = ? AND value = ?`).raw();
  const after = database
    .prepare<[string, number, string, number], Columns>(`SELECT ${columns} FROM software_block WHERE realm = ? AND (kind, value) > (?, ?) ORDER BY kind, value LIMIT ?`)
    .raw();
  const any = database.prepare<[], number>("SELECT EXISTS (SELECT 1 FROM software_block)").pluck();
  return {
    any: (): boolean => any.get() === 1,
    find(key: SoftwareBlockKey): SoftwareBlockRecord | undefined {
      const row = find.get(...keyOf(key));
      return row === undefined ? undefined : fromRow(row);
    },
    after(realm: string, from: Pick<SoftwareBlockKey, "kind" | "value"> | undefined, limit: number): readonly SoftwareBlockRecord[] {
      return after.all(realm, from === undefined ? 0 : softwareBlockCodes[from.kind], from?.value ?? "", limit).map(fromRow);
    },
  };
}
