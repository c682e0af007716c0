// tls_client_auth and self_signed_tls_client_auth (RFC 8705 section 2), and none.

import type { AuthenticateClientRequest } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { hasExpectedName, isRegisteredCertificate, isValidAt, type ClientCertificate } from "../../domain/authentication/client-certificate.js";
import { badCredential, proof, type Verdict } from "../../domain/authentication/verdict.js";
import type { ClientRecord, Seconds } from "../../domain/ports.js";
import type { Registry } from "../registry.js";
import { clientKeys, reasonOf } from "./client-keys.js";

/** What arrived of a certificate. */
export type ArrivedCertificate = Pick<AuthenticateClientRequest, "clientCertificate" | "clientCertificateVerified">;

/** What a client of this record is worth that sends its id alone, with or without a certificate on its connection. */
export async function judgeConnection(registry: Registry, now: Seconds, client: ClientRecord, metadata: ClientMetadata, arrived: ArrivedCertificate): Promise<Verdict> {
  const method = metadata.tokenEndpointAuthMethod ?? "";
  // Whatever is on its connection: a public client has nothing to prove.
  if (method === "none") return proof(method, "");
  if (method !== "tls_client_auth" && method !== "self_signed_tls_client_auth") return badCredential(`the client is registered with ${method}, and shows nothing of it`);
  if (arrived.clientCertificate === undefined) return badCredential("there is no client certificate on the connection");
  const certificate = registry.readCertificate(arrived.clientCertificate);
  if (certificate === undefined) return badCredential("the client certificate cannot be read");
  if (!isValidAt(certificate, now)) return badCredential("the client certificate is not valid now");
  const why = method === "tls_client_auth" ? whyNotByAuthority(metadata, certificate, arrived.clientCertificateVerified) : await whyNotItsOwn(registry, client, metadata, certificate);
  return why === undefined ? proof(method, `sha256:${certificate.fingerprint}`) : badCredential(why);
}

function whyNotByAuthority(metadata: ClientMetadata, certificate: ClientCertificate, verified: boolean): string | undefined {
  if (!verified) return "the calling server has not verified the client certificate's chain";
  return hasExpectedName(metadata, certificate) ? undefined : "the client certificate does not have the name that the client is registered with";
}

async function whyNotItsOwn(registry: Registry, client: ClientRecord, metadata: ClientMetadata, certificate: ClientCertificate): Promise<string | undefined> {
  const keys = clientKeys(registry, client, metadata);
  if (keys === undefined) return "the client's certificates are elsewhere, and this service fetches nothing";
  try {
    return (await keys.some((each) => isRegisteredCertificate(each, certificate))) ? undefined : "the client certificate is none of those that the client is registered with";
  } catch (error) {
    return `the client's certificates cannot be fetched${reasonOf(error)}`;
  }
}
