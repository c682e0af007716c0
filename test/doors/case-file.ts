// The form of test/cases/*.yaml but wire.yaml. A key that is not in it is a mistake, not a comment.

import { readFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";
import { parse } from "yaml";
import { errorKindsInCases } from "./answers.js";
import { realmNames, type RealmName, type TokenTerms } from "./world.js";

/** What must come back. `decisions` and `violations` are all of them, in order; none when they are left out. */
export interface Expectation {
  /** Members of the answer, each exactly so. */
  readonly registered?: JsonObject;
  /** All members of the answer but those that the server makes. */
  readonly exactly?: JsonObject;
  readonly absent?: readonly string[];
  /** Whether a secret is in the answer. */
  readonly secret?: boolean;
  /** Seconds after the clock's start, 0 for never, "absent" for no such member. */
  readonly secret_expires?: number | "absent";
  readonly etag?: string;
  /** The answer is this earlier step's, secrets and all. */
  readonly same_as?: string;
  readonly deleted?: true;
  readonly error?: string;
  readonly violations?: readonly (readonly [field: string, rule: string])[];
  readonly decisions?: readonly (readonly [field: string, rule: string])[];
}

/**
 * One step. In metadata, software_statement: {claims: {...}, by: directory or impostor} is signed before it is sent; a claim "jwks: software"
 * is the software's own keys. signed_request: {claims: {...}, by: software or impostor}, alone in the metadata, is signed and sent in their place; its jti is made anew for each step, or for each case and door from the
 * word in the claims. `as` is "nobody", a certificate's name, "token" (an initial access token without end), "token:NAME", "client:NAME" (its
 * registration access token), "secret:NAME" (its secret as a bearer token), "forged" (a well-formed
 * initial access token that was never made), "bearer:TEXT", or a list of these.
 * A client is the name that an earlier step saved it by, or "id:TEXT".
 */
export interface Step {
  readonly register?: JsonObject;
  readonly read?: string;
  readonly update?: string;
  readonly delete?: string;
  /** The metadata of an update. */
  readonly with?: JsonObject;
  /** client_secret in an update: "current:NAME", or as it stands. */
  readonly client_secret?: string;
  readonly if_match?: string;
  /** An idempotency key, made anew for each case and door from this word; "raw:TEXT" is sent as it stands. */
  readonly key?: string;
  /** Makes an initial access token by this name. */
  readonly token?: string;
  readonly uses?: number;
  readonly lifetime?: number;
  /** What the token asks of its registrations. */
  readonly terms?: TokenTerms;
  /** The client that an operator suspends, or resumes. */
  readonly suspend?: string;
  readonly resume?: string;
  /** Sets the clock, in seconds after its start. */
  readonly clock?: number;
  readonly as?: string | readonly string[];
  readonly realm?: RealmName;
  /** The name by which later steps know the client of the answer. */
  readonly save?: string;
  readonly expect?: Expectation;
}

export interface Case {
  readonly name: string;
  /** "open" when nothing is said. */
  readonly realm: RealmName;
  readonly steps: readonly Step[];
}

const expectationKeys = ["registered", "exactly", "absent", "secret", "secret_expires", "etag", "same_as", "deleted", "error", "violations", "decisions"];
const actions = ["register", "read", "update", "delete", "token", "suspend", "resume", "clock"];
/** Those that are not a question put to the door. */
const preparations = ["token", "suspend", "resume", "clock"];
const stepKeys = [...actions, "with", "client_secret", "if_match", "key", "uses", "lifetime", "terms", "as", "realm", "save", "expect"];
const caseKeys = ["name", "realm", "request", "as", "expect", "steps"];

/** Reads a file of cases. Throws for anything that the form does not know. */
export function readCases(path: string): Case[] {
  const rows = parse(readFileSync(path, "utf8")) as unknown;
  if (!Array.isArray(rows)) throw new Error(`${path} must be a list of cases`);
  return rows.map((row: Record<string, unknown>) => {
    const at = `${path}: ${String(row["name"])}`;
    demandKeys(row, caseKeys, at);
    if (typeof row["name"] !== "string") throw new Error(`${at} has no name`);
    const { name, realm = "open", request, as, expect, steps } = row as { name: string; realm?: RealmName; request?: JsonObject; as?: string; expect?: Expectation; steps?: Step[] };
    demandRealm(realm, at);
    if ((request === undefined) === (steps === undefined)) throw new Error(`${at} must have either request or steps`);
    const simple: Step = { ...(request && { register: request }), ...(as && { as }), ...(expect && { expect }) };
    const all = steps ?? [simple];
    all.forEach((step, i) => checkStep(step, `${at}, step ${i + 1}`));
    return { name, realm, steps: all };
  });
}

function checkStep(step: Step, at: string): void {
  demandKeys(step, stepKeys, at);
  const found = actions.filter((action) => action in step);
  if (found.length !== 1) throw new Error(`${at} must do one thing, and does ${found.join(", ") || "nothing"}`);
  if (step.realm !== undefined) demandRealm(step.realm, at);
  const { expect } = step;
  const asks = !preparations.includes(found[0]!);
  if (asks !== (expect !== undefined)) throw new Error(`${at} ${asks ? "expects nothing" : "has nothing to expect"}`);
  if (("with" in step) !== ("update" in step)) throw new Error(`${at}: with belongs to update`);
  if (expect === undefined) return;
  demandKeys(expect, expectationKeys, at);
  if (expect.error !== undefined && !errorKindsInCases.includes(expect.error)) throw new Error(`${at} expects the unknown kind ${expect.error}`);
  if (expect.error === undefined && expect.deleted === undefined && expect.registered === undefined && expect.exactly === undefined && expect.same_as === undefined) throw new Error(`${at} expects no verdict`);
}

function demandKeys(row: object, known: readonly string[], at: string): void {
  const strange = Object.keys(row).filter((key) => !known.includes(key));
  if (strange.length > 0) throw new Error(`${at} has ${strange.join(", ")}, which is not known`);
}

function demandRealm(realm: string, at: string): void {
  if (!(realmNames as readonly string[]).includes(realm)) throw new Error(`${at} names the realm ${realm}, which is not configured`);
}
