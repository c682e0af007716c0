import { CertificateHeader, type TrustedProxy as WrittenProxy } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { readCertificateIdentity } from "./certificate-identity.js";
import type { Report } from "./configuration-error.js";
import type { ForwardingHeader, TrustedProxy } from "./loaded-configuration.js";
import type { Path } from "./path.js";

const headers = {
  [CertificateHeader.UNSPECIFIED]: undefined,
  [CertificateHeader.CLIENT_CERT]: "client-cert",
  [CertificateHeader.X_SSL_CLIENT_CERT]: "x-ssl-client-cert",
  [CertificateHeader.X_FORWARDED_CLIENT_CERT]: "x-forwarded-client-cert",
} as const satisfies Record<CertificateHeader, ForwardingHeader | undefined>;

/** The proxies whose word on a client's certificate is taken. */
export function readTrustedProxies(rows: readonly WrittenProxy[], path: Path, report: Report): readonly TrustedProxy[] {
  const known = new Set<string>();
  return rows.flatMap((row, i) => {
    const at = [...path, i];
    const identity = readCertificateIdentity(row, known, at, report, "has a row already; a proxy passes certificates on in one header");
    if (/^\*\.[^.]+\./.test(row.dnsName) || row.spiffeId.endsWith("/*")) report(at, "must name one proxy, not a pattern: whoever matches it could be anybody");
    const header = headers[row.header];
    if (header === undefined) report(at, "needs header: the one in which it passes certificates on");
    return header === undefined ? [] : [{ ...identity, header }];
  });
}
