import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { CertificateOrder, KeyAndCertificate } from "../../src/net/certificate.js";
import { readPeerCertificate, type PeerCertificate } from "../../src/net/peer-certificate.js";
import { readPeerNames } from "../../src/net/peer-names.js";
import { tlsSocketOf } from "../../src/net/request.js";
import { createServer } from "../../src/net/server.js";
import { subjectText } from "../../src/net/subject-text.js";
import { derOf, issueOdd, nameOf, type Attribute } from "./odd-certificates.js";
import { DAY_MS, authority, client, get2, serverFiles, session2 } from "./fixture.js";

let ca: KeyAndCertificate;
beforeAll(async () => {
  ca = await authority();
});

async function namesOf(order: Partial<CertificateOrder>): Promise<ReturnType<typeof readPeerNames>> {
  return readPeerNames(new X509Certificate((await client(ca, { uris: [], ...order })).certificate).raw);
}

describe("names of a certificate", () => {
  test.each<[string, Partial<CertificateOrder>, object]>([
    ["a SPIFFE ID", { uris: ["spiffe://example.org/ns/a/sa/b_1.x"] }, { uris: ["spiffe://example.org/ns/a/sa/b_1.x"], dnsNames: [] }],
    ["another URI", { uris: ["https://example.org/service"] }, { uris: ["https://example.org/service"] }],
    ["DNS names, in lower case", { dns: ["A.Example", "b.example"] }, { uris: [], dnsNames: ["a.example", "b.example"] }],
    ["both", { uris: ["spiffe://example.org/a"], dns: ["a.example"] }, { uris: ["spiffe://example.org/a"], dnsNames: ["a.example"] }],
    ["a URI with a comma is one URI", { uris: ["https://a.example/,URI:spiffe://x/admin"] }, { uris: ["https://a.example/,URI:spiffe://x/admin"] }],
  ])("%s", async (_name, order, expected) => {
    expect(await namesOf(order)).toMatchObject({ kind: "names", subject: "CN=client", ...expected });
  });

  test.each<[string, Partial<CertificateOrder>]>([
    ["a common name", { subject: "CN=admin.example" }],
    ["an address", { subject: "CN=admin.example", dns: ["127.0.0.1"] }],
  ])("%s is none of them: who it is, the service's rows may say", async (_name, order) => {
    expect(await namesOf(order)).toEqual({ kind: "names", uris: [], dnsNames: [], subject: "CN=admin.example" });
  });

  test.each<[string, readonly (readonly Attribute[])[], string]>([
    ["the last part first", [[["C", "DE"]], [["O", "Acme"]], [["CN", "billing"]]], "CN=billing,O=Acme,C=DE"],
    ["several pairs in one part", [[["O", "Acme"]], [["CN", "billing"], ["UID", "7"]]], "CN=billing+UID=7,O=Acme"],
    ["what looks like a part", [[["O", "Evil"]], [["CN", "billing,O=Acme"]]], "CN=billing\\,O=Acme,O=Evil"],
    ["what looks like a pair", [[["CN", "a+UID=7"]]], "CN=a\\+UID=7"],
    ["what looks escaped", [[["CN", "a\\"]], [["CN", "b\\,O=Acme"]]], "CN=b\\\\\\,O=Acme,CN=a\\\\"],
    ["every other special character", [[["CN", ' "\\<>; ']]], 'CN=\\ \\"\\\\\\<\\>\\;\\ '],
    ["a number sign first", [[["CN", "#0500"]]], "CN=\\#0500"],
    ["control characters", [[["CN", "a\n\0b"]]], "CN=a\\0a\\00b"],
    ["other letters", [[["CN", "Lučić"]]], "CN=Lučić"],
    ["an empty value", [[["CN", ""]]], "CN="],
    ["no parts", [], ""],
    ["a long value", [[["CN", "x".repeat(200)]]], `CN=${"x".repeat(200)}`],
    ["PrintableString and IA5String", [[["CN", "a", 0x13]], [["CN", "b", 0x16]]], "CN=b,CN=a"],
    ["BMPString", [[["CN", Buffer.from("0161002c", "hex"), 0x1e]]], "CN=š\\,"],
    ["a type without a name, in hexadecimal", [[["organizationIdentifier", "PSDDE-1"]]], "2.5.4.97=#0c0750534444452d31"],
    ["TeletexString, which means nobody knows what", [[["CN", "a", 0x14]]], "CN=#140161"],
    ["an octet string", [[["CN", "a", 0x04]]], "CN=#040161"],
  ])("a subject is RFC 4514 text from its DER: %s", async (_what, parts, expected) => {
    expect(subjectText(derOf(await issueOdd({ subject: nameOf(...parts) })))).toBe(expected);
  });

  test("a subject is RFC 4514 text from its DER: UTF-8 that is none, in hexadecimal", async () => {
    const der = derOf(await issueOdd({ subject: nameOf([["CN", "zzz"]]) }));
    expect(subjectText(Buffer.from(der.toString("hex").replaceAll(Buffer.from("zzz").toString("hex"), "61c328"), "hex"))).toBe("CN=#0c0361c328");
  });

  test.each<[string, Partial<CertificateOrder>]>([
    ["a URI without a scheme, which reads like a DNS name", { uris: ["billing.example"] }],
    ["a URI without a scheme, which reads like a subject", { uris: ["CN=billing,O=Acme"] }],
    ["a URI that reads like the name of a fingerprint", { uris: [`sha256:${"ab".repeat(32)}`] }],
    ["the same in capitals", { uris: [`SHA256:${"ab".repeat(32)}`] }],
    ["two URIs", { uris: ["spiffe://a/b", "spiffe://a/c"] }],
    ["the same URI twice", { uris: ["spiffe://a/b", "spiffe://a/b"] }],
    ["a NUL in a URI", { uris: ["spiffe://a/admin\0.evil"] }],
    ["a line break in a URI", { uris: ["https://a/\nb"] }],
    ["a space in a URI", { uris: ["https://a/ b"] }],
    ["an empty URI", { uris: [""] }],
    ["a URI of 2,049 characters", { uris: [`https://a/${"x".repeat(2039)}`] }],
    ["a SPIFFE ID with capitals in its trust domain", { uris: ["spiffe://Example.org/a"] }],
    ["a SPIFFE ID with a capital scheme", { uris: ["SPIFFE://example.org/a"] }],
    ["a SPIFFE ID with a port", { uris: ["spiffe://example.org:1/a"] }],
    ["a SPIFFE ID with a user", { uris: ["spiffe://u@example.org/a"] }],
    ["a SPIFFE ID with a query", { uris: ["spiffe://example.org/a?b"] }],
    ["a SPIFFE ID with a percent sign", { uris: ["spiffe://example.org/%61"] }],
    ["a SPIFFE ID with ..", { uris: ["spiffe://example.org/a/../b"] }],
    ["a SPIFFE ID with an empty segment", { uris: ["spiffe://example.org/a//b"] }],
    ["a SPIFFE ID with a slash at its end", { uris: ["spiffe://example.org/a/"] }],
    ["a wildcard", { dns: ["*.example"] }],
    ["a NUL in a DNS name", { dns: ["a.example\0.evil"] }],
    ["a comma in a DNS name", { dns: ["a.example, URI:spiffe://a/admin"] }],
    ["a good DNS name and a bad one", { dns: ["a.example", "b example"] }],
  ])("%s: refused", async (_name, order) => {
    expect(await namesOf(order)).toMatchObject({ kind: "refused", reason: expect.any(String) });
  });

  test("what is no certificate: refused", () => {
    expect(readPeerNames(Buffer.from("nonsense"))).toMatchObject({ kind: "refused" });
  });
});

