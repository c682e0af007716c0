// What callers see of a client: the Client message, never a secret; and the credentials of one answer.

import { create } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import {
  ClientCredentialsSchema, ClientSchema, ClientState, PrincipalKind, PrincipalSchema, type Client, type ClientCredentials,
} from "../../gen/ts/matricula/v1/client_pb.js";
import type { ClientRecord, ClientStateName, CredentialRecord, PrincipalKindName } from "../domain/ports.js";
import { metadataOf } from "./client-record.js";
import type { Realm } from "./registry.js";

export const clientStates = {
  active: ClientState.ACTIVE,
  suspended: ClientState.SUSPENDED,
  deleted: ClientState.DELETED,
} as const satisfies Record<ClientStateName, ClientState>;

const principalKinds = {
  anonymous: PrincipalKind.ANONYMOUS,
  certificate: PrincipalKind.CERTIFICATE,
  initial_access_token: PrincipalKind.INITIAL_ACCESS_TOKEN,
  client: PrincipalKind.CLIENT,
} as const satisfies Record<PrincipalKindName, PrincipalKind>;

/** A quoted strong entity tag (RFC 9110 section 8.8.3). */
export const etagOf = (client: Pick<ClientRecord, "version">) => `"${client.version}"`;

/** The Client message of a record. `metadata` saves decoding when it is at hand. */
export function clientView(client: ClientRecord, credentials: readonly CredentialRecord[], metadata: ClientMetadata = metadataOf(client)): Client {
  const secret = latestSecret(credentials);
  return create(ClientSchema, {
    clientId: client.clientId,
    clientIdIssuedAt: client.createdAt,
    ...(secret === undefined ? {} : { clientSecretExpiresAt: secret.expiresAt }),
    metadata,
    realm: client.realm,
    state: clientStates[client.state],
    owner: create(PrincipalSchema, { kind: principalKinds[client.owner.kind], id: client.owner.id, credentialId: client.owner.credentialId }),
    wayIn: client.wayIn,
    policy: client.policy,
    policyVersion: client.policyVersion,
    version: client.version,
    etag: etagOf(client),
    updatedAt: client.updatedAt,
    ...(client.lastUsedAt === null ? {} : { lastUsedAt: client.lastUsedAt }),
    ...(client.expiresAt === null ? {} : { expiresAt: client.expiresAt }),
  });
}

/** The secret that counts: the one made last. */
export function latestSecret(credentials: readonly CredentialRecord[]): CredentialRecord | undefined {
  let latest: CredentialRecord | undefined;
  for (const credential of credentials) {
    if (credential.kind === "client_secret" && (latest === undefined || Number(credential.label) > Number(latest.label))) latest = credential;
  }
  return latest;
}

/**
 * The credentials of one answer. URI and registration access token stand together or not at all (OpenID Connect Registration
 * section 3.2): a caller that showed no token is told neither.
 */
export function credentialsView(realm: Realm, clientId: string, registrationAccessToken: string | undefined, clientSecret?: string): ClientCredentials {
  return create(ClientCredentialsSchema, {
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(registrationAccessToken === undefined ? {} : { registrationAccessToken, registrationClientUri: `${realm.registrationEndpoint}/${clientId}` }),
  });
}
