// Certificates that come in a header: their formats, their verification, and who may send them.

import { X509Certificate, createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { createEvidenceReader, type RequestEvidence } from "../../src/net/evidence.js";
import { ForwardedCertificates } from "../../src/net/forwarded-certificate.js";
import { readForwardingHeader, type ForwardingHeader } from "../../src/net/forwarding-header.js";
import { createServer, type MatriculaServer } from "../../src/net/server.js";
import * as x509 from "../../src/net/x509.js";
import { DAY_MS, authority, client, exchangeRaw, get1, get2, revocationList, serverFiles, session2 } from "./fixture.js";
import { authorityOf, derOf, issueOdd, uri, type OddOrder } from "./odd-certificates.js";

let ca: KeyAndCertificate;
let made: KeyAndCertificate;
let der: Buffer;
beforeAll(async () => {
  ca = await authority();
  made = await client(ca);
  der = derOf(made);
});

const percent = (text: string) => [...text].map((char) => (/[A-Za-z0-9._~-]/.test(char) ? char : `%${char.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`)).join("");
const pemOf = (bytes: Buffer) => `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
/** What each proxy writes. */
const write = {
  "client-cert": (bytes: Buffer) => `:${bytes.toString("base64")}:`,
  "x-ssl-client-cert": (bytes: Buffer) => percent(pemOf(bytes)),
  "x-forwarded-client-cert": (bytes: Buffer) => `By=spiffe://acme.org/frontend;Hash=${hashOf(bytes)};Cert="${percent(pemOf(bytes))}";Subject="CN=a, b;\\"c\\"";URI=spiffe://test/client;DNS=a.example;DNS=b.example`,
} satisfies Record<ForwardingHeader, (bytes: Buffer) => string>;
const headers = Object.keys(write) as ForwardingHeader[];

