import { X509Certificate, createHash } from "node:crypto";
import { readAuthorities, verifyClientCertificate, type Authorities } from "./client-chain.js";
import { readForwardingHeader, type ForwardingHeader } from "./forwarding-header.js";
import type { PeerCertificate } from "./peer-certificate.js";
import { readPeerNames } from "./peer-names.js";
import { readRevocationLists, type RevocationLists } from "./revocation-lists.js";
import type { TlsFiles } from "./tls.js";

/** What forwarded certificates are held against: the authorities whose client certificates are believed, and what they have revoked. */
export type ForwardedTrust = Pick<TlsFiles, "clientCa" | "crl">;

interface Judgement {
  verdict: PeerCertificate;
  /** When the verdict stands; outside it is made anew. */
  notBeforeMs: number;
  notAfterMs: number;
}

/** About 3 KiB each. */
const MOST_KEPT = 1_024;

/**
 * The certificates that trusted proxies pass on, verified here again: a proxy is believed that the client has the key, and nothing
 * else. What a header value means is kept, so that a busy proxy costs no signature a request; the dates are looked at each time.
 */
export class ForwardedCertificates {
  readonly #kept = new Map<string, Judgement>();
  #authorities!: Authorities;
  #revocations: RevocationLists | undefined;

  constructor(trust: ForwardedTrust) {
    this.reload(trust);
  }

  /** Believes others from now on, and forgets every verdict. Throws for revocation lists that cannot be read. */
  reload({ clientCa, crl }: ForwardedTrust): void {
    this.#revocations = crl === undefined ? undefined : readRevocationLists(crl);
    this.#authorities = readAuthorities(clientCa);
    this.#kept.clear();
  }

  /** Who a header's value proves the client to be. */
  read(header: ForwardingHeader, value: string, nowMs: number): PeerCertificate {
    const key = `${header} ${createHash("sha256").update(value).digest("base64")}`;
    let judgement = this.#kept.get(key);
    if (judgement === undefined || nowMs < judgement.notBeforeMs || nowMs > judgement.notAfterMs) judgement = this.#judge(header, value, nowMs);
    // The last used is the last forgotten.
    this.#kept.delete(key);
    this.#kept.set(key, judgement);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return judgement.verdict;
  }

  #judge(header: ForwardingHeader, value: string, nowMs: number): Judgement {
    const der = readForwardingHeader(header, value);
    const certificate = der === undefined ? undefined : parse(der);
    if (certificate === undefined) return refused("the forwarded certificate cannot be read", nowMs);
    const chain = verifyClientCertificate(certificate, this.#authorities, nowMs, this.#revocations);
    if (chain.kind === "refused") return refused(chain.reason, nowMs);
    const names = readPeerNames(certificate.raw);
    if (names.kind === "refused") return refused(names.reason, nowMs);
    const { notBeforeMs, notAfterMs } = chain;
    const verdict = Object.freeze({
      kind: "accepted" as const,
      uris: names.uris,
      dnsNames: names.dnsNames,
      subject: names.subject,
      fingerprint: createHash("sha256").update(certificate.raw).digest("hex"),
      notAfterMs: Date.parse(certificate.validTo),
    });
    return { verdict, notBeforeMs, notAfterMs };
  }
}

/** Node reads PEM as well, and what it finds before the rest: only what is a certificate from first to last is one. */
function parse(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** A refusal stands for the moment, since another one may make the certificate valid. */
function refused(reason: string, nowMs: number): Judgement {
  return { verdict: { kind: "unacceptable", reason }, notBeforeMs: nowMs, notAfterMs: nowMs + REFUSAL_MS };
}

const REFUSAL_MS = 1_000;
