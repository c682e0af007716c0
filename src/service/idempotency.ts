// The same key, caller and body get the same answer, across restarts and for 24 hours, or until the client changes; they never do their work
// twice in that time. The key alone opens nothing.

import { createHash } from "node:crypto";
import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { sameDigest } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import { encodeMessage } from "../domain/message-bytes.js";
import type { Change, CommitResult, IdempotencyRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import type { Registry } from "./registry.js";

/** Seconds that a key stays used, and its answer kept at most. */
const window = 24 * 60 * 60;

const answerGone =
  "the request with this idempotency key was done, and its client has been changed or deleted since: the answer is no longer kept; " +
  "a new request needs a new key";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// 128 bits of base64url are 22 characters.
const base64url = /^[A-Za-z0-9_-]{22,128}$/;

/** One request's idempotency: how to find, keep and open its answer. */
export interface Idempotency<Answer> {
  /** The kept answer. Throws idempotency_conflict when the key was used for another body, or the client has changed since. */
  find(): Answer | undefined;
  /** The change that keeps the answer, for the request's own commit. */
  keep(clientId: string, answer: Answer): Change;
}

/**
 * Prepares idempotency for a request; undefined when no key was sent. To be called after the credential is proven.
 * Throws invalid_request for a key that is neither a UUID nor at least 128 bits of base64url.
 */
export function idempotencyFor<Request extends DescMessage, Answer extends DescMessage>(
  registry: Registry,
  call: Call,
  key: string,
  body: { readonly schema: Request; readonly message: MessageShape<Request> },
  answerSchema: Answer,
): Idempotency<MessageShape<Answer>> | undefined {
  if (key === "") return undefined;
  if (!uuid.test(key) && !base64url.test(key)) {
    throw new RegistryError("invalid_request", "an idempotency key is a UUID or at least 128 bits of base64url");
  }
  const { principal } = call.caller;
  // The secret a caller is known by is part of the MAC: a registration access token names its client no other way.
  // Initial access tokens of one owner are not one caller: each has terms of its own.
  const name = principal.kind === "initial_access_token" ? principal.credentialId : principal.id;
  const caller = `${call.realm.name}\0${principal.kind}\0${name}\0${call.caller.registrationAccessToken ?? ""}`;
  const mac = registry.keys.mac("idempotency", key, caller, call.method.name);
  const bodyHash = createHash("sha256").update(encodeMessage(body.schema, body.message)).digest();
  const secret = `${key}\0${caller}`;
  return {
    find() {
      const kept = registry.store.idempotency.find(mac, call.now);
      if (kept === undefined) return undefined;
      if (!sameDigest(kept.bodyHash, bodyHash)) {
        throw new RegistryError("idempotency_conflict", "the idempotency key was used for another request");
      }
      // The answer tells of a client, and of secrets, that are so no more; doing the work again would make another client, or undo the change.
      if (kept.sealed.length === 0) {
        throw new RegistryError("idempotency_conflict", answerGone);
      }
      const plain = registry.keys.open(secret, bound(kept), kept.sealed);
      if (plain === undefined) throw new RegistryError("internal", "the service failed; the fault is logged", { cause: new Error("a kept answer does not open") });
      return fromBinary(answerSchema, plain);
    },
    keep(clientId, answer) {
      const facts = { mac, realm: call.realm.name, clientId, bodyHash, createdAt: call.now, expiresAt: call.now + window };
      const sealed = registry.keys.seal(secret, bound(facts), encodeMessage(answerSchema, answer));
      return { kind: "insert_idempotency", idempotency: { ...facts, sealed }, at: call.now };
    },
  };
}

const bound = (record: Pick<IdempotencyRecord, "realm" | "clientId">) => `${record.realm}\0${record.clientId}`;

/** Whether a unit failed because somebody else was first with the same key. */
export const lostRace = (result: CommitResult) => !result.committed && result.precondition === "unseen";
