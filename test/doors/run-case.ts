// Runs one semantic case at one door, holds every answer against the case, and gives back what the door said, in a form that is the same
// for all doors when their verdict is.

import { createHash } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { makeToken } from "../../src/domain/credentials.js";
import type { Case, Expectation, Step } from "./case-file.js";
import { registrationPath, type Actor, type DoorName, type Doors, type Operation, type Outcome } from "./doors.js";
import { identityNames, startSeconds, type IdentityName, type Signatory, type World } from "./world.js";

interface Saved {
  readonly realm: string;
  readonly information: JsonObject;
  readonly clientId: string;
  readonly token: string | undefined;
  readonly secret: string | undefined;
}

/** What a step came to, without what is made anew each time. */
export type Verdict = unknown;

export async function runCase(world: World, doors: Doors, door: DoorName, { name, realm, steps }: Case): Promise<readonly Verdict[]> {
  const saved = new Map<string, Saved>();
  const tokens = new Map<string, string>();
  const verdicts: Verdict[] = [];
  world.setClock(0);
  for (const [index, step] of steps.entries()) {
    const at = `${door}, step ${index + 1}`;
    const realmOfStep = step.realm ?? realm;
    if (step.clock !== undefined) world.setClock(step.clock);
    else if (step.suspend !== undefined) await doors.suspend(realmOfStep, clientIdOf(step.suspend, saved));
    else if (step.resume !== undefined) await doors.resume(realmOfStep, clientIdOf(step.resume, saved));
    else if (step.token !== undefined) {
      const { uses, lifetime, terms } = step;
      tokens.set(step.token, await world.makeInitialAccessToken(realmOfStep, { ...(uses && { uses }), ...(lifetime && { lifetime }), ...(terms && { terms }) }));
    } else {
      const actor = await actorOf(world, step, realmOfStep, saved, tokens);
      const operation = await signingWhole(world, operationOf(await signing(world, step), realmOfStep, saved, `${name} ${door}`), `${name} ${door}`);
      const changesBefore = countChanges(world);
      const outcome = await doors.perform(door, operation, actor);
      checkOutcome(at, step.expect!, outcome, saved);
      checkInvariants(at, world, operation, actor, outcome, countChanges(world) - changesBefore);
      if (step.save !== undefined && outcome.ok) saved.set(step.save, savedOf(realmOfStep, outcome.information!, saved.get(step.save)));
      verdicts.push(withoutNovelty(outcome));
    }
  }
  return verdicts;
}

/** The step with its software statements signed. */
async function signing(world: World, step: Step): Promise<Step> {
  const [register, update] = [await withStatement(world, step.register), await withStatement(world, step.with)];
  return { ...step, ...(register && { register }), ...(update && { with: update }) };
}

interface ToSign {
  readonly claims?: JsonObject;
  readonly by?: Signatory;
}

async function withStatement(world: World, metadata: JsonObject | undefined): Promise<JsonObject | undefined> {
  const statement = metadata?.["software_statement"] as ToSign | string | undefined;
  return typeof statement !== "object" || statement.claims === undefined ? metadata : { ...metadata, software_statement: await world.signStatement(statement.claims, statement.by) };
}

/** The operation with its request signed, where the case wants that; the claims of an update name the client, as the body does. */
async function signingWhole(world: World, operation: Operation, scope: string): Promise<Operation> {
  if (operation.kind !== "register" && operation.kind !== "update") return operation;
  const asked = operation.metadata["signed_request"] as ToSign | undefined;
  if (asked === undefined) return operation;
  const named = operation.kind === "update" ? { client_id: operation.clientId } : {};
  const jti = asked.claims?.["jti"];
  const own = typeof jti === "string" ? { jti: keyOf(jti, scope) } : {};
  return { ...operation, signedRequest: await world.signRequest(operation.realm, { ...named, ...(await withStatement(world, asked.claims)), ...own }, asked.by) };
}

const countChanges = (world: World) => world.store.changes.after(0, Number.MAX_SAFE_INTEGER).length;

