import type { JsonObject } from "@bufbuild/protobuf";
import { hash } from "node:crypto";
import { tokenPrefixes } from "../../domain/credentials.js";
import { RegistryError } from "../../domain/errors.js";
import { bearerToken } from "../authorization.js";
import { callerBy } from "../caller.js";
import { checkClaims, type Showing } from "./access-token/claims.js";
import { readSignedToken, verifySignedToken } from "./access-token/signed-token.js";
import { refused, type KnownToken, type TokenIssuer } from "./access-token/token-issuer.js";
import type { Guess } from "../limits/guesses.js";
import type { Shown, WayIn } from "./way-in.js";

export interface OauthOptions {
  /** The realm's issuers, no two of the same name; none where it has none. */
  readonly issuers: (realm: string) => readonly TokenIssuer[];
  /** Is told when an issuer cannot be asked. */
  readonly onUnreachable?: (issuer: string, error: unknown) => void;
}

/** Characters. A larger token is no caller's. */
const longestToken = 8_192;

const ourPrefixes = Object.values(tokenPrefixes);

/**
 * An OAuth 2.0 access token of one of the realm's issuers, as bearer token (RFC 6750): signed (RFC 9068), or looked up (RFC 7662).
 * Whoever shows a token of the same subject again manages what it registered.
 */
export function createOauthWayIn({ issuers, onUnreachable = () => {} }: OauthOptions): WayIn {
  /** Tells the operator what the caller is not told. */
  const watched = async <T>({ issuer }: TokenIssuer, found: () => Promise<T>): Promise<T> => {
    try {
      return await found();
    } catch (error) {
      if (error instanceof RegistryError && error.kind === "overloaded") onUnreachable(issuer, error.cause ?? error);
      throw error;
    }
  };

  /** Asks one issuer after the other, until one knows the token. One that does not answer may be the one that does. */
  async function lookUp(token: string, asked: readonly TokenIssuer[], beginGuess: () => Guess): Promise<KnownToken> {
    let failure: unknown = refused("no issuer knows it");
    const guess = beginGuess();
    try {
      for (const issuer of asked) {
        const { introspect } = issuer;
        if (introspect === undefined) continue;
        try {
          const claims = await watched(issuer, async () => introspect(token));
          if (claims !== undefined) return { issuer, claims };
        } catch (error) {
          failure = error;
        }
      }
    } finally {
      // Nobody guesses 128 bits; what counts is how many are looked up together.
      guess.end(false);
    }
    throw failure;
  }

  async function principalOf(token: string, known: readonly TokenIssuer[], showing: Showing, beginGuess: () => Guess) {
    const signed = readSignedToken(token);
    const named = signed?.issuer === undefined ? known : known.filter(({ issuer }) => issuer === signed.issuer);
    const [only] = named;
    const isVerified = signed?.issuer !== undefined && only?.key !== undefined;
    const found: KnownToken = isVerified ? { issuer: only, claims: await watched(only, () => verifySignedToken(signed, only)) } : await lookUp(token, named, beginGuess);
    checkClaims(found, isVerified, showing);
    const { claims, issuer } = found;
    return { kind: "access_token", id: `${issuer.issuer}|${subjectOf(claims)}`, credentialId: credentialIdOf(claims, token) } as const;
  }

  const way: WayIn = {
    name: "oauth",
    challenge: "Bearer",
    registers: true,
    manages: true,
    // A damaged token of ours is refused as ours, and sent to nobody.
    recognizes: ({ authorization }) => {
      const token = bearerToken(authorization);
      return token !== undefined && !ourPrefixes.some((prefix) => token.startsWith(prefix));
    },
    async identify(shown, { registry, realm, now, manages }) {
      const token = bearerToken(shown.authorization)!;
      if (token.length > longestToken) throw refused("it is too long");
      return callerBy(way, shown, await principalOf(token, issuers(realm.name), { now, manages, fingerprint: fingerprintOf(shown) }, () => registry.limits.beginGuess("", shown)));
    },
  };
  return way;
}

const fingerprintOf = ({ certificate }: Shown) => (certificate.kind === "accepted" ? certificate.fingerprint : undefined);

/** checkClaims has seen that it is there. */
const subjectOf = ({ sub, client_id }: JsonObject) => (sub ?? client_id) as string;

function credentialIdOf({ jti }: JsonObject, token: string): string {
  // An issuer that is asked may say anything, or nothing; and where the token itself is its id, that is a secret. Ids of two issuers may meet.
  return typeof jti === "string" && /^[\x21-\x7e]{1,255}$/.test(jti) && !jti.includes(token) ? jti : `sha256:${hash("sha256", token, "hex").slice(0, 32)}`;
}
