/** Every bound the server holds a peer to. None is left to Node, whose HTTP/2 defaults are open. */
export interface ServerLimits {
  maxConnections: number;
  maxConnectionsPerPeer: number;
  maxOpenRequests: number;
  maxStreams: number;
  restMs: number;
  maxWaitingRequests: number;
  maxHeaderBytes: number;
  maxHeaderPairs: number;
  maxSessionMemoryMiB: number;
  maxSettings: number;
  maxOutstandingPings: number;
  maxOutstandingSettings: number;
  maxInvalidFrames: number;
  maxRejectedStreams: number;
  streamResetBurst: number;
  streamResetsPerSecond: number;
  handshakeTimeoutMs: number;
  unknownProtocolTimeoutMs: number;
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  idleTimeoutMs: number;
  connectionAgeMs: number;
  connectionAgeJitter: number;
  retirementGraceMs: number;
  lingerMs: number;
  sweepIntervalMs: number;
}

export const defaultLimits: Readonly<ServerLimits> = Object.freeze({
  /** About 60 KiB each when idle: 120 MiB. */
  maxConnections: 2048,
  /** One address must not take all; a service behind one proxy still has room. IPv6 counts by /64, which one host owns. */
  maxConnectionsPerPeer: 512,
  /** 5 KiB for each half-open request: without it, connections times streams would be 1 GiB. Above it 503. */
  maxOpenRequests: 8192,
  /** Also the number of requests that an HTTP/1.1 client may pipeline. Node's default is 4294967295. */
  maxStreams: 100,
  /** Of a connection on which a call was refused for its rate: the least that its caller is told to wait; a half more or less. */
  restMs: 1_000,
  /** On one connection that rests. A correct peer sends none: it was told to wait. With more HTTP/1.1 loses its connection, HTTP/2 the stream. */
  maxWaitingRequests: 8,
  /** Node enforces no header size over HTTP/2 unless told. */
  maxHeaderBytes: 16_384,
  maxHeaderPairs: 64,
  /** Node's default is 10. Bounds what a peer that does not read can make us queue. */
  maxSessionMemoryMiB: 4,
  /** HTTP/2 defines 6 settings, extensions a few more. */
  maxSettings: 16,
  maxOutstandingPings: 5,
  maxOutstandingSettings: 5,
  /** A correct peer sends none. */
  maxInvalidFrames: 50,
  /** A correct peer opens a few too many at most, before it has seen our SETTINGS. */
  maxRejectedStreams: 100,
  /** CVE-2023-44487: all streams of a connection may be given up at once, then ten a second. Node counts them itself from 22 on. */
  streamResetBurst: 100,
  streamResetsPerSecond: 10,
  handshakeTimeoutMs: 10_000,
  unknownProtocolTimeoutMs: 5_000,
  headersTimeoutMs: 10_000,
  /** From the first byte of a request to the last of its body: HTTP/1.1 by Node, HTTP/2 by BodyDeadlines. */
  requestTimeoutMs: 15_000,
  /**
   * No byte in either direction: an idle connection, or a peer that does not read. Long streams need heartbeats. Also the end of a session
   * that nghttp2 has ended with a GOAWAY of its own: Node stops reading it and tells nobody, and takes a ping without sending it. Such a
   * peer holds its place no longer than one that says nothing at all; twice as long when an answer to it was under way, as Node counts anew.
   */
  idleTimeoutMs: 30_000,
  /** Bounds how long an old certificate or an uneven balance lives on; gRPC calls it MAX_CONNECTION_AGE. */
  connectionAgeMs: 600_000,
  /** A tenth either way, so that clients that came together do not come back together. */
  connectionAgeJitter: 0.1,
  /** What open requests get once their connection is to close. */
  retirementGraceMs: 30_000,
  /** How long a peer may keep its side of a connection open that we have ended. */
  lingerMs: 1_000,
  /** How exactly the HTTP/1.1 timeouts and body deadlines are kept. */
  sweepIntervalMs: 1_000,
});
