import type { Precondition } from "../../domain/ports.js";
import type { StoreOpenCode } from "../store-open-error.js";
import type { UnitResult } from "./batch.js";
import { preconditionCodes, preconditionName } from "./codes.js";
import type { WriterSettings } from "./database.js";
import type { Failure } from "./failures.js";
import type { Parcel } from "./parcel.js";

/** What the writer thread is started with. */
export interface WriterStart {
  readonly settings: WriterSettings;
  readonly createdBy: string;
  /** One Int32: raised with each parcel, so that the thread can sleep without an event loop. */
  readonly signal: SharedArrayBuffer;
}

/** To the writer thread. */
export type WriterRequest = Parcel | "close";

/** From the writer thread. Batches are answered in the order of their units. */
export type WriterReply =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly code: StoreOpenCode; readonly message: string }
  | { readonly kind: "batch"; readonly results: readonly number[]; readonly faults: readonly string[] }
  | { readonly kind: "failed"; readonly units: number; readonly failure: Exclude<Failure, "unit">; readonly cause: string }
  /** A probe found the disk writable again. */
  | { readonly kind: "recovered" }
  | { readonly kind: "closed" };

/** What the reader thread is started with. */
export interface ReaderStart {
  readonly file: string;
}

const preconditions = Object.keys(preconditionCodes).length;

/** A unit's result as one number: its sequence; below zero the failed precondition; NaN for a fault, whose text travels beside it. */
export function resultCode(result: UnitResult): number {
  if ("fault" in result) return Number.NaN;
  if ("sequence" in result) return result.sequence;
  return -1 - (result.index * preconditions + preconditionCodes[result.precondition]);
}

/** The failed precondition behind a number below zero. */
export function failedPrecondition(code: number): { readonly index: number; readonly precondition: Precondition } {
  const packed = -1 - code;
  return { index: Math.floor(packed / preconditions), precondition: preconditionName(packed % preconditions) };
}
