import type { JsonObject } from "@bufbuild/protobuf";
import { hash } from "node:crypto";
import { RegistryError } from "../../../domain/errors.js";
import { readJsonObject } from "../../../domain/json-text.js";
import type { Clock } from "../../../domain/ports.js";
import type { Fetch } from "../../fetch.js";
import { unreachable, type TokenIssuer } from "./token-issuer.js";

export interface IntrospectionOptions {
  readonly endpoint: string;
  readonly clientId: string;
  /** As it is at this moment. */
  readonly clientSecret: () => string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** What bounds the questions. */
export const introspectionLimits = {
  /** Milliseconds that an active token is believed without asking again, from the question on: a revoked one ends within two seconds. */
  active: 1_000,
  /** And one that is not. */
  inactive: 5_000,
  /** Answers kept. */
  answers: 4_096,
  /** Questions under way. */
  underWay: 32,
} as const;

interface Kept {
  readonly askedAt: number;
  readonly answer: Promise<JsonObject | undefined>;
  /** Absent while the question is under way. */
  active?: boolean;
}

/** Asks an introspection endpoint (RFC 7662). Concurrent questions about one token are one question. */
export function createIntrospection({ endpoint, clientId, clientSecret, fetch: send, clock }: IntrospectionOptions): NonNullable<TokenIssuer["introspect"]> {
  const kept = new Map<string, Kept>();
  let underWay = 0;

  async function ask(token: string): Promise<JsonObject | undefined> {
    const { status, body } = await send({
      url: endpoint,
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        // RFC 6749 section 2.3.1: encoded as in a form before they are joined.
        authorization: `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret())}`).toString("base64")}`,
      },
      body: `token=${formEncoded(token)}&token_type_hint=access_token`,
    });
    if (status !== 200) throw new Error(`the introspection endpoint ${endpoint} answers with status ${status}`);
    const read = readJsonObject(body);
    if (!read.ok) throw new Error(`the introspection endpoint ${endpoint} answers with no usable JSON: ${read.problem}`);
    const { active } = read.value;
    if (typeof active !== "boolean") throw new Error(`the introspection endpoint ${endpoint} does not say whether the token is active`);
    return active ? read.value : undefined;
  }

  return (token) => {
    // What is kept is no token.
    const digest = hash("sha256", token, "base64url");
    const now = clock.milliseconds();
    const known = kept.get(digest);
    if (known !== undefined && Math.abs(now - known.askedAt) < introspectionLimits[known.active === false ? "inactive" : "active"]) return known.answer;
    kept.delete(digest);
    if (underWay >= introspectionLimits.underWay) {
      throw new RegistryError("overloaded", "too many tokens are being looked up; try again", { retryAfter: 1 });
    }
    underWay++;
    const answer = ask(token).catch((error: unknown) => Promise.reject(unreachable(error))).finally(() => underWay--);
    const entry: Kept = { askedAt: now, answer };
    answer.then(
      (claims) => (entry.active = claims !== undefined),
      // A failure is no answer.
      () => kept.get(digest) === entry && kept.delete(digest),
    );
    kept.set(digest, entry);
    if (kept.size > introspectionLimits.answers) kept.delete(kept.keys().next().value!);
    return answer;
  };
}

const formEncoded = (text: string) => new URLSearchParams([["", text]]).toString().slice(1);
