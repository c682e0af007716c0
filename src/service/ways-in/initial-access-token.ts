import { isBoundCertificate } from "../../domain/bound-certificate.js";
import { digestOf, tokenKind } from "../../domain/credentials.js";
import { RegistryError } from "../../domain/errors.js";
import { decodeMetadata } from "../../domain/metadata-bytes.js";
import type { InitialAccessTokenRecord } from "../../domain/ports.js";
import { bearerToken } from "../authorization.js";
import { callerBy } from "../caller.js";
import type { Terms, WayIn } from "./way-in.js";

/** An initial access token (RFC 7591 section 1.2), looked up for each call: revoked is revoked at once. */
export const initialAccessTokenWayIn: WayIn = {
  name: "initial_access_token",
  challenge: "Bearer",
  registers: true,
  manages: false,
  recognizes: ({ authorization }) => {
    const token = bearerToken(authorization);
    return token !== undefined && tokenKind(token) === "initial_access_token";
  },
  identify(shown, { registry, realm, now }) {
    const token = bearerToken(shown.authorization)!;
    const record = registry.store.initialAccessTokens.findByDigest(realm.name, digestOf("initial_access_token", realm.name, "", token));
    if (record === undefined || record.revokedAt !== null || record.expiresAt <= now) throw invalidToken();
    // Whose clients they are and which token admitted them are two things: an owner may have several tokens.
    const principal = { kind: "initial_access_token", id: record.owner || record.id, credentialId: record.id } as const;
    const caller = { ...callerBy(initialAccessTokenWayIn, shown, principal), initialAccessToken: record };
    if (record.boundTo !== "" && (caller.certificate === undefined || !isBoundCertificate(record.boundTo, caller.certificate))) {
      throw invalidToken(new Error(`the initial access token ${record.id} came without the certificate that it is bound to`));
    }
    return caller;
  },
  terms({ initialAccessToken }, now) {
    const token = initialAccessToken!;
    return {
      policy: token.policy,
      ...guardOf(token),
      // Also where there is nothing to count: a token that has been revoked since it was looked at admits nobody.
      changes: [{ kind: "use_initial_access_token", realm: token.realm, id: token.id, at: now }],
      spent: token.usesLeft === 0,
    };
  },
  guards({ realm, owner }, { store }) {
    const token = store.initialAccessTokens.find(realm, owner.credentialId);
    return token === undefined ? {} : { policy: token.policy, ...guardOf(token) };
  },
};

const guardOf = ({ force, redirectHosts }: InitialAccessTokenRecord): Pick<Terms, "force" | "redirectHosts"> => ({
  force: force.length === 0 ? undefined : decodeMetadata(force),
  redirectHosts,
});

const invalidToken = (cause?: Error) => new RegistryError("invalid_token", "the token is not valid here", { cause });
