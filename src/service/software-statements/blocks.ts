// Blocked software: looked up before anything is decided, and demanded once more by the writer where a statement is taken.

import { hash } from "node:crypto";
import { RegistryError, registrationError } from "../../domain/errors.js";
import type { Change, SoftwareBlockKey, SoftwareBlockKind } from "../../domain/ports.js";
import { unapprovedStatement, type VerifiedStatement } from "../../domain/software-statement.js";
import type { Registry } from "../registry.js";

const digestPrefix = "sha256:";
const digest = /^sha256:[0-9a-f]{64}$/i;

/** Whether a statement is named by its digest. */
export const isStatementDigest = (value: string) => digest.test(value);

/** What one statement is known by, however its signature is spelled: the digest of what is signed. */
export function statementDigest(text: string): string {
  return `${digestPrefix}${hash("sha256", text.slice(0, text.lastIndexOf(".")))}`;
}

/** What a statement is known by that is named by its jti, which is its issuer's to give (RFC 7519 section 4.1.7). */
export function statementName(issuer: string, jti: string): string {
  return JSON.stringify([issuer, jti]);
}

/** What statementName was made of; undefined for a digest. */
export function readStatementName(name: string): { readonly issuer: string; readonly jti: string } | undefined {
  if (!name.startsWith("[")) return undefined;
  const [issuer, jti] = JSON.parse(name) as [string, string];
  return { issuer, jti };
}

type Blockable = Pick<VerifiedStatement, "text" | "issuer" | "claims">;

/** All that a statement can be blocked by. */
export function blockKeysOf(realm: string, { text, issuer, claims: { software_id: softwareId, jti } }: Blockable): readonly SoftwareBlockKey[] {
  const name = typeof jti === "string" ? statementName(issuer, jti) : undefined;
  const keys: [SoftwareBlockKind, unknown][] = [["issuer", issuer], ["software_id", softwareId], ["statement", statementDigest(text)], ["statement", name]];
  return keys.flatMap(([kind, value]) => (typeof value === "string" && value !== "" ? [{ realm, kind, value }] : []));
}

const sentences = {
  issuer: "statements of this issuer are not taken here at present",
  software_id: "this software is not admitted here at present",
  statement: "this software statement is not taken here any more",
} as const satisfies Record<SoftwareBlockKind, string>;

const blockedBy = (kind: SoftwareBlockKind): RegistryError => registrationError([unapprovedStatement("blocked", sentences[kind])]);

/** Demands that a statement's software is not blocked. Throws unapproved_software_statement; the changes say so to the writer. */
export function demandStatementUnblocked({ store }: Pick<Registry, "store">, realm: string, statement: Blockable): readonly Change[] {
  const keys = blockKeysOf(realm, statement);
  const blocked = keys.find((key) => store.softwareBlocks.find(key) !== undefined);
  if (blocked !== undefined) throw blockedBy(blocked.kind);
  return keys.map((block): Change => ({ kind: "demand_unblocked", block }));
}

/** The error of a unit whose software was blocked meanwhile. */
export function softwareBlocked(change: Change | undefined): RegistryError {
  return blockedBy(change?.kind === "demand_unblocked" ? change.block.kind : "software_id");
}

/** The same for the software_id that would be registered, which a statement need not name: a look is enough, since a client says whatever it likes. */
export function demandSoftwareUnblocked({ store }: Pick<Registry, "store">, realm: string, softwareId: string | undefined): void {
  if (softwareId === undefined || store.softwareBlocks.find({ realm, kind: "software_id", value: softwareId }) === undefined) return;
  throw registrationError([{ error: "invalid_client_metadata", field: "software_id", rule: "software_id.blocked", clause: "RFC 7591 section 5", description: sentences.software_id }]);
}
