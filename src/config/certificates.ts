import type { CertificateRoles } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { readCertificateIdentity } from "./certificate-identity.js";
import type { Report } from "./configuration-error.js";
import type { CertificateRole } from "./loaded-configuration.js";
import type { Path } from "./path.js";

/** The rows that say what certificates may do in a realm. */
export function readCertificates(rows: readonly CertificateRoles[], path: Path, report: Report): readonly CertificateRole[] {
  const known = new Set<string>();
  return rows.map((row, i) => {
    const at = [...path, i];
    const identity = readCertificateIdentity(row, known, at, report, "has a row already; write all its roles there");
    if (row.roles.length === 0) report(at, "needs at least one role");
    return { ...identity, roles: [...new Set(row.roles)] };
  });
}
