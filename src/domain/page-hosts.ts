// Pages and images that are said to be the client's own: on the host of one of its redirection URIs (RFC 7591 section 5). A realm's choice.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { metadataFields, valueOf, type FieldRow } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { originOf } from "./uri-parts.js";

const isPage = (name: string) => metadataFields.find((row) => row.name === name)?.uri === "page";

/** Refuses pages elsewhere, in every language. A client without web redirection URIs has no host to compare with. */
export function checkPageHosts(metadata: ClientMetadata, present: readonly FieldRow[], violations: MetadataViolation[]): void {
  const hosts = new Set(metadata.redirectUris.map(originOf).filter(({ scheme }) => scheme === "https").map(({ host }) => host));
  if (hosts.size === 0) return;
  const check = (field: string, uri: string) => {
    if (hosts.has(originOf(uri).host)) return;
    violations.push({
      error: "invalid_client_metadata", field, rule: "page.host", clause: "RFC 7591 section 5",
      description: `${field} must be on the host of one of redirect_uris`,
    });
  };
  for (const row of present) {
    if (row.uri === "page") check(row.name, valueOf(metadata, row) as string);
    else if (row.localizes !== "" && isPage(row.localizes)) {
      for (const [tag, uri] of Object.entries(valueOf(metadata, row) as Record<string, string>)) check(`${row.localizes}#${tag}`, uri);
    }
  }
}
