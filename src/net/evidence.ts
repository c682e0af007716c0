import { readPeerCertificate, type PeerCertificate } from "./peer-certificate.js";
import { tlsSocketOf, type ServerRequest } from "./request.js";

/** What a request shows of its caller, as it came. */
export interface RequestEvidence {
  certificate: PeerCertificate;
  /** The Authorization header; several are joined, which is no credential of any scheme. */
  authorization: string | undefined;
}

/** A connection that has ended vouches for nobody. */
const GONE = { kind: "unacceptable", reason: "the connection has ended" } as const satisfies PeerCertificate;

/** Reads the peer certificate, checked against this moment of the wall clock, and the Authorization header. */
export function readEvidence(request: ServerRequest, nowMs: number): RequestEvidence {
  const socket = tlsSocketOf(request);
  const certificate = socket === undefined ? GONE : readPeerCertificate(socket, nowMs);
  const { authorization } = request.headers;
  return { certificate, authorization: authorization === undefined ? undefined : every(request.rawHeaders, "authorization") };
}

/** Node keeps the first of several and says nothing; RFC 6750 section 2 forbids more than one. */
function every(rawHeaders: readonly string[], name: string): string {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at]!;
    if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[at + 1]!);
  }
  return values.join(", ");
}
