// The form of test/cases/wire.yaml: requests as bytes, with what each door answers.

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { DoorName } from "./doors.js";

/** A request at one door; what is left out is what that door's own clients would send. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** null leaves out a header; a list sends it several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** The body as text. */
  readonly text?: string;
  /** Each character of `text` is one byte. */
  readonly latin1?: boolean;
  /** The message of a binary door, see protoscope.ts. */
  readonly protobuf?: string;
  /** The length that the envelope claims, its flags, and how often it is sent. */
  readonly envelope?: { readonly length?: number; readonly flags?: number; readonly times?: number };
}

/** What a door answers. At the gateway `status` and `error`; at an RPC door `code` and `reason`. */
export interface RawExpectation {
  readonly status?: number;
  readonly error?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly violations?: readonly (readonly [field: string, rule: string])[];
  /** A value, a pattern between slashes, or null for no such header. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly registered?: Readonly<Record<string, unknown>>;
  readonly empty?: boolean;
}

/**
 * A wire case. `metadata` is the text of a metadata object: the gateway's body, and `metadata` in a Connect JSON request. `text` is the
 * body of both. `protobuf` is the message of the three binary doors. `fill` replaces <name> by a text as often as it says; `client`
 * registers one first, whose <client_id>, <token> and <secret> stand for its own; <iat> is an initial access token of the realm.
 */
export interface WireCase {
  readonly name: string;
  readonly realm?: "open" | "default";
  readonly metadata?: string;
  readonly text?: string;
  readonly latin1?: boolean;
  readonly protobuf?: string;
  readonly headers?: RawRequest["headers"];
  readonly fill?: Readonly<Record<string, readonly [text: string, times: number]>>;
  readonly client?: boolean;
  readonly send?: Readonly<Partial<Record<DoorName | Shorthand, RawRequest>>>;
  readonly expect: Readonly<Partial<Record<DoorName | Shorthand, RawExpectation>>>;
}

type Shorthand = "binary" | "rpc" | "enveloped";

const shorthands: Readonly<Record<string, readonly DoorName[]>> = {
  rpc: ["Connect JSON", "Connect binary", "gRPC", "gRPC-Web"],
  binary: ["Connect binary", "gRPC", "gRPC-Web"],
  enveloped: ["gRPC", "gRPC-Web"],
};

const keys = {
  case: ["name", "realm", "metadata", "text", "latin1", "protobuf", "headers", "fill", "client", "send", "expect"],
  send: ["method", "path", "headers", "text", "latin1", "protobuf", "envelope"],
  expect: ["status", "error", "code", "reason", "violations", "headers", "registered", "empty"],
  door: ["gateway", "Connect JSON", "Connect binary", "gRPC", "gRPC-Web", "binary", "rpc", "enveloped"],
};

/** Reads the wire cases. Throws for anything that the form does not know. */
export function readWireCases(path: string): WireCase[] {
  const rows = parse(readFileSync(path, "utf8")) as WireCase[];
  for (const row of rows) {
    demand(keys.case, row, row.name);
    for (const part of ["send", "expect"] as const) {
      demand(keys.door, row[part] ?? {}, row.name);
      for (const value of Object.values(row[part] ?? {})) demand(keys[part], value, row.name);
    }
    if (doorsOf(row).length === 0) throw new Error(`${row.name}: no door is expected to answer`);
  }
  return rows;
}

function demand(known: readonly string[], row: object, name: string): void {
  const strange = Object.keys(row).filter((key) => !known.includes(key));
  if (strange.length > 0) throw new Error(`${name} has ${strange.join(", ")}, which is not known`);
}

/** The row for a door: its own, or that of the narrowest shorthand. */
export function rowFor<Row>(rows: Readonly<Partial<Record<string, Row>>> | undefined, door: DoorName): Row | undefined {
  if (rows === undefined) return undefined;
  if (rows[door] !== undefined) return rows[door];
  const name = Object.keys(shorthands).reverse().find((shorthand) => rows[shorthand] !== undefined && shorthands[shorthand]!.includes(door));
  return name === undefined ? undefined : rows[name];
}

const allDoors: readonly DoorName[] = ["gateway", ...shorthands["rpc"]!];

/** The doors that the case is sent to. */
export const doorsOf = (row: WireCase): readonly DoorName[] => allDoors.filter((door) => rowFor(row.expect, door) !== undefined);
