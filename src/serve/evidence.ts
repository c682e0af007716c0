import type { LoadedConfiguration } from "../config/configuration.js";
import { compileCertificateRows } from "../domain/certificate-match.js";
import { createEvidenceReader, type RequestEvidence } from "../net/evidence.js";
import { ForwardedCertificates } from "../net/forwarded-certificate.js";
import type { ServerRequest } from "../net/request.js";
import type { TlsFiles } from "../net/tls.js";

/** Reads what requests show of their callers, as the configuration's trusted proxies let it. */
export interface EvidenceSource {
  readonly read: (request: ServerRequest) => RequestEvidence;
  /** Believes by other authorities and revocation lists from now on. */
  readonly reload: (tls: TlsFiles) => void;
}

/** Makes it. `tls` has the authorities that forwarded certificates are held against. */
export function createEvidence({ trustedProxies }: Pick<LoadedConfiguration, "trustedProxies">, tls: TlsFiles): EvidenceSource {
  if (trustedProxies.length === 0) {
    const read = createEvidenceReader();
    return { read: (request) => read(request, Date.now()), reload() {} };
  }
  const proxies = compileCertificateRows(trustedProxies.map(({ header, ...identity }) => ({ ...identity, grant: header })));
  const forwarded = new ForwardedCertificates(tls);
  // Where several rows name a proxy, the first one says in which header it passes certificates on.
  const read = createEvidenceReader({ trustedProxy: (certificate) => proxies(certificate).grants[0], forwarded });
  return { read: (request) => read(request, Date.now()), reload: (files) => forwarded.reload(files) };
}
