import type { Server } from "node:http";
import type { Http2SecureServer, SecureServerOptions } from "node:http2";
import type { ServerLimits } from "./limits.js";

/** The limits as `http2.createSecureServer` names them. */
export function http2Options(limits: ServerLimits): SecureServerOptions {
  const options: SecureServerOptions & { streamResetBurst: number; streamResetRate: number } = {
    allowHTTP1: true,
    maxHeaderListPairs: limits.maxHeaderPairs,
    maxSessionMemory: limits.maxSessionMemoryMiB,
    maxSettings: limits.maxSettings,
    maxOutstandingPings: limits.maxOutstandingPings,
    maxSessionInvalidFrames: limits.maxInvalidFrames,
    maxSessionRejectedStreams: limits.maxRejectedStreams,
    peerMaxConcurrentStreams: limits.maxStreams,
    unknownProtocolTimeout: limits.unknownProtocolTimeoutMs,
    // Known to Node from 22 on, ignored before.
    streamResetBurst: limits.streamResetBurst,
    streamResetRate: limits.streamResetsPerSecond,
    settings: { maxConcurrentStreams: limits.maxStreams, maxHeaderListSize: limits.maxHeaderBytes, enablePush: false },
  };
  return options;
}

/** What `https.Server` would take as options: with allowHTTP1 the HTTP/1.1 code reads it from the server object, unset means unlimited. */
interface Http1Fields {
  maxHeaderSize: number;
  maxHeadersCount: number;
  headersTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
  connectionsCheckingInterval: number;
  requireHostHeader: boolean;
  insecureHTTPParser: boolean;
}

/** Holds HTTP/1.1 to the same limits. To be called before the server listens. */
export function applyHttp1Limits(server: Http2SecureServer | Server, limits: ServerLimits): void {
  const fields: Http1Fields = {
    maxHeaderSize: limits.maxHeaderBytes,
    // One more than allowed, so that the server sees that there were too many.
    maxHeadersCount: limits.maxHeaderPairs + 1,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    // The socket's own idle timeout is there already; a second one would be set and cleared with each request.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: limits.sweepIntervalMs,
    // checkAuthority answers in JSON.
    requireHostHeader: false,
    insecureHTTPParser: false,
  };
  Object.assign(server, fields);
}
