// Software that is admitted no more.

import type { Seconds } from "./clock.js";
import type { PrincipalRecord } from "./principal.js";

/** What software is blocked by: the issuer of its statements, its software_id, or one statement, by its issuer and jti or its digest. */
export type SoftwareBlockKind = "issuer" | "software_id" | "statement";

export interface SoftwareBlockKey {
  readonly realm: string;
  readonly kind: SoftwareBlockKind;
  readonly value: string;
}

/** Software that an operator admits no more. */
export interface SoftwareBlockRecord extends SoftwareBlockKey {
  readonly reason: string;
  readonly createdAt: Seconds;
  readonly createdBy: PrincipalRecord;
}

/** Blocked software. */
export interface SoftwareBlockReader {
  find(key: SoftwareBlockKey): SoftwareBlockRecord | undefined;
  /** At most `limit` of a realm's blocks, in order of kind and value, after the one given. */
  after(realm: string, after: Pick<SoftwareBlockKey, "kind" | "value"> | undefined, limit: number): readonly SoftwareBlockRecord[];
}
