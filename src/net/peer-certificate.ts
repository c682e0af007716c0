// The only file that looks at `socket.authorized`, which alone proves nothing: after a resumed TLS 1.3 session it is true
// for a client that never had a certificate (nodejs/node 35317), and it never changes when a certificate expires.
import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { readPeerNames } from "./peer-names.js";

/** A certificate that was verified, by an authority we believe, in a full handshake, and is valid now. */
export interface AcceptedCertificate {
  kind: "accepted";
  /** The URI SAN; one at most. */
  uris: readonly string[];
  /** DNS SANs, in lower case. */
  dnsNames: readonly string[];
  /** The distinguished name, for logs only: nobody is identified by it. */
  subject: string;
  /** SHA-256 of the certificate, hexadecimal. */
  fingerprint: string;
  notAfterMs: number;
}

export type PeerCertificate = { kind: "none" } | { kind: "unacceptable"; reason: string } | AcceptedCertificate;

interface Judgement {
  verdict: PeerCertificate;
  notBeforeMs: number;
  notAfterMs: number;
}

const NONE = { kind: "none" } as const satisfies PeerCertificate;
const NOT_YET_VALID = { kind: "unacceptable", reason: "the certificate is not valid yet" } as const satisfies PeerCertificate;
const EXPIRED = { kind: "unacceptable", reason: "the certificate has expired" } as const satisfies PeerCertificate;

const judgements = new WeakMap<TLSSocket, Judgement>();

/** Who the peer proved to be. Parsed once a connection, the dates are looked at on every call. */
export function readPeerCertificate(socket: TLSSocket, nowMs: number): PeerCertificate {
  let judgement = judgements.get(socket);
  if (judgement === undefined) {
    judgement = judge(socket);
    judgements.set(socket, judgement);
  }
  if (judgement.verdict.kind !== "accepted") return judgement.verdict;
  if (nowMs < judgement.notBeforeMs) return NOT_YET_VALID;
  if (nowMs > judgement.notAfterMs) return EXPIRED;
  return judgement.verdict;
}

/** Whether a certificate came with the handshake, acceptable or not. */
export function presentedCertificate(socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate() !== undefined;
}

function judge(socket: TLSSocket): Judgement {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return always(NONE);
  if (!socket.authorized) return always(unacceptable(`the certificate was not verified: ${String(socket.authorizationError)}`));
  // A resumed session carries the verdict of another day: nothing has been verified on this connection.
  if (socket.isSessionReused()) return always(unacceptable("the certificate comes from a resumed session"));
  const names = readPeerNames(certificate.raw);
  if (names.kind === "refused") return always(unacceptable(names.reason));
  const notAfterMs = Date.parse(certificate.validTo);
  const verdict: AcceptedCertificate = Object.freeze({
    kind: "accepted" as const,
    uris: names.uris,
    dnsNames: names.dnsNames,
    subject: names.subject,
    fingerprint: createHash("sha256").update(certificate.raw).digest("hex"),
    notAfterMs,
  });
  return { verdict, notBeforeMs: Date.parse(certificate.validFrom), notAfterMs };
}

function unacceptable(reason: string): PeerCertificate {
  return { kind: "unacceptable", reason };
}

function always(verdict: PeerCertificate): Judgement {
  return { verdict, notBeforeMs: -Infinity, notAfterMs: Infinity };
}
