// The verdict on a client certificate must not depend on TLS version, HTTP version, resumption or a reload.
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { readPeerCertificate } from "../../src/net/peer-certificate.js";
import { tlsSocketOf } from "../../src/net/request.js";
import type { ServerAnswer, ServerRequest } from "../../src/net/request.js";
import { createServer, type MatriculaServer } from "../../src/net/server.js";
import { buildTlsOptions, type TlsFiles } from "../../src/net/tls.js";
import { answerOf, authority, client, connectTls, serverFiles, validFor, type ClientOptions } from "./fixture.js";

const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const PROTOCOLS = ["http/1.1", "h2"] as const;
const HANDSHAKES = ["full", "resumed"] as const;
const EXPECTED = { none: "none", untrusted: "unacceptable", expired: "unacceptable", "for servers": "unacceptable", trusted: "accepted" } as const;
type Identity = keyof typeof EXPECTED;
const IDENTITIES = Object.keys(EXPECTED) as Identity[];

type Version = (typeof VERSIONS)[number];
type Protocol = (typeof PROTOCOLS)[number];

interface Report {
  verdict: string;
  uris?: string[];
  authorized: boolean;
  reused: boolean;
}

/** Answers with what the server sees: our verdict, and what Node says. */
function report(request: ServerRequest, response: ServerAnswer): void {
  const socket = tlsSocketOf(request);
  if (socket === undefined) throw new Error("the connection is gone");
  const peer = readPeerCertificate(socket, Date.now());
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      verdict: peer.kind,
      ...(peer.kind === "accepted" ? { uris: peer.uris } : {}),
      authorized: socket.authorized,
      reused: socket.isSessionReused(),
    }),
  );
}

async function ask(socket: tls.TLSSocket, protocol: Protocol): Promise<Report> {
  if (protocol === "h2") {
    const session = http2.connect("https://localhost", { createConnection: () => socket });
    session.on("error", () => {});
    const { body } = await answerOf(session.request({ ":path": "/" }));
    session.close();
    return JSON.parse(body) as Report;
  }
  const request = https.request({ createConnection: () => socket, host: "localhost", path: "/" });
  request.end();
  const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return JSON.parse(body) as Report;
}

interface Cell {
  target: ClientOptions;
  version: Version;
  protocol: Protocol;
  session?: Buffer | undefined;
}

/** One connection with one request; answers with the report and the session that could be resumed. */
async function visit({ target, version, protocol, session }: Cell): Promise<{ report: Report; session: Buffer | undefined }> {
  const socket = await connectTls(target, {
    minVersion: version,
    maxVersion: version,
    ALPNProtocols: [protocol],
    ...(session === undefined ? {} : { session }),
  });
  let resumable: Buffer | undefined = version === "TLSv1.2" ? socket.getSession() : undefined;
  socket.on("session", (ticket: Buffer) => (resumable = ticket));
  const seen = await ask(socket, protocol);
  socket.destroy();
  return { report: seen, session: resumable };
}

const identities = new Map<Identity, KeyAndCertificate | undefined>();
let files: TlsFiles;
let ca: KeyAndCertificate;

beforeAll(async () => {
  ca = await authority();
  files = await serverFiles(ca);
  identities.set("none", undefined);
  identities.set("untrusted", await client(await authority("another CA")));
  identities.set("expired", await client(ca, validFor(-1, -10)));
  identities.set("for servers", await client(ca, { usage: "server" }));
  identities.set("trusted", await client(ca));
});

function as(identity: Identity, port: number): ClientOptions {
  const made = identities.get(identity);
  return { port, ca: ca.certificate, ...(made === undefined ? {} : { identity: made }) };
}