async function actorOf(world: World, step: Step, realm: Case["realm"], saved: ReadonlyMap<string, Saved>, tokens: Map<string, string>): Promise<Actor> {
  let actor: Actor = {};
  for (const part of [step.as ?? "nobody"].flat()) {
    const [kind, name = ""] = part.split(/:(.*)/s) as [string, string?];
    if (kind === "nobody") continue;
    if ((identityNames as readonly string[]).includes(kind)) actor = { ...actor, identity: kind as IdentityName };
    else if (kind === "token" && name === "") actor = { ...actor, token: await anyToken(world, realm, tokens) };
    else if (kind === "token") actor = { ...actor, token: tokens.get(name)! };
    else if (kind === "client") actor = { ...actor, token: saved.get(name)!.token! };
    else if (kind === "secret") actor = { ...actor, token: saved.get(name)!.secret! };
    else if (kind === "forged") actor = { ...actor, token: makeToken("initial_access_token", world.registry.randomBytes) };
    else if (kind === "bearer") actor = { ...actor, token: name };
    else throw new Error(`nobody is called ${part}`);
  }
  return actor;
}

async function anyToken(world: World, realm: Case["realm"], tokens: Map<string, string>): Promise<string> {
  const token = tokens.get("") ?? (await world.makeInitialAccessToken(realm));
  tokens.set("", token);
  return token;
}

function operationOf(step: Step, realm: string, saved: ReadonlyMap<string, Saved>, scope: string): Operation {
  const idempotency = step.key === undefined ? {} : { idempotencyKey: keyOf(step.key, scope) };
  const etag = step.if_match === undefined ? {} : { etag: step.if_match };
  const clientId = clientIdOf(step.read ?? step.update ?? step.delete ?? "id:", saved);
  if (step.register !== undefined) return { kind: "register", realm, metadata: step.register, ...idempotency };
  if (step.read !== undefined) return { kind: "read", realm, clientId };
  if (step.delete !== undefined) return { kind: "delete", realm, clientId, ...etag };
  const secret = step.client_secret;
  const clientSecret = secret?.startsWith("current:") ? saved.get(secret.slice("current:".length))!.secret! : secret;
  return { kind: "update", realm, clientId, metadata: step.with!, ...(clientSecret === undefined ? {} : { clientSecret }), ...etag, ...idempotency };
}

function clientIdOf(name: string, saved: ReadonlyMap<string, Saved>): string {
  return name.startsWith("id:") ? name.slice("id:".length) : saved.get(name)!.clientId;
}