test("the dates are looked at on every request of a connection, the rest once", async () => {
  let nowMs = Date.now();
  const seen: PeerCertificate[] = [];
  const server = createServer({
    tls: await serverFiles(ca),
    handler: (request, response) => {
      const socket = tlsSocketOf(request);
      if (socket !== undefined) seen.push(readPeerCertificate(socket, nowMs));
      response.end();
    },
  });
  const identity = await client(ca);
  const session = await session2({ port: await server.listen({ hosts: ["127.0.0.1"], port: 0 }), ca: ca.certificate, identity });
  for (const days of [0, 11, -2, 0]) {
    nowMs = Date.now() + days * DAY_MS;
    await get2(session);
  }
  const { fingerprint256, validTo } = new X509Certificate(identity.certificate);
  expect(seen.map(({ kind }) => kind)).toEqual(["accepted", "unacceptable", "unacceptable", "accepted"]);
  expect(seen[0]).toEqual({
    kind: "accepted",
    uris: ["spiffe://test/client"],
    dnsNames: [],
    subject: "CN=client",
    fingerprint: fingerprint256.replaceAll(":", "").toLowerCase(),
    notAfterMs: Date.parse(validTo),
  });
  expect(seen[3]).toBe(seen[0]);
  session.close();
  await server.drain(1000);
});
