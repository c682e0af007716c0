// A revoked certificate is refused at the next handshake, and on live connections with the next request; and so is one whose authority
// is not believed any more.
import { execFileSync } from "node:child_process";
import { X509Certificate, createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type http2 from "node:http2";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { createEvidenceReader } from "../../src/net/evidence.js";
import { readPeerTrust, whyDistrusted } from "../../src/net/peer-trust.js";
import { readRevocationLists, whyRevoked } from "../../src/net/revocation-lists.js";
import { createServer, type MatriculaServer } from "../../src/net/server.js";
import { checkTlsFiles, type TlsFiles } from "../../src/net/tls.js";
import * as x509 from "../../src/net/x509.js";
import { DAY_MS, authority, client, connectTls, exchangeRaw, get2, pemOf, revocationList, serverFiles, session2, validFor, withFolder, type ClientOptions } from "./fixture.js";

const ACCEPTED = { kind: "accepted" };
const REVOKED = { kind: "unacceptable", reason: "the certificate is revoked" };
const UNLISTED = { kind: "unacceptable", reason: "there is no revocation list of the certificate's issuer" };
const DISTRUSTED = { kind: "unacceptable", reason: "the certificate's authority is not believed any more" };

let ca: KeyAndCertificate;
let otherCa: KeyAndCertificate;
let files: TlsFiles;
let good: KeyAndCertificate;
let bad: KeyAndCertificate;
let nothingRevoked: string;
let badRevoked: string;
let server: MatriculaServer;

beforeAll(async () => {
  ca = await authority();
  otherCa = await authority("another CA");
  files = await serverFiles(ca);
  good = await client(ca, { uris: ["spiffe://test/good"] });
  bad = await client(ca, { uris: ["spiffe://test/bad"] });
  nothingRevoked = await revocationList(ca);
  badRevoked = await revocationList(ca, [bad]);
});
afterEach(() => server?.drain(0));

/** A server that answers with what it takes the caller for. */
async function start(tls: TlsFiles): Promise<ClientOptions> {
  server = createServer({ tls, handler: (request, response) => void response.end(JSON.stringify(createEvidenceReader()(request, Date.now()).certificate)) });
  return { port: await server.listen({ hosts: ["127.0.0.1"], port: 0 }), ca: ca.certificate };
}

const verdict = async (session: http2.ClientHttp2Session): Promise<unknown> => JSON.parse((await get2(session)).body);

async function verdictOfNew(target: ClientOptions, identity: KeyAndCertificate): Promise<unknown> {
  const session = await session2({ ...target, identity });
  const found = await verdict(session);
  session.close();
  return found;
}

describe("new connections", () => {
  test("a revoked certificate is not accepted, and another of the same authority is", async () => {
    const target = await start({ ...files, crl: badRevoked });
    expect(await verdictOfNew(target, bad)).toMatchObject({ kind: "unacceptable", reason: expect.stringContaining("CERT_REVOKED") });
    expect(await verdictOfNew(target, good)).toMatchObject(ACCEPTED);
  });

  test("a reload takes a new list into use", async () => {
    const target = await start({ ...files, crl: nothingRevoked });
    expect(await verdictOfNew(target, bad)).toMatchObject(ACCEPTED);
    server.reload({ ...files, crl: badRevoked });
    expect(await verdictOfNew(target, bad)).toMatchObject({ kind: "unacceptable", reason: expect.stringContaining("CERT_REVOKED") });
    expect(await verdictOfNew(target, good)).toMatchObject(ACCEPTED);
    server.reload({ ...files, crl: nothingRevoked });
    expect(await verdictOfNew(target, bad)).toMatchObject(ACCEPTED);
  });

  test("every list of the file counts, not only the first", async () => {
    const both = { ...files, clientCa: ca.certificate + otherCa.certificate };
    const otherBad = await client(otherCa);
    for (const crl of [`${badRevoked}${await revocationList(otherCa, [otherBad])}`, `${await revocationList(otherCa, [otherBad])}\n${badRevoked}`]) {
      const target = await start({ ...both, crl });
      expect(await verdictOfNew(target, bad)).toMatchObject({ reason: expect.stringContaining("CERT_REVOKED") });
      expect(await verdictOfNew(target, otherBad)).toMatchObject({ reason: expect.stringContaining("CERT_REVOKED") });
      expect(await verdictOfNew(target, good)).toMatchObject(ACCEPTED);
      await server.drain(0);
    }
  });

  test("without a list of its authority, or with one that is out of date, no certificate is accepted", async () => {
    const outdated = await revocationList(ca, [], { thisUpdate: new Date(Date.now() - 2 * DAY_MS), nextUpdate: new Date(Date.now() - DAY_MS) });
    for (const [crl, reason] of [[await revocationList(otherCa), "UNABLE_TO_GET_CRL"], [outdated, "CRL_HAS_EXPIRED"]] as const) {
      const target = await start({ ...files, crl });
      expect(await verdictOfNew(target, good)).toMatchObject({ kind: "unacceptable", reason: expect.stringContaining(reason) });
      await server.drain(0);
    }
  });
});

test.each([
  ["nothing", () => ""],
  ["half a list", () => badRevoked.slice(0, -60)],
  ["a certificate", () => ca.certificate],
  ["a list cut short inside", () => pemOf("X509 CRL", Buffer.from(badRevoked.replace(/-----[^-]+-----/g, ""), "base64").subarray(0, 40))],
])("a revocation list that holds %s does not start, nor take the place of a good one", async (_name, crl) => {
  expect(() => checkTlsFiles({ ...files, crl: crl() }, { certificate: "c", key: "k", clientCa: "a", crl: "clients.crl" })).toThrow("clients.crl holds no readable revocation list");
  const target = await start({ ...files, crl: badRevoked });
  expect(() => server.reload({ ...files, crl: crl() })).toThrow("revocation list");
  expect(await verdictOfNew(target, bad)).toMatchObject({ kind: "unacceptable" });
});

describe("live connections", () => {
  test("of a revoked certificate are refused with the next request, and taken back when it stands again; others live on", async () => {
    const target = await start({ ...files, crl: nothingRevoked });
    const [badSession, goodSession] = [await session2({ ...target, identity: bad }), await session2({ ...target, identity: good })];
    expect(await verdict(badSession)).toMatchObject(ACCEPTED);
    expect(await verdict(goodSession)).toMatchObject(ACCEPTED);
    server.reload({ ...files, crl: badRevoked });
    expect(await verdict(badSession)).toEqual(REVOKED);
    expect(await verdict(badSession)).toEqual(REVOKED);
    expect(await verdict(goodSession)).toMatchObject(ACCEPTED);
    server.reload({ ...files, crl: nothingRevoked });
    expect(await verdict(badSession)).toMatchObject(ACCEPTED);
    badSession.close();
    goodSession.close();
  });

  test("that have not asked anything before the reload are looked at too", async () => {
    const target = await start({ ...files, crl: nothingRevoked });
    const session = await session2({ ...target, identity: bad });
    server.reload({ ...files, crl: badRevoked });
    expect(await verdict(session)).toEqual(REVOKED);
    session.close();
  });

  test("over HTTP/1.1 as well", async () => {
    const target = await start({ ...files, crl: nothingRevoked });
    const socket = await connectTls({ ...target, identity: bad }, { ALPNProtocols: ["http/1.1"] });
    const ask = async (): Promise<string> => {
      socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const [answer] = (await Promise.race([once(socket, "data"), once(socket, "close")])) as [Buffer];
      return answer.toString();
    };
    expect(await ask()).toContain('"kind":"accepted"');
    server.reload({ ...files, crl: badRevoked });
    expect(await ask()).toContain(REVOKED.reason);
    socket.destroy();
    expect(await exchangeRaw({ ...target, identity: good }, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).toContain('"kind":"accepted"');
  });

  test("of an authority that is believed no more are refused with the next request", async () => {
    const both = { ...files, clientCa: ca.certificate + otherCa.certificate };
    const target = await start(both);
    const [session, other] = [await session2({ ...target, identity: good }), await session2({ ...target, identity: await client(otherCa) })];
    expect(await verdict(other)).toMatchObject(ACCEPTED);
    server.reload(files);
    expect(await verdict(other)).toEqual(DISTRUSTED);
    expect(await verdict(session)).toMatchObject(ACCEPTED);
    server.reload(both);
    expect(await verdict(other)).toMatchObject(ACCEPTED);
    session.close();
    other.close();
  });

  test("are refused when lists are asked for and their authority has none", async () => {
    const both = { ...files, clientCa: ca.certificate + otherCa.certificate };
    const target = await start(both);
    const other = await session2({ ...target, identity: await client(otherCa) });
    server.reload({ ...both, crl: nothingRevoked });
    expect(await verdict(other)).toEqual(UNLISTED);
    other.close();
  });
});

describe("a chain with an authority between", () => {
  let between: KeyAndCertificate;
  let leaf: KeyAndCertificate;
  let root: KeyAndCertificate;

  beforeAll(async () => {
    root = await chainAuthority("CN=root");
    between = await chainAuthority("CN=between", root);
    leaf = await client(between);
  });

  const trust = (clientCa: string, crl?: string) => readPeerTrust({ clientCa, ...(crl === undefined ? {} : { crl }) });
  const certificate = (pem: KeyAndCertificate) => new X509Certificate(pem.certificate);
  const why = (of: ReturnType<typeof trust>, ...sent: X509Certificate[]) => whyDistrusted(of, certificate(leaf), sent);

  test("is believed by its root, whoever brings the link: the client, or the file", () => {
    expect(why(trust(root.certificate), certificate(between))).toBeUndefined();
    expect(why(trust(root.certificate), certificate(between), certificate(root))).toBeUndefined();
    expect(why(trust(root.certificate + between.certificate))).toBeUndefined();
    expect(why(trust(root.certificate))).toBe(DISTRUSTED.reason);
  });

  test("is not believed without its root, as OpenSSL would not", () => {
    expect(why(trust(between.certificate), certificate(between))).toBe(DISTRUSTED.reason);
    expect(why(trust(between.certificate), certificate(between), certificate(root))).toBe(DISTRUSTED.reason);
    expect(why(trust(ca.certificate), certificate(between), certificate(root))).toBe(DISTRUSTED.reason);
  });

  test("a link of the same name and another key, or that is no authority, leads nowhere", async () => {
    const namesake = await chainAuthority("CN=between", root);
    expect(why(trust(root.certificate), certificate(namesake))).toBe(DISTRUSTED.reason);
    const plain = await chainAuthority("CN=between", root, between.key, []);
    expect(why(trust(root.certificate), certificate(plain))).toBe(DISTRUSTED.reason);
  });

  test("is believed by the same root with a new certificate, and by another root that vouches for the link", async () => {
    const renewed = await chainAuthority("CN=root", undefined, root.key);
    expect(why(trust(renewed.certificate), certificate(between))).toBeUndefined();
    const crossed = await chainAuthority("CN=between", ca, between.key);
    expect(why(trust(ca.certificate), certificate(between), certificate(crossed))).toBeUndefined();
    expect(why(trust(ca.certificate), certificate(crossed), certificate(between))).toBeUndefined();
  });

  test("is refused when the link is revoked, or its issuer has no list", async () => {
    const lists = async (...revokedByRoot: KeyAndCertificate[]) => `${await revocationList(root, revokedByRoot)}${await revocationList(between)}`;
    expect(why(trust(root.certificate, await lists()), certificate(between))).toBeUndefined();
    expect(why(trust(root.certificate, await lists(between)), certificate(between))).toBe(DISTRUSTED.reason);
    expect(why(trust(root.certificate, await revocationList(between)), certificate(between))).toBe(DISTRUSTED.reason);
    expect(why(trust(root.certificate, await revocationList(root)), certificate(between))).toBe(UNLISTED.reason);
  });

  test("of links that point at each other ends", async () => {
    const [a, b] = [await chainAuthority("CN=a"), await chainAuthority("CN=b")];
    const [aByB, bByA] = [await chainAuthority("CN=a", b, a.key), await chainAuthority("CN=b", a, b.key)];
    const of = await client(a);
    expect(whyDistrusted(trust(root.certificate), certificate(of), [certificate(aByB), certificate(bByA)])).toBe(DISTRUSTED.reason);
  });

  test("on a live connection is what the client sent with its handshake", async () => {
    const target = await start({ ...files, clientCa: root.certificate + ca.certificate });
    const identity = { certificate: leaf.certificate + between.certificate, key: leaf.key };
    const session = await session2({ ...target, identity });
    expect(await verdict(session)).toMatchObject(ACCEPTED);
    server.reload({ ...files, clientCa: root.certificate });
    expect(await verdict(session)).toMatchObject(ACCEPTED);
    server.reload(files);
    expect(await verdict(session)).toEqual(DISTRUSTED);
    session.close();
  });
});

const ofAuthority: x509.Extension[] = [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

/** An authority under another, or under itself. */
async function chainAuthority(subject: string, issuer?: KeyAndCertificate, key?: string, extensions = ofAuthority): Promise<KeyAndCertificate> {
  const made = key === undefined ? await authority("key") : { key };
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const privateKey = (pem: string) => webcrypto.subtle.importKey("jwk", createPrivateKey(pem).export({ format: "jwk" }) as webcrypto.JsonWebKey, algorithm, true, ["sign"]);
  const publicKey = await webcrypto.subtle.importKey("jwk", createPublicKey(made.key).export({ format: "jwk" }) as webcrypto.JsonWebKey, algorithm, true, ["verify"]);
  const { notBefore, notAfter } = validFor(50);
  const generated = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString("hex").replace(/^./, "4"),
    subject,
    issuer: issuer === undefined ? subject : new x509.X509Certificate(issuer.certificate).subjectName,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: await privateKey((issuer ?? made).key),
    extensions,
  });
  return { certificate: pemOf("CERTIFICATE", new Uint8Array(generated.rawData)), key: made.key };
}

describe("reading a list", () => {
  test("finds what is in it, and nothing else", async () => {
    const serial = fc.oneof(fc.bigInt({ min: 1n, max: 300n }), fc.bigInt({ min: 1n, max: 2n ** 159n - 1n })).map((value) => value.toString(16).padStart(2, "0"));
    const someList = fc.record({ serials: fc.uniqueArray(serial, { maxLength: 5 }), reasons: fc.boolean(), next: fc.boolean(), year: fc.integer({ min: 1990, max: 2090 }) });
    const signingKey = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    await fc.assert(
      fc.asyncProperty(someList, async ({ serials, reasons, next, year }) => {
        const made = await x509.X509CrlGenerator.create({
          issuer: new x509.X509Certificate(ca.certificate).subjectName,
          thisUpdate: new Date(Date.UTC(year, 1, 1)),
          ...(next ? { nextUpdate: new Date(Date.UTC(year + 1, 1, 1)) } : {}),
          entries: serials.map((serialNumber) => ({ serialNumber, revocationDate: new Date(Date.UTC(year, 1, 1)), ...(reasons ? { reason: x509.X509CrlReason.superseded } : {}) })),
          signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
          signingKey: signingKey.privateKey,
        });
        const read = [...readRevocationLists(pemOf("X509 CRL", new Uint8Array(made.rawData))).values()];
        const numbers = (texts: readonly string[]) => texts.map((text) => BigInt(`0x${text}`)).sort((a, b) => (a < b ? -1 : 1));
        expect(read.map(({ serials: found }) => numbers([...found].map((text) => Buffer.from(text, "latin1").toString("hex"))))).toEqual([numbers(serials)]);
        expect(read[0]?.nextUpdateMs).toBe(next ? Date.UTC(year + 1, 1, 1) : Infinity);
      }),
      { numRuns: 60 },
    );
  });

  test("of two by one issuer the newer counts, whatever the order", async () => {
    const published = (year: number, day: number, revoked: KeyAndCertificate) => revocationList(ca, [revoked], { thisUpdate: new Date(Date.UTC(year, 0, day)) });
    // From 2050 on, the year is written with four digits.
    for (const [before, after] of [[2024, 2024], [1999, 2024], [2024, 2051], [1999, 2051]] as const) {
      const older = await published(before, 3, bad);
      const newer = await published(after, 4, good);
      for (const text of [older + newer, newer + older]) {
        const lists = readRevocationLists(text);
        expect([good, bad].map((each) => whyRevoked(lists, new X509Certificate(each.certificate))), `${before} and ${after}`).toEqual([REVOKED.reason, undefined]);
      }
    }
  });

  test("a list that the openssl command made", () =>
    withFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      await writeFile(at("ca.pem"), ca.certificate);
      await writeFile(at("ca.key"), ca.key);
      await writeFile(at("bad.pem"), bad.certificate);
      await writeFile(at("index"), "");
      await writeFile(at("number"), "01\n");
      await writeFile(at("config"), `[ca]\ndefault_ca=d\n[d]\ndatabase=${at("index")}\ncrlnumber=${at("number")}\ndefault_md=sha256\ndefault_crl_days=3\n`);
      const openssl = (...args: string[]) => execFileSync("openssl", ["ca", "-config", at("config"), "-cert", at("ca.pem"), "-keyfile", at("ca.key"), ...args], { stdio: "pipe" });
      openssl("-revoke", at("bad.pem"));
      const lists = readRevocationLists(openssl("-gencrl").toString());
      expect([good, bad].map((each) => whyRevoked(lists, new X509Certificate(each.certificate)))).toEqual([undefined, REVOKED.reason]);
    }));

  test("of a hundred thousand", async () => {
    const entry = (number: number) => Buffer.concat([Buffer.from("3016020500", "hex"), Buffer.from([number >> 24, number >> 16, number >> 8, number]), Buffer.from("170d3234303130313030303030305a", "hex")]);
    const sequence = (...parts: Buffer[]) => {
      const content = Buffer.concat(parts);
      const length = content.length.toString(16).padStart(6, "0");
      return Buffer.concat([Buffer.from(content.length < 0x80 ? `30${length.slice(4)}` : `3083${length}`, "hex"), content]);
    };
    const time = Buffer.from("170d3234303130313030303030305a", "hex");
    const entries = Array.from({ length: 100_000 }, (_, number) => entry(number + 0x8000_0000));
    const list = pemOf("X509 CRL", sequence(sequence(Buffer.from([2, 1, 1]), sequence(), sequence(), time, time, sequence(...entries)), sequence(), Buffer.from([3, 1, 0])));
    const [read] = [...readRevocationLists(list).values()];
    expect(read?.serials.size).toBe(100_000);
  });
});
