import type { CertificateRoles } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { Report } from "./configuration-error.js";
import type { CertificateRole } from "./loaded-configuration.js";
import type { Path } from "./path.js";

/** The rows that say what certificates may do in a realm. */
export function readCertificates(rows: readonly CertificateRoles[], path: Path, report: Report): readonly CertificateRole[] {
  const seen = new Set<string>();
  return rows.map((row, i) => {
    const at = [...path, i];
    const dnsName = row.dnsName.toLowerCase();
    if ((row.spiffeId === "") === (dnsName === "")) report(at, "needs exactly one of spiffe_id and dns_name");
    if (row.spiffeId !== "" && !spiffeId.test(row.spiffeId)) {
      report([...at, "spiffe_id"], "must be a SPIFFE ID of a workload, such as spiffe://example.org/billing");
    }
    if (dnsName !== "" && !isDnsName(dnsName)) report([...at, "dns_name"], "must be a DNS name without wildcards, such as billing.example.org");
    if (row.roles.length === 0) report(at, "needs at least one role");
    const name = row.spiffeId === "" ? dnsName : row.spiffeId;
    if (name !== "" && seen.has(name)) report([...at, row.spiffeId === "" ? "dns_name" : "spiffe_id"], "has a row already; write all its roles there");
    seen.add(name);
    return { ...(row.spiffeId === "" ? { dnsName } : { spiffeId: row.spiffeId }), roles: [...new Set(row.roles)] };
  });
}

/** SPIFFE-ID sections 2.1 to 2.3: trust domain and path, neither escaped nor empty, no segment . or .. */
const spiffeId = /^(?=.{1,2048}$)spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/;

const isDnsName = (name: string) => name.length <= 253 && name.split(".").every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label));
