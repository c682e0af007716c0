import type { Change } from "../../domain/ports.js";

// Units cross to the writer thread, and clients come back from the reader thread, as one flat array of scalars and one byte array. A structured clone of the nested objects costs the
// main thread four times as much, and it would copy the whole pool behind each small Buffer.

/** A member of a change that is not bytes; of bytes, their length. */
export type Scalar = string | number | null;

/** Many units, or clients, in one message. */
export interface Parcel {
  readonly units: number;
  readonly scalars: readonly Scalar[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Each kind of change by its number; only between the threads, never stored. */
export const changeCodes = {
  insert_client: 1,
  replace_client: 2,
  delete_client: 3,
  insert_initial_access_token: 4,
  use_initial_access_token: 5,
  insert_idempotency: 6,
  append_change: 7,
  revoke_initial_access_token: 8,
  demand_quota: 9,
  use_once: 10,
  record_use: 11,
  confirm_registration_access_token: 12,
  insert_software_block: 13,
  delete_software_block: 14,
  demand_unblocked: 15,
} as const satisfies Record<Change["kind"], number>;

/** The same, by number. */
export const changeCodeNames = new Map<number, Change["kind"]>(Object.entries(changeCodes).map(([name, code]) => [code, name as Change["kind"]]));
