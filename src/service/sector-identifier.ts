// The document at sector_identifier_uri says which redirect URIs belong together (OpenID Connect Registration 1.0 section 5).

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { registrationError, type RegistryError } from "../domain/errors.js";
import type { Registry } from "./registry.js";

const clause = "OpenID Connect Registration 1.0 section 5";

const refused = (rule: string, description: string, cause?: unknown): RegistryError => {
  const error = registrationError([{ error: "invalid_client_metadata", field: "sector_identifier_uri", rule: `sector_identifier_uri.${rule}`, clause, description }]);
  // Why is for the log alone: it would tell strangers what this machine can reach.
  return cause === undefined ? error : Object.assign(error, { cause });
};

/**
 * Fetches the document and holds the record to it: a promise only where there is one to fetch. `stored` is what an update replaces: what it
 * leaves as it was is not looked at again. Rejects with invalid_client_metadata.
 */
export function checkSectorIdentifier({ fetch: send }: Pick<Registry, "fetch">, metadata: ClientMetadata, stored?: ClientMetadata): Promise<void> | undefined {
  const uri = metadata.sectorIdentifierUri;
  if (uri === undefined) return undefined;
  const wanted = members(metadata);
  if (stored?.sectorIdentifierUri === uri) {
    const before = new Set(members(stored));
    if (wanted.every((one) => before.has(one))) return undefined;
  }
  if (send === undefined) throw refused("fetch", "sector_identifier_uri cannot be checked, as this service fetches nothing; leave it out");
  return check(send, uri, wanted);
}

/** What the document must have: every redirect URI, and for CIBA what stands in for one (CIBA Core 1.0 section 4). */
function members({ redirectUris, subjectType, backchannelTokenDeliveryMode: mode, jwksUri, backchannelClientNotificationEndpoint: endpoint }: ClientMetadata): readonly string[] {
  const standIn = subjectType !== "pairwise" ? undefined : mode === "push" ? endpoint : mode === "poll" || mode === "ping" ? jwksUri : undefined;
  return standIn === undefined ? redirectUris : [...redirectUris, standIn];
}

async function check(send: NonNullable<Registry["fetch"]>, url: string, wanted: readonly string[]): Promise<void> {
  const { status, body } = await send({ url, headers: { accept: "application/json" } }).catch((error: unknown) => {
    throw refused("unreachable", "the document at sector_identifier_uri cannot be fetched", error);
  });
  if (status !== 200) throw refused("unreachable", "the document at sector_identifier_uri cannot be fetched", `status ${status}`);
  const listed = readTexts(body);
  if (listed === undefined) throw refused("form", "the document at sector_identifier_uri must be a JSON array of texts");
  const missing = wanted.findIndex((one) => !listed.has(one));
  if (missing >= 0) throw refused("member", `the document at sector_identifier_uri must have every one of redirect_uris, and what stands in for them; number ${missing + 1} is not in it`);
}

function readTexts(body: Uint8Array): ReadonlySet<string> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? new Set(value) : undefined;
  } catch {
    return undefined; // Neither JSON nor UTF-8 has another way to say so.
  }
}
