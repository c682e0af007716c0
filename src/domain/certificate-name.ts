// The name of a client that authenticates with a certificate (RFC 8705 section 2.1.2), taken from the registrant's own.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { decision, type DecisionRow } from "./decision.js";
import { offeredFields, setValue, valueOf } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import type { CompiledPolicy } from "./policy.js";

/** One of the five names, by its field. */
export interface CertificateNameValue {
  readonly field: string;
  readonly value: string;
}

const rows = [...offeredFields.values()].filter(({ name }) => name.startsWith("tls_client_auth_"));

/** The names by which a certificate can be expected, the most telling first. */
export function namesOfCertificate({ uris, dnsNames, subject }: { readonly uris: readonly string[]; readonly dnsNames: readonly string[]; readonly subject: string }): CertificateNameValue[] {
  return [
    ...uris.map((value) => ({ field: "tls_client_auth_san_uri", value })),
    ...dnsNames.map((value) => ({ field: "tls_client_auth_san_dns", value })),
    ...(subject === "" ? [] : [{ field: "tls_client_auth_subject_dn", value: subject }]),
  ];
}

/** The names that a registered client has. */
export function namesOfClient(metadata: ClientMetadata): CertificateNameValue[] {
  return rows.flatMap((row) => {
    const value = valueOf(metadata, row);
    return value === undefined ? [] : [{ field: row.name, value: value as string }];
  });
}

/**
 * Fills in the registrant's own name where the policy says so, in place. `own` are the names that are the registrant's; among several
 * that are asked for none is right.
 */
export function applyCertificateName(
  policy: CompiledPolicy,
  metadata: ClientMetadata,
  own: readonly CertificateNameValue[],
  decisions: DecisionRow[],
  violations: MetadataViolation[],
): void {
  if (policy.certificateName === "asked" || metadata.tokenEndpointAuthMethod !== "tls_client_auth") return;
  const asked = namesOfClient(metadata);
  if (policy.certificateName === "default" && asked.length > 0) return;
  const isOwn = ({ field, value }: CertificateNameValue) => own.some((name) => name.field === field && name.value === value);
  if (asked.length === 1 && isOwn(asked[0]!)) return;
  const rule = `policy.${policy.name}.certificate_name`;
  const [name] = own;
  if (name === undefined) {
    violations.push({
      error: "invalid_client_metadata", field: "token_endpoint_auth_method", rule, clause: "RFC 8705 section 2.1.2",
      description: "tls_client_auth takes its name here from the certificate of who registers, and none was shown; show it, or choose another method",
    });
    return;
  }
  for (const row of rows) {
    const before = valueOf(metadata, row);
    const after = row.name === name.field ? name.value : undefined;
    if (before === after) continue;
    setValue(metadata, row, after);
    decisions.push(decision(row.name, before, after, { rule, policyVersion: policy.version }));
  }
}
