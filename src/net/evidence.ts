import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ForwardedCertificates } from "./forwarded-certificate.js";
import { FORWARDING_HEADERS, type ForwardingHeader } from "./forwarding-header.js";
import { readPeerCertificate, type AcceptedCertificate, type PeerCertificate } from "./peer-certificate.js";
import { tlsSocketOf, type ServerRequest } from "./request.js";

/** What a request shows of its caller, as it came. */
export interface RequestEvidence {
  certificate: PeerCertificate;
  /** The Authorization header; several are joined, which is no credential of any scheme. */
  authorization: string | undefined;
  /** The address that the caller comes from; a trusted proxy's word for it, and undefined where it says none. */
  address?: string | undefined;
  /** The connection, for `vouch`. */
  connection?: object | undefined;
}

/** A connection that has ended vouches for nobody. */
const GONE = { kind: "unacceptable", reason: "the connection has ended" } as const satisfies PeerCertificate;

/** What a reader of evidence is given. */
export interface EvidenceOptions {
  /** The one header in which a peer with this certificate passes others' on; undefined for who is no trusted proxy. Nobody is when absent. */
  trustedProxy?: (certificate: AcceptedCertificate) => ForwardingHeader | undefined;
  /** Verifies what trusted proxies pass on. */
  forwarded?: Pick<ForwardedCertificates, "read">;
}

/** Reads what a request shows, at a moment of the wall clock. */
export type ReadEvidence = (request: ServerRequest, nowMs: number) => RequestEvidence;

/**
 * Makes the reader of evidence: the certificate of the connection, or the one that a trusted proxy passes on in its one header. A proxy's
 * own certificate is never a caller's. Such a header from anybody else, or another than the one configured, makes the request unacceptable.
 */
export function createEvidenceReader({ trustedProxy, forwarded }: EvidenceOptions = {}): ReadEvidence {
  return (request, nowMs) => {
    const socket = tlsSocketOf(request);
    const certificate = socket === undefined ? GONE : readPeerCertificate(socket, nowMs);
    const authorization = authorizationOf(request);
    const sent = forwardingHeadersOf(request);
    const header = certificate.kind === "accepted" ? trustedProxy?.(certificate) : undefined;
    if (header === undefined || forwarded === undefined) {
      return { certificate: sent.length === 0 || certificate.kind === "unacceptable" ? certificate : NOT_A_PROXY, authorization, address: socket === undefined ? undefined : addressOf(socket), connection: socket };
    }
    return { certificate: passedOn(request, header, sent, forwarded, nowMs), authorization, address: forwardedAddress(request) };
  };
}

const addresses = new WeakMap<TLSSocket, string | undefined>();

/** Asked once a connection: the socket of an HTTP/2 session that has ended throws. */
function addressOf(socket: TLSSocket): string | undefined {
  if (!addresses.has(socket)) addresses.set(socket, socket.remoteAddress);
  return addresses.get(socket);
}

/** Which of the headers that carry certificates a request has. Names alone: the usual request has none. */
export function forwardingHeadersOf({ headers }: ServerRequest): readonly ForwardingHeader[] {
  if (!("client-cert" in headers) && !("x-ssl-client-cert" in headers) && !("x-forwarded-client-cert" in headers)) return NO_HEADERS;
  return FORWARDING_HEADERS.filter((name) => name in headers);
}

function passedOn(request: ServerRequest, header: ForwardingHeader, sent: readonly ForwardingHeader[], forwarded: Pick<ForwardedCertificates, "read">, nowMs: number): PeerCertificate {
  if (sent.length === 0) return NONE;
  // A client's own header would be among them when the proxy does not take it away.
  if (sent.length > 1 || sent[0] !== header) return WRONG_HEADER;
  const values = valuesOf(request.rawHeaders, header);
  return values.length === 1 ? forwarded.read(header, values[0]!, nowMs) : REPEATED_HEADER;
}

/** Who the proxy saw: what it has added is the last. What stands before that may be anybody's word. */
function forwardedAddress({ rawHeaders }: ServerRequest): string | undefined {
  const address = valuesOf(rawHeaders, "x-forwarded-for").join(",").split(",").at(-1)!.trim();
  return isIP(address) === 0 ? undefined : address;
}

const NO_HEADERS: readonly ForwardingHeader[] = [];
const NONE = { kind: "none" } as const satisfies PeerCertificate;
/** Only a trusted proxy passes certificates on. */
export const NOT_A_PROXY = { kind: "unacceptable", reason: "a header passes a certificate on, and the connection is not a trusted proxy's" } as const satisfies PeerCertificate;
const WRONG_HEADER = { kind: "unacceptable", reason: "the proxy passes a certificate on in another header than the one it is known for" } as const satisfies PeerCertificate;
const REPEATED_HEADER = { kind: "unacceptable", reason: "the proxy passes more than one certificate on" } as const satisfies PeerCertificate;

/** The Authorization header of a request. */
export function authorizationOf(request: ServerRequest): string | undefined {
  return request.headers.authorization === undefined ? undefined : valuesOf(request.rawHeaders, "authorization").join(", ");
}

/** Node keeps the first of several and says nothing; RFC 6750 section 2 forbids more than one. */
function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at]!;
    if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[at + 1]!);
  }
  return values;
}
