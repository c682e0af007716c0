// The only file that looks at `socket.authorized`, which alone proves nothing: after a resumed TLS 1.3 session it is true
// for a client that never had a certificate (nodejs/node 35317), and it never changes when a certificate expires.
import { createHash, type X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { readPeerNames } from "./peer-names.js";
import { whyDistrusted, type PeerTrust } from "./peer-trust.js";

/** A certificate that was verified, by an authority we believe, in a full handshake, and is valid now. */
export interface AcceptedCertificate {
  kind: "accepted";
  /** The URI SAN; one at most. It may be that there is neither a URI nor a DNS name. */
  uris: readonly string[];
  /** DNS SANs, in lower case. */
  dnsNames: readonly string[];
  /** The distinguished name (RFC 4514). It identifies nobody but whom a row of the configuration names by it. */
  subject: string;
  /** SHA-256 of the certificate, hexadecimal. */
  fingerprint: string;
  notAfterMs: number;
}

export type PeerCertificate = { kind: "none" } | { kind: "unacceptable"; reason: string } | AcceptedCertificate;

interface Judgement {
  /** As of the handshake. */
  readonly verdict: PeerCertificate;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What is believed now; undefined as long as that is what was believed at every handshake. */
export type CurrentTrust = () => PeerTrust | undefined;

/** The other end of one connection. */
interface Peer {
  /** Asked of Node once: with the first answer it forgets what the peer sent beside its own certificate. */
  readonly certificate: X509Certificate | undefined;
  judgement: Judgement | undefined;
  currentTrust: CurrentTrust | undefined;
  /** The trust that the verdict was last held against, and what came of it. */
  trust: PeerTrust | undefined;
  distrust: PeerCertificate | undefined;
}

const NONE = { kind: "none" } as const satisfies PeerCertificate;
const NOT_YET_VALID = { kind: "unacceptable", reason: "the certificate is not valid yet" } as const satisfies PeerCertificate;
const EXPIRED = { kind: "unacceptable", reason: "the certificate has expired" } as const satisfies PeerCertificate;

const peers = new WeakMap<TLSSocket, Peer>();

function peerOf(socket: TLSSocket): Peer {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = { certificate: socket.getPeerX509Certificate(), judgement: undefined, currentTrust: undefined, trust: undefined, distrust: undefined };
    peers.set(socket, peer);
  }
  return peer;
}

/** Makes the certificate of a connection be held against what is believed at the time, not only against what was at the handshake. */
export function followTrust(socket: TLSSocket, current: CurrentTrust): void {
  peerOf(socket).currentTrust = current;
}

/** Makes two objects stand for one connection: an HTTP/2 session shows its socket as another. */
export function shownAs(shown: TLSSocket, socket: TLSSocket): void {
  peers.set(shown, peerOf(socket));
}

/** Who the peer proved to be. Parsed once a connection, held against the trust once a reload; the dates are looked at on every call. */
export function readPeerCertificate(socket: TLSSocket, nowMs: number): PeerCertificate {
  const peer = peerOf(socket);
  const { verdict, notBeforeMs, notAfterMs } = (peer.judgement ??= judge(socket, peer.certificate));
  if (verdict.kind !== "accepted") return verdict;
  if (nowMs < notBeforeMs) return NOT_YET_VALID;
  if (nowMs > notAfterMs) return EXPIRED;
  const trust = peer.currentTrust?.();
  if (trust !== peer.trust) {
    peer.trust = trust;
    peer.distrust = trust && judgeAgain(peer.certificate!, trust);
  }
  return peer.distrust ?? verdict;
}

/** Whether a certificate came with the handshake and was not believed. A connection without TLS has none. */
export function presentedInVain(socket: Socket): boolean {
  return socket instanceof TLSSocket && peerOf(socket).certificate !== undefined && !socket.authorized;
}

function judgeAgain(certificate: X509Certificate, trust: PeerTrust): PeerCertificate | undefined {
  const sent: X509Certificate[] = [];
  for (let each = certificate.issuerCertificate; each !== undefined; each = each.issuerCertificate) sent.push(each);
  const reason = whyDistrusted(trust, certificate, sent);
  return reason === undefined ? undefined : unacceptable(reason);
}

function judge(socket: TLSSocket, certificate: X509Certificate | undefined): Judgement {
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
