// What callers see of a client: the Client message, never a secret; and the credentials of one answer.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { ClientState, PrincipalKind, type Client, type ClientCredentials, type ClientSecret, type Principal } from "../../gen/ts/matricula/v1/client_pb.js";
import { credentialsInOrder, latestCredential } from "../domain/credential-order.js";
import type { ClientRecord, ClientStateName, CredentialRecord, PrincipalKindName, PrincipalRecord } from "../domain/ports.js";
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
  user: PrincipalKind.USER,
  access_token: PrincipalKind.ACCESS_TOKEN,
  local: PrincipalKind.LOCAL,
  other: PrincipalKind.OTHER,
} as const satisfies Record<PrincipalKindName, PrincipalKind>;

/** The Principal message of a record. */
export function principalView({ kind, id, credentialId }: PrincipalRecord): Principal {
  return { $typeName: "matricula.v1.Principal", kind: principalKinds[kind], id, credentialId };
}

/** A quoted strong entity tag (RFC 9110 section 8.8.3). */
export const etagOf = (client: Pick<ClientRecord, "version">) => `"${client.version}"`;

/** The Client message of a record. `metadata` saves decoding when it is at hand. */
export function clientView(client: ClientRecord, credentials: readonly CredentialRecord[], metadata: ClientMetadata = metadataOf(client)): Client {
  // Literals: `create` asks every field of the schema, on the path of every registration.
  const view: Client = {
    $typeName: "matricula.v1.Client",
    clientId: client.clientId,
    clientIdIssuedAt: client.createdAt,
    metadata,
    realm: client.realm,
    state: clientStates[client.state],
    owner: principalView(client.owner),
    wayIn: client.wayIn,
    policy: client.policy,
    policyVersion: client.policyVersion,
    version: client.version,
    etag: etagOf(client),
    updatedAt: client.updatedAt,
  };
  const secret = latestCredential(credentials, "client_secret");
  if (secret !== undefined) view.clientSecretExpiresAt = secret.expiresAt;
  if (client.lastUsedAt !== null) view.lastUsedAt = client.lastUsedAt;
  if (client.expiresAt !== null) view.expiresAt = client.expiresAt;
  return view;
}

/** What is on record of the client's secrets, the newest last. Never a digest. */
export function secretsView(credentials: readonly CredentialRecord[]): ClientSecret[] {
  return credentialsInOrder(credentials, "client_secret").map(({ label, createdAt, expiresAt, lastUsedAt }) => ({
    $typeName: "matricula.v1.ClientSecret", label, createdAt, expiresAt, ...(lastUsedAt === null ? {} : { lastUsedAt }),
  }));
}

/**
 * The credentials of one answer. URI and registration access token stand together or not at all (OpenID Connect Registration
 * section 3.2): a caller that showed no token is told neither.
 */
export function credentialsView(realm: Realm, clientId: string, registrationAccessToken: string | undefined, clientSecret?: string): ClientCredentials {
  const view: ClientCredentials = { $typeName: "matricula.v1.ClientCredentials" };
  if (clientSecret !== undefined) view.clientSecret = clientSecret;
  if (registrationAccessToken !== undefined) {
    view.registrationAccessToken = registrationAccessToken;
    view.registrationClientUri = `${realm.registrationEndpoint}/${clientId}`;
  }
  return view;
}