describe("formats", () => {
  test.each(headers)("%s: what the proxy writes is read", (header) => expect(readForwardingHeader(header, write[header](der))).toEqual(der));

  test("RFC 9440, appendix A: the example's certificate", () => {
    const read = readForwardingHeader("client-cert", rfc9440)!;
    expect(new X509Certificate(read).subject).toBe("CN=BC");
    expect(new X509Certificate(read).issuer).toContain("O=Let's Authenticate");
  });

  test.each<[string, (sent: string) => string]>([
    ["without colons", (sent) => sent.slice(1, -1)],
    ["without the last colon", (sent) => sent.slice(0, -1)],
    ["without padding", (sent) => sent.replace(/=*:$/, "").replace(/.$/, "") + ":"],
    ["with a parameter", (sent) => `${sent};a=1`],
    ["twice", (sent) => `${sent}, ${sent}`],
    ["with a space within", (sent) => `${sent.slice(0, 9)} ${sent.slice(9)}`],
    ["in base64url", (sent) => `:${"-_".repeat(2)}${sent.slice(5)}`],
    ["with a bit that says nothing", () => ":AB==:"],
    ["empty", () => "::"],
    ["nothing", () => ""],
    ["a token", () => "?0"],
  ])("Client-Cert %s is refused", (_what, change) => expect(readForwardingHeader("client-cert", change(write["client-cert"](der)))).toBeUndefined());

  test.each<[string, (pem: string) => string]>([
    ["not encoded", (pem) => pem],
    ["with a plus sign, which may be a space", (pem) => percent(pem).replaceAll("%20", "+")],
    ["with half an octet", (pem) => percent(pem).replace("%0A", "%0")],
    ["with an octet that is none", (pem) => percent(pem).replace("%0A", "%0G")],
    ["encoded twice", (pem) => percent(percent(pem))],
    ["two certificates", (pem) => percent(pem + pem)],
    ["with words before it", (pem) => percent(`subject=CN=admin\n${pem}`)],
    ["with words after it", (pem) => percent(`${pem}more`)],
    ["of another kind", (pem) => percent(pem.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE"))],
    ["with a line that is too long", (pem) => percent(pem.replace(/([^-])\n([^-])/, "$1$2"))],
    ["with a header of its own", (pem) => percent(pem.replace("\n", "\nProc-Type: 4\n\n"))],
    ["without an end", (pem) => percent(pem.replace(/-----END.*\n/, ""))],
    ["empty", () => ""],
  ])("X-SSL-Client-Cert %s is refused", (_what, change) => expect(readForwardingHeader("x-ssl-client-cert", change(pemOf(der)))).toBeUndefined());

  const element = () => write["x-forwarded-client-cert"](der);
  test.each<[string, () => string]>([
    ["Envoy's documented one, with Hash, Cert, Subject, URI and DNS in any order", () => `Cert="${percent(pemOf(der))}";Subject="/C=US/ST=CA/L=San Francisco/OU=Lyft/CN=Test Client";URI=http://testclient.lyft.com;DNS=lyft.com;DNS=www.lyft.com;By=http://frontend.lyft.com;Hash=${hashOf(der)}`],
    ["with several By and URI, as newer Envoys write", () => `By=spiffe://a/b;By=spiffe://a/c;Hash=${hashOf(der)};Cert="${percent(pemOf(der))}";URI=;URI=spiffe://a/d`],
    ["with its keys in other letters", () => `CERT="${percent(pemOf(der))}";hash=${hashOf(der).toUpperCase()}`],
    ["with a certificate that is not in quotes", () => `Cert=${percent(pemOf(der))}`],
    ["with a chain, which is not looked at", () => `Cert="${percent(pemOf(der))}";Chain="anything"`],
    ["with what ends elements and values within quotes", () => `Subject="a,b;Cert=\\"x\\",\\\\";Cert="${percent(pemOf(der))}"`],
  ])("X-Forwarded-Client-Cert %s is read", (_what, value) => expect(readForwardingHeader("x-forwarded-client-cert", value())).toEqual(der));

  test.each<[string, () => string]>([
    ["of two elements", () => `${element()},${element()}`],
    ["of a forged element before the proxy's", () => `By=x;Subject="CN=admin",${element()}`],
    ["with an element after it that is empty", () => `${element()},`],
    ["without a certificate", () => `By=http://frontend.lyft.com;Hash=468ed33be74eee6556d90c0149c1309e9ba61d6425303443c0748a02dd8de688;Subject="/C=US/ST=CA/L=San Francisco/OU=Lyft/CN=Test Client";URI=http://testclient.lyft.com`],
    ["with two certificates", () => `${element()};Cert="${percent(pemOf(der))}"`],
    ["with the hash of another certificate", () => element().replace(/Hash=../, "Hash=zz")],
    ["with two hashes", () => `${element()};Hash=${hashOf(der)}`],
    ["with quotes that do not end", () => element().replace(/";URI.*/, "")],
    ["with words after the quotes", () => element().replace('";Subject', '"x;Subject')],
    ["with a key and no value", () => `${element()};DNS`],
    ["with a value and no key", () => `${element()};=a`],
    ["that goes on", () => `${element()};`],
    ["empty", () => ""],
  ])("X-Forwarded-Client-Cert %s is refused", (_what, value) => expect(readForwardingHeader("x-forwarded-client-cert", value())).toBeUndefined());
});

describe("verification", () => {
  const read = (identity: KeyAndCertificate, { roots = [ca], nowMs = Date.now() }: { roots?: readonly KeyAndCertificate[]; nowMs?: number } = {}) =>
    new ForwardedCertificates({ clientCa: roots.map(({ certificate }) => certificate).join("\n") }).read("client-cert", write["client-cert"](derOf(identity)), nowMs);

  test("one of the authority is who its names say, as on a connection of its own", async () => {
    expect(read(made)).toEqual({
      kind: "accepted", uris: ["spiffe://test/client"], dnsNames: [], subject: "CN=client",
      fingerprint: new X509Certificate(made.certificate).fingerprint256.replaceAll(":", "").toLowerCase(),
      notAfterMs: Date.parse(new X509Certificate(made.certificate).validTo),
    });
    expect(read(made, { roots: [await authority("another CA"), ca] }).kind).toBe("accepted");
  });

  test("an intermediate is believed where the file of authorities has it, and its root", async () => {
    const intermediate = await issueOdd({ by: await issueOdd({ subject: "CN=root", extensions: authorityOf() }), subject: "CN=between", extensions: authorityOf(0) });
    const root = await issueOdd({ subject: "CN=root", extensions: authorityOf() });
    const between = await issueOdd({ by: root, subject: "CN=between", extensions: authorityOf(0) });
    const leaf = await issueOdd({ by: between, extensions: [uri("spiffe://a/b")] });
    expect(read(leaf, { roots: [between, root] }).kind).toBe("accepted");
    expect(read(leaf, { roots: [root] }).kind).toBe("unacceptable");
    expect(read(leaf, { roots: [between] }).kind).toBe("unacceptable");
    // The same names with another key.
    expect(read(leaf, { roots: [intermediate, root] }).kind).toBe("unacceptable");
    const below = await issueOdd({ by: await issueOdd({ by: between, subject: "CN=too deep", extensions: authorityOf() }), extensions: [uri("spiffe://a/b")] });
    expect(read(below, { roots: [between, root] }).kind).toBe("unacceptable");
  });

  test("an authority that another one stands below must be allowed to have one", async () => {
    const root = await issueOdd({ subject: "CN=root", extensions: authorityOf(0) });
    const between = await issueOdd({ by: root, subject: "CN=between", extensions: authorityOf() });
    expect(read(await issueOdd({ by: between, extensions: [uri("spiffe://a/b")] }), { roots: [root, between] }).kind).toBe("unacceptable");
    expect(read(await issueOdd({ by: root, extensions: [uri("spiffe://a/b")] }), { roots: [root, between] }).kind).toBe("accepted");
  });

  const good = [uri("spiffe://a/b")];
  const hostile: readonly [string, RegExp, OddOrder, OddOrder?][] = [
    ["of an authority that is not believed", /no authority/, { by: undefined as never, extensions: good }],
    ["that has expired", /not valid at this time/, { extensions: good, days: -1, fromDays: -3 }],
    ["that is not valid yet", /not valid at this time/, { extensions: good, days: 9, fromDays: 3 }],
    ["of an authority that has expired", /no authority/, { extensions: good }, { days: -1, fromDays: -3 }],
    ["that is an authority's", /is an authority's/, { extensions: [...good, ...authorityOf()] }],
    ["of an authority that is none", /no authority/, { extensions: good }, { extensions: [] }],
    ["of an authority that may not sign certificates", /no authority/, { extensions: good }, { extensions: [new x509.BasicConstraintsExtension(true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature)] }],
    ["of an authority that is for servers", /no authority/, { extensions: good }, { extensions: [...authorityOf(), new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])] }],
    ["of an authority with name constraints, which are not weighed here", /no authority/, { extensions: good }, { extensions: [...authorityOf(), new x509.Extension("2.5.29.30", false, Buffer.from("3000", "hex"))] }],
    ["for servers", /not for clients/, { extensions: [...good, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])] }],
    ["whose key is not for signatures", /not for clients/, { extensions: [...good, new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment)] }],
    ["with a critical extension that nobody knows", /extension that is not known/, { extensions: [...good, new x509.Extension("1.2.3.4", true, Buffer.from("0500", "hex"))] }],
    ["signed with SHA-1", /weak signature/, { extensions: good, hash: "SHA-1" }, { key: "RSA-2048" }],
    ["with a short key", /weak/, { extensions: good, key: "RSA-1024" }],
    ["with two URIs", /more than one URI/, { extensions: [new x509.SubjectAlternativeNameExtension([{ type: "url", value: "spiffe://a/b" }, { type: "url", value: "spiffe://a/c" }])] }],
  ];
  test.each(hostile)("one %s is refused", async (_what, reason, order, authorityOrder = {}) => {
    const by = await issueOdd({ subject: "CN=authority", extensions: authorityOf(), ...authorityOrder });
    const leaf = await issueOdd("by" in order ? { ...order, by: await issueOdd({ subject: "CN=authority", extensions: authorityOf() }) } : { by, ...order });
    expect(read(leaf, { roots: [by] })).toEqual({ kind: "unacceptable", reason: expect.stringMatching(reason) });
  });

  test("control: the certificates above are refused for what is said of them", async () => {
    for (const key of ["RSA-2048", "Ed25519", "P-256"] as const) {
      const by = await issueOdd({ subject: "CN=authority", extensions: authorityOf(), key });
      for (const extensions of [good, [...good, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]), new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true)]]) {
        expect(read(await issueOdd({ by, extensions, key }), { roots: [by] }).kind, key).toBe("accepted");
      }
    }
  });

  test("one whose signature is not its authority's is refused", () => {
    const forged = Buffer.from(der);
    forged[forged.length - 1]! ^= 1;
    expect(read({ certificate: pemOf(forged), key: "" }).kind).toBe("unacceptable");
  });

  test("what only begins with a certificate is none, and PEM within the octets neither", () => {
    for (const bytes of [Buffer.concat([der, Buffer.from([0])]), Buffer.concat([der, der]), Buffer.from(made.certificate), Buffer.from("nonsense")]) {
      expect(new ForwardedCertificates({ clientCa: ca.certificate }).read("client-cert", write["client-cert"](bytes), Date.now()).kind).toBe("unacceptable");
    }
  });

  test("one without a name of its own is handed on: the service's rows say who it is", async () => {
    expect(read(await client(ca, { uris: [] }))).toMatchObject({ kind: "accepted", uris: [], dnsNames: [], subject: "CN=client" });
  });

  test("the dates are looked at each time, the rest once", () => {
    const certificates = new ForwardedCertificates({ clientCa: ca.certificate });
    const at = (days: number) => certificates.read("client-cert", write["client-cert"](der), Date.now() + days * DAY_MS);
    const first = at(0);
    expect(at(1)).toBe(first);
    expect(at(11).kind).toBe("unacceptable");
    expect(at(-2).kind).toBe("unacceptable");
    expect(at(0)).toEqual(first);
  });

  test("a value of one header means nothing in another", () => {
    const certificates = new ForwardedCertificates({ clientCa: ca.certificate });
    expect(certificates.read("x-ssl-client-cert", write["x-ssl-client-cert"](der), Date.now()).kind).toBe("accepted");
    expect(certificates.read("x-forwarded-client-cert", write["x-ssl-client-cert"](der), Date.now()).kind).toBe("unacceptable");
  });

  test("other authorities are believed at once after a reload, and revocation is looked up anew", async () => {
    const certificates = new ForwardedCertificates({ clientCa: ca.certificate });
    const verdict = () => certificates.read("client-cert", write["client-cert"](der), Date.now());
    expect(verdict().kind).toBe("accepted");
    const other = await authority("another CA");
    certificates.reload({ clientCa: other.certificate });
    expect(verdict().kind).toBe("unacceptable");
    certificates.reload({ clientCa: ca.certificate, crl: await revocationList(ca) });
    expect(verdict().kind).toBe("accepted");
    for (const crl of [await revocationList(ca, [made]), await revocationList(other)]) {
      certificates.reload({ clientCa: ca.certificate, crl });
      expect(verdict()).toMatchObject({ kind: "unacceptable", reason: expect.stringContaining("revo") });
    }
    expect(() => certificates.reload({ clientCa: ca.certificate, crl: "no list" })).toThrow();
  });

  test("a revocation list that is out of date speaks for nobody, from the moment it is", async () => {
    const now = Date.now();
    const ends = new Date(now + 60_000);
    const certificates = new ForwardedCertificates({ clientCa: ca.certificate, crl: await revocationList(ca, [], { nextUpdate: ends }) });
    const verdict = (atMs: number) => certificates.read("client-cert", write["client-cert"](der), atMs);
    expect(verdict(now).kind).toBe("accepted");
    expect(verdict(now + 120_000)).toMatchObject({ kind: "unacceptable", reason: expect.stringContaining("out of date") });
  });

  test("an intermediate that is revoked vouches for nobody", async () => {
    const root = await issueOdd({ subject: "CN=root", extensions: authorityOf() });
    const between = await issueOdd({ by: root, subject: "CN=between", extensions: authorityOf(0) });
    const leaf = await issueOdd({ by: between, extensions: good });
    const kind = (lists: readonly string[]) =>
      new ForwardedCertificates({ clientCa: root.certificate + "\n" + between.certificate, crl: lists.join("\n") }).read("client-cert", write["client-cert"](derOf(leaf)), Date.now()).kind;
    expect(kind([await revocationList(root), await revocationList(between)])).toBe("accepted");
    expect(kind([await revocationList(root, [between]), await revocationList(between)])).toBe("unacceptable");
    expect(kind([await revocationList(root)])).toBe("unacceptable");
  });

  test("what is kept has an end", async () => {
    const certificates = new ForwardedCertificates({ clientCa: ca.certificate });
    const first = certificates.read("client-cert", write["client-cert"](der), Date.now());
    for (let i = 0; i < 1_023; i++) certificates.read("client-cert", `:${i}`, Date.now());
    expect(certificates.read("client-cert", write["client-cert"](der), Date.now())).toBe(first);
    for (let i = 0; i < 1_024; i++) certificates.read("client-cert", `:${i}`, Date.now());
    expect(certificates.read("client-cert", write["client-cert"](der), Date.now())).not.toBe(first);
  });
});

