// access-token/: what is believed of an access token, and how it is found out. oauth.ts is the way in.

import type { CompactVerifyGetKey } from "jose";
import type { JsonObject } from "@bufbuild/protobuf";
import { RegistryError } from "../../../domain/errors.js";

/** A claim that must be there with one of the values. */
export interface ClaimCondition {
  readonly claim: string;
  readonly values: readonly string[];
}

/** What a realm believes of an issuer's tokens. */
export interface TokenTerms {
  /** Compared exactly with iss. */
  readonly issuer: string;
  /** One of them must be in aud. */
  readonly audiences: readonly string[];
  /** Signing algorithms taken. */
  readonly algorithms: readonly string[];
  /** Scopes for registering, all of them. */
  readonly scopes: readonly string[];
  /** Scopes for managing, all of them. */
  readonly manageScopes: readonly string[];
  /** Conditions, all of them. */
  readonly claims: readonly ClaimCondition[];
}

/** An issuer, with at least one way to find out what its tokens say. */
export interface TokenIssuer extends TokenTerms {
  /** Its keys, as jose asks for them: for signed tokens. Throws as `unreachable` when they cannot be had. */
  readonly key?: CompactVerifyGetKey | undefined;
  /** What the issuer says of a token; undefined when it says that it is not active. Throws as `unreachable` when it does not say. */
  readonly introspect?: ((token: string) => Promise<JsonObject | undefined>) | undefined;
}

/** What was found out about a token, and from whom. */
export interface KnownToken {
  readonly issuer: TokenIssuer;
  readonly claims: JsonObject;
}

/** The one answer to a token that does not hold, whatever is wrong with it; `why` is for the log alone. */
export const refused = (why: unknown) => new RegistryError("invalid_token", "the token is not valid here", { cause: why });

/** The answer while an issuer cannot say what a token is worth: nobody is let in, and it is not the token's fault. */
export const unreachable = (why: unknown) =>
  new RegistryError("overloaded", "the issuer of the token cannot be asked at the moment; try again", { retryAfter: 5, cause: why });