describe.each(["before a reload", "after a reload"] as const)("%s", (moment) => {
  let server: MatriculaServer;
  const earlier = new Map<string, Buffer | undefined>();

  beforeAll(async () => {
    server = createServer({ tls: files, handler: report });
    await server.listen({ hosts: ["127.0.0.1"], port: 0 });
    for (const version of VERSIONS) {
      for (const protocol of PROTOCOLS) {
        for (const identity of IDENTITIES) {
          const { session } = await visit({ target: as(identity, server.port), version, protocol });
          earlier.set(`${version} ${protocol} ${identity}`, session);
        }
      }
    }
    if (moment === "after a reload") server.reload(await serverFiles(ca));
  });
  afterAll(() => server.drain(0));

  for (const version of VERSIONS) {
    for (const protocol of PROTOCOLS) {
      for (const handshake of HANDSHAKES) {
        test.each(IDENTITIES)(`${version}, ${protocol}, ${handshake}: %s`, async (identity) => {
          const session = handshake === "resumed" ? earlier.get(`${version} ${protocol} ${identity}`) : undefined;
          if (handshake === "resumed") expect(session).toBeInstanceOf(Buffer);
          const { report: seen } = await visit({ target: as(identity, server.port), version, protocol, session });
          expect(seen.verdict).toBe(EXPECTED[identity]);
          expect(seen.reused).toBe(false);
          if (identity === "trusted") expect(seen.uris).toEqual(["spiffe://test/client"]);
        });
      }
      test(`${version}, ${protocol}: the session of a trusted client helps nobody without its certificate`, async () => {
        const session = earlier.get(`${version} ${protocol} trusted`);
        const { report: seen } = await visit({ target: as("none", server.port), version, protocol, session });
        expect(seen).toMatchObject({ verdict: "none", authorized: false, reused: false });
      });
    }
  }
});

/** Without these the matrix above could pass because resumption never happens in this test at all. */
describe("control: with session tickets", () => {
  let server: http2.Http2SecureServer;

  async function startWith(options: tls.TlsOptions, reloadWith?: tls.SecureContextOptions): Promise<number> {
    server = http2.createSecureServer({ ...options, allowHTTP1: true }, report);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    if (reloadWith !== undefined) server.setSecureContext(reloadWith);
    return (server.address() as AddressInfo).port;
  }
  afterAll(() => void server.close());

  async function resumed(port: number, identity: Identity, version: Version, protocol: Protocol): Promise<Report> {
    const target = as(identity, port);
    const { session } = await visit({ target, version, protocol });
    return (await visit({ target, version, protocol, session })).report;
  }

  test.each(PROTOCOLS)("Node calls a resumed TLS 1.3 client without a certificate authorized (%s), and we do not", async (protocol) => {
    const port = await startWith({ ...buildTlsOptions(files, 1000), secureOptions: 0 });
    expect(await resumed(port, "none", "TLSv1.3", protocol)).toEqual({ verdict: "none", authorized: true, reused: true });
    server.close();
  });

  test("a reload that forgets SSL_OP_NO_TICKET opens the hole again", async () => {
    const { secureOptions: _forgotten, ...rest } = buildTlsOptions(files, 1000);
    const port = await startWith(buildTlsOptions(files, 1000), rest);
    expect(await resumed(port, "none", "TLSv1.3", "h2")).toEqual({ verdict: "none", authorized: true, reused: true });
    server.close();
  });

  test.each(VERSIONS)("a certificate of a resumed %s session is not accepted", async (version) => {
    const port = await startWith({ ...buildTlsOptions(files, 1000), secureOptions: 0 });
    expect(await resumed(port, "trusted", version, "h2")).toEqual({ verdict: "unacceptable", authorized: true, reused: true });
    server.close();
  });
});

test("nothing else in the sources asks Node whether a peer is authorized", async () => {
  const root = join(import.meta.dirname, "../../src");
  const sources = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".ts"));
  const asking: string[] = [];
  for (const name of sources)
    if (/\.authorized\b|\['authorized'\]|\{[^}]*\bauthorized\b[^}]*\}\s*=/.test(await readFile(join(root, name), "utf8"))) asking.push(name);
  expect(asking).toEqual(["net/peer-certificate.ts"]);
});