describe("who may send them", () => {
  let server: MatriculaServer;
  let seen: RequestEvidence | undefined;
  let proxy: KeyAndCertificate;

  beforeAll(async () => {
    proxy = await client(ca, { subject: "CN=proxy", uris: [], dns: ["proxy.example"] });
    const readEvidence = createEvidenceReader({
      trustedProxy: ({ dnsNames }) => (dnsNames.includes("proxy.example") ? "client-cert" : undefined),
      forwarded: new ForwardedCertificates({ clientCa: ca.certificate }),
    });
    server = createServer({
      tls: await serverFiles(ca),
      handler: (request, response) => {
        seen = readEvidence(request, Date.now());
        response.end();
      },
    });
    await server.listen({ hosts: ["127.0.0.1"], port: 0 });
    return () => server.drain(0);
  });

  /** What is seen of one request, the same over HTTP/1.1 and HTTP/2. */
  async function ask(identity: KeyAndCertificate | undefined, sent: Record<string, string>): Promise<Omit<RequestEvidence, "connection">> {
    const target = { port: server.port, ca: ca.certificate, ...(identity === undefined ? {} : { identity }) };
    await get1(target, { headers: sent });
    const { connection: _, ...first } = seen!;
    const session = await session2(target);
    await get2(session, sent);
    session.close();
    const { connection: __, ...second } = seen!;
    expect(second).toEqual(first);
    return first;
  }

  test("a trusted proxy's request is its client's", async () => {
    expect((await ask(proxy, { "client-cert": write["client-cert"](der) })).certificate).toMatchObject({ kind: "accepted", uris: ["spiffe://test/client"] });
  });

  test("without the header it is nobody's: the proxy is not its own client", async () => {
    expect((await ask(proxy, {})).certificate).toEqual({ kind: "none" });
  });

  const forgeries: readonly [string, () => Record<string, string>][] = [
    ["another header", () => ({ "x-ssl-client-cert": write["x-ssl-client-cert"](der) })],
    ["a second header", () => ({ "client-cert": write["client-cert"](der), "x-forwarded-client-cert": write["x-forwarded-client-cert"](der) })],
    ["a second header that is empty", () => ({ "client-cert": write["client-cert"](der), "x-ssl-client-cert": "" })],
    ["a header that is empty", () => ({ "client-cert": "" })],
    ["a header that cannot be read", () => ({ "client-cert": ":AAAA:" })],
    ["two values in one", () => ({ "client-cert": `${write["client-cert"](der)}, ${write["client-cert"](der)}` })],
  ];
  test.each(forgeries)("%s from a trusted proxy is unacceptable", async (_what, sent) => {
    expect((await ask(proxy, sent())).certificate.kind).toBe("unacceptable");
  });

  test("the header twice from a trusted proxy is unacceptable, also when both say the same", async () => {
    const value = write["client-cert"](der);
    await exchangeRaw({ port: server.port, ca: ca.certificate, identity: proxy }, `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nClient-Cert: ${value}\r\nClient-cert: ${value}\r\n\r\n`);
    expect(seen?.certificate.kind).toBe("unacceptable");
    const session = await session2({ port: server.port, ca: ca.certificate, identity: proxy });
    await get2(session, { "client-cert": [value, value] });
    session.close();
    expect(seen?.certificate.kind).toBe("unacceptable");
  });

  test.each(headers)("%s from anybody else is unacceptable, with a certificate of one's own and without", async (header) => {
    const sent = { [header]: write[header](der) };
    expect((await ask(undefined, sent)).certificate.kind).toBe("unacceptable");
    expect((await ask(made, sent)).certificate.kind).toBe("unacceptable");
    // One who looks like the proxy and is of another authority.
    expect((await ask(await client(await authority("another CA"), { uris: [], dns: ["proxy.example"] }), sent)).certificate.kind).toBe("unacceptable");
    expect((await ask(made, { [header]: "" })).certificate.kind).toBe("unacceptable");
  });

  test("where no proxy is trusted, so is every one of them", async () => {
    const read = createEvidenceReader();
    const before = server;
    const own = createServer({ tls: await serverFiles(ca), handler: (request, response) => { seen = read(request, Date.now()); response.end(); } });
    await own.listen({ hosts: ["127.0.0.1"], port: 0 });
    server = own;
    expect((await ask(proxy, { "client-cert": write["client-cert"](der) })).certificate.kind).toBe("unacceptable");
    expect((await ask(proxy, {})).certificate).toMatchObject({ kind: "accepted", dnsNames: ["proxy.example"] });
    server = before;
    await own.drain(0);
  });

  test("a direct client has the connection's address, whatever it says", async () => {
    expect((await ask(made, { "x-forwarded-for": "192.0.2.1" })).address).toBe("127.0.0.1");
    expect((await ask(undefined, {})).address).toBe("127.0.0.1");
  });

  test.each<[string | undefined, string | undefined]>([
    ["192.0.2.1", "192.0.2.1"],
    ["198.51.100.9, 192.0.2.1", "192.0.2.1"],
    ["198.51.100.9,2001:db8::1", "2001:db8::1"],
    ["192.0.2.1, unknown", undefined],
    ["192.0.2.1,", undefined],
    ["192.0.2.1:80", undefined],
    ["192.0.2.999", undefined],
    [undefined, undefined],
  ])("a trusted proxy's client has the last address of X-Forwarded-For: %s", async (value, address) => {
    expect((await ask(proxy, value === undefined ? {} : { "x-forwarded-for": value })).address).toBe(address);
  });

  test("of several X-Forwarded-For the last is the proxy's own", async () => {
    await exchangeRaw({ port: server.port, ca: ca.certificate, identity: proxy }, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.9\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
    expect(seen?.address).toBe("192.0.2.1");
  });
});

const rfc9440 =
  ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:";