/** A UUID of its own for each case, door and word. */
function keyOf(word: string, scope: string): string {
  if (word.startsWith("raw:")) return word.slice("raw:".length);
  const hex = createHash("sha256").update(`${scope} ${word}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function savedOf(realm: string, information: JsonObject, before: Saved | undefined): Saved {
  const text = (name: string) => information[name] as string | undefined;
  return { realm, information, clientId: text("client_id")!, token: text("registration_access_token") ?? before?.token, secret: text("client_secret") ?? before?.secret };
}

const serverMade = ["client_id", "client_id_issued_at", "client_secret", "client_secret_expires_at", "registration_access_token", "registration_client_uri"];

function checkOutcome(at: string, wanted: Expectation, outcome: Outcome, saved: ReadonlyMap<string, Saved>): void {
  if (!outcome.ok) {
    const violations = outcome.violations.map(({ field, rule }) => [field, rule]);
    expect({ error: outcome.kinds.includes(wanted.error ?? "") ? wanted.error : outcome.kinds, violations }, at).toEqual({ error: wanted.error, violations: wanted.violations ?? [] });
    return;
  }
  const { information } = outcome;
  expect({ error: undefined, deleted: information === undefined ? true : undefined }, `${at} answered ${JSON.stringify(information)}`).toEqual({ error: wanted.error, deleted: wanted.deleted });
  expect(outcome.decisions.map(({ field, rule }) => [field, rule]), `${at}: decisions`).toEqual(wanted.decisions ?? []);
  if (information === undefined) return;
  for (const [member, value] of Object.entries(wanted.registered ?? {})) expect(information[member], `${at}: ${member}`).toEqual(value);
  if (wanted.exactly !== undefined) {
    expect(Object.fromEntries(Object.entries(information).filter(([member]) => !serverMade.includes(member))), at).toEqual(wanted.exactly);
  }
  for (const member of wanted.absent ?? []) expect(Object.keys(information), at).not.toContain(member);
  if (wanted.secret !== undefined) expect(information["client_secret"] !== undefined, `${at}: a secret in the answer`).toBe(wanted.secret);
  if (wanted.secret_expires !== undefined) {
    const expires = information["client_secret_expires_at"] as number | undefined;
    expect(expires === undefined ? "absent" : expires && expires - startSeconds, `${at}: client_secret_expires_at`).toBe(wanted.secret_expires);
  }
  if (wanted.etag !== undefined) expect(outcome.etag, `${at}: etag`).toBe(wanted.etag);
  if (wanted.same_as !== undefined) expect(information, at).toEqual(saved.get(wanted.same_as)!.information);
}

/** What holds of every answer, whatever the case is about. */
function checkInvariants(at: string, world: World, operation: Operation, actor: Actor, outcome: Outcome, changes: number): void {
  expect(world.faults, `${at}: faults of the service`).toEqual([]);
  // DCR-79: a refused request leaves nothing behind; and a read never does.
  if (!outcome.ok || operation.kind === "read") expect(changes, `${at}: rows of the change log`).toBe(0);
  if (!outcome.ok || outcome.information === undefined) return;
  const { information } = outcome;
  const clientId = information["client_id"] as string;
  expect(clientId, at).toMatch(/^[0-9a-z]{26}$/);
  expect(information["client_id_issued_at"], at).toEqual(expect.any(Number));
  // Absent values are left out, never null or empty.
  for (const [member, value] of Object.entries(information)) if (value === null || value === "") expect.fail(`${at}: ${member} is ${JSON.stringify(value)}`);
  const method = information["token_endpoint_auth_method"];
  // ORG-22: an algorithm that shares a key needs a secret whatever the method, and one that is long enough.
  const sharedKey = Object.entries(information).some(([member, value]) => member.endsWith("_alg") && /^(?:HS|dir$|A\d+(?:GCM)?KW|PBES2)/.test(String(value)));
  const hasSecret = sharedKey || usesSecret(method);
  // DCR-66, DCR-68: an expiry exactly when the client has a secret, and a secret exactly when something needs one.
  expect("client_secret_expires_at" in information, `${at}: client_secret_expires_at with ${String(method)}`).toBe(hasSecret);
  if (operation.kind === "register") expect("client_secret" in information, `${at}: client_secret with ${String(method)}`).toBe(hasSecret);
  if ("client_secret" in information) expect(information["client_secret"], at).toMatch(sharedKey || method === "client_secret_jwt" ? /^mcs_[\w-]{64}$/ : /^mcs_[\w-]{48}$/);
  // DCM-27, DCM-28, ORG-42: both or neither; the token presented is echoed.
  if (operation.kind === "register") expect(information["registration_access_token"], at).toMatch(/^mrt_[\w-]{48}$/);
  else expect(information["registration_access_token"], at).toBe(actor.token);
  expect("registration_client_uri" in information, at).toBe("registration_access_token" in information);
  if ("registration_client_uri" in information) expect(information["registration_client_uri"], at).toBe(`${world.baseUrl}${registrationPath(operation.realm)}/${clientId}`);
  if (operation.kind !== "register") expect(clientId, `${at}: DCM-08`).toBe(operation.clientId);
}

/** The outcome with the values that are new in every run replaced by their names; the rest must be equal at all doors. */
function withoutNovelty(outcome: Outcome): Verdict {
  if (!outcome.ok) return { violations: outcome.violations };
  if (outcome.information === undefined) return outcome;
  const information: JsonObject = { ...outcome.information };
  for (const member of ["client_id", "client_secret", "registration_access_token", "registration_client_uri"]) if (member in information) information[member] = `<${member}>`;
  return { ...outcome, information };
}

/** Written by hand, so that it can disagree with the code. */
const usesSecret = (method: unknown) => method === "client_secret_basic" || method === "client_secret_post" || method === "client_secret_jwt";
