// Certificates and clients for the tests of src/net.
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http2 from "node:http2";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { X509Certificate, createPrivateKey, webcrypto } from "node:crypto";
import { createAuthority, issueCertificate, type CertificateOrder, type KeyAndCertificate } from "../../src/net/certificate.js";
import type { TlsFiles } from "../../src/net/tls.js";
import * as x509 from "../../src/net/x509.js";

export const DAY_MS = 86_400_000;

/** A folder that is gone after the test. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "matricula-net-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function validFor(days: number, fromDays = -1): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now + fromDays * DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

export function authority(name = "test CA"): Promise<KeyAndCertificate> {
  return createAuthority({ subject: `CN=${name}`, ...validFor(100) });
}

export function client(ca: KeyAndCertificate, order: Partial<CertificateOrder> = {}): Promise<KeyAndCertificate> {
  return issueCertificate({ ca, subject: "CN=client", uris: ["spiffe://test/client"], usage: "client", ...validFor(10), ...order });
}

export async function serverFiles(ca: KeyAndCertificate, order: Partial<CertificateOrder> = {}): Promise<TlsFiles> {
  const made = await issueCertificate({
    ca,
    subject: "CN=localhost",
    dns: ["localhost", "127.0.0.1", "::1"],
    usage: "server",
    ...validFor(10),
    ...order,
  });
  return { certificate: made.certificate, key: made.key, clientCa: ca.certificate };
}

/** What an authority has revoked, as PEM (RFC 5280 section 5). */
export async function revocationList(ca: KeyAndCertificate, revoked: readonly KeyAndCertificate[] = [], order: { thisUpdate?: Date; nextUpdate?: Date } = {}): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(ca.certificate).subjectName,
    thisUpdate: order.thisUpdate ?? new Date(Date.now() - DAY_MS),
    nextUpdate: order.nextUpdate ?? new Date(Date.now() + DAY_MS),
    entries: revoked.map(({ certificate }) => ({ serialNumber: new X509Certificate(certificate).serialNumber, revocationDate: new Date(), reason: x509.X509CrlReason.keyCompromise })),
    signingAlgorithm: algorithm,
    signingKey: await webcrypto.subtle.importKey("jwk", createPrivateKey(ca.key).export({ format: "jwk" }) as webcrypto.JsonWebKey, algorithm, true, ["sign"]),
  });
  return pemOf("X509 CRL", new Uint8Array(list.rawData));
}

export function pemOf(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

export interface ClientOptions {
  port: number;
  ca: string;
  identity?: KeyAndCertificate;
  host?: string;
}

/** A TLS connection with its handshake done. */
export async function connectTls(options: ClientOptions, more: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const socket = tls.connect({
    host: options.host ?? "127.0.0.1",
    port: options.port,
    ca: options.ca,
    servername: "localhost",
    ...(options.identity === undefined ? {} : { cert: options.identity.certificate, key: options.identity.key }),
    ...more,
  });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  return socket;
}

/** What comes back until the server closes. */
export async function readToEnd(socket: tls.TLSSocket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  await once(socket, "close");
  return text;
}

/** Sends bytes on an HTTP/1.1 connection and reads until the server closes it. */
export async function exchangeRaw(options: ClientOptions, bytes: string): Promise<string> {
  const socket = await connectTls(options, { ALPNProtocols: ["http/1.1"] });
  const answer = readToEnd(socket);
  socket.write(bytes, "latin1");
  return answer;
}

export async function get1(options: ClientOptions, more: https.RequestOptions = {}): Promise<Answer> {
  const request = https.request({
    host: options.host ?? "127.0.0.1",
    port: options.port,
    ca: options.ca,
    servername: "localhost",
    path: "/",
    agent: false,
    ...(options.identity === undefined ? {} : { cert: options.identity.certificate, key: options.identity.key }),
    ...more,
  });
  request.end();
  const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** An HTTP/2 session on a connection of its own, with its SETTINGS exchanged. */
export async function session2(options: ClientOptions, more: tls.ConnectionOptions = {}): Promise<http2.ClientHttp2Session> {
  const socket = await connectTls(options, { ALPNProtocols: ["h2"], ...more });
  const session = http2.connect(`https://localhost:${options.port}`, { createConnection: () => socket });
  session.on("error", () => {});
  await once(session, "remoteSettings");
  return session;
}

export async function get2(session: http2.ClientHttp2Session, headers: http2.OutgoingHttpHeaders = {}): Promise<Answer> {
  const stream = session.request({ ":path": "/", ...headers });
  stream.end();
  return answerOf(stream);
}

export async function answerOf(stream: http2.ClientHttp2Stream): Promise<Answer> {
  const [headers] = (await Promise.race([
    once(stream, "response"),
    once(stream, "close").then(() => Promise.reject(new Error(`the stream was closed with code ${stream.rstCode}`))),
  ])) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
  let body = "";
  for await (const chunk of stream) body += String(chunk);
  return { status: headers[":status"] ?? 0, headers, body };
}

export function readText(path: string): Promise<string> {
  return readFile(path, "utf8");
}
