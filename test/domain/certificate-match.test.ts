import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCertificateRows, type CertificateIdentity, type CertificateNames } from "../../src/domain/certificate-match.js";
import { canonicalDistinguishedName } from "../../src/domain/distinguished-name.js";

const fingerprint = "ab".repeat(32);
const certificate = (names: Partial<CertificateNames>): CertificateNames => Object.freeze({ uris: [], dnsNames: [], subject: "CN=client", fingerprint, ...names });
const names = (identity: CertificateIdentity, of: Partial<CertificateNames>) => compileCertificateRows([{ ...identity, grant: true }])(certificate(of)).grants.length === 1;

describe("a SPIFFE ID", () => {
  test.each<[row: string, uri: string, isNamed: boolean]>([
    ["spiffe://acme.org/payments", "spiffe://acme.org/payments", true],
    ["spiffe://acme.org/payments", "spiffe://acme.org/Payments", false],
    ["spiffe://acme.org/payments", "spiffe://acme.org/payments/a", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments/a", true],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments/a/b/c", true],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments/", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/paymentsx", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/paymentsx/a", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/x/payments/a", false],
    ["spiffe://acme.org/payments/*", "spiffe://evil.org/acme.org/payments/a", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org.evil.org/payments/a", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments/../admin", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments//a", false],
    ["spiffe://acme.org/payments/*", "spiffe://acme.org/payments/a?b", false],
    ["spiffe://acme.org/payments/*", "under=spiffe://acme.org/payments/", false],
    ["spiffe://acme.org/*", "spiffe://acme.org/a", true],
    ["spiffe://acme.org/*", "spiffe://acme.org", false],
    ["spiffe://acme.org/*", "spiffe://acme.orgx/a", false],
    ["spiffe://acme.org/*", "https://acme.org/a", false],
  ])("%s names %s: %s", (spiffeId, uri, isNamed) => expect(names({ spiffeId }, { uris: [uri] })).toBe(isNamed));
});

describe("a DNS name", () => {
  test.each<[row: string, name: string, isNamed: boolean]>([
    ["a.example.com", "a.example.com", true],
    ["a.example.com", "A.EXAMPLE.com", true],
    ["a.example.com", "b.a.example.com", false],
    ["*.example.com", "a.example.com", true],
    ["*.example.com", "my_service.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", ".example.com", false],
    ["*.example.com", "b.a.example.com", false],
    ["*.example.com", "attackerexample.com", false],
    ["*.example.com", "a.attackerexample.com", false],
    ["*.example.com", "a.example.com.evil.org", false],
    ["*.example.com", "*.example.com", false],
    ["*.example.com", "a.example.comx", false],
  ])("%s names %s: %s", (dnsName, name, isNamed) => expect(names({ dnsName }, { dnsNames: [name] })).toBe(isNamed));

  test("is not a common name, and not a URI", () => {
    expect(names({ dnsName: "a.example.com" }, { subject: "CN=a.example.com", uris: ["https://a.example.com"] })).toBe(false);
  });
});

test("a subject is compared by its parts", () => {
  const row = { subject: canonicalDistinguishedName("CN=Billing, O=Acme, C=DE")! };
  for (const subject of ["CN=billing,O=ACME,C=de", "cn=Billing,2.5.4.10=#0c0441636d65,C=DE"]) expect(names(row, { subject }), subject).toBe(true);
  for (const subject of ["CN=Billing\\,O=Acme\\,C=DE", "C=DE,O=Acme,CN=Billing", "CN=Billing,O=Acme", "CN=Billing,O=Acme,C=DE,DC=evil", "CN=Billing+O=Acme,C=DE", ""]) {
    expect(names(row, { subject }), subject).toBe(false);
  }
});

test("a fingerprint is compared whole", () => {
  expect(names({ fingerprint }, {})).toBe(true);
  expect(names({ fingerprint: "ac".repeat(32) }, {})).toBe(false);
});

describe("who a certificate is", () => {
  const subject = canonicalDistinguishedName("CN=Client")!;
  const nameOf = (rows: readonly CertificateIdentity[], of: Partial<CertificateNames>) => compileCertificateRows(rows.map((row) => ({ ...row, grant: 0 })))(certificate(of)).name;

  test("its URI, else its first DNS name, whatever rows name it by", () => {
    expect(nameOf([{ subject }, { fingerprint }], { uris: ["spiffe://a/b"], dnsNames: ["b.example", "a.example"] })).toBe("spiffe://a/b");
    expect(nameOf([{ subject }], { dnsNames: ["b.example", "a.example"] })).toBe("b.example");
  });

  test("without either, its subject or its fingerprint where a row has it: the subject first, as it outlives a renewal", () => {
    expect(nameOf([{ fingerprint }, { subject }], {})).toBe("CN=client");
    expect(nameOf([{ subject }], { subject: "cn=#1306434c49454e54" })).toBe("CN=client");
    expect(nameOf([{ fingerprint }], {})).toBe(`sha256:${fingerprint}`);
  });

  test("nobody, where no row knows it: a common name alone is no name", () => {
    expect(nameOf([], {})).toBeUndefined();
    expect(nameOf([{ spiffeId: "spiffe://a/b" }, { dnsName: "*.example.com" }], {})).toBeUndefined();
  });

  test("two workloads of one pattern are two", () => {
    const match = compileCertificateRows([{ spiffeId: "spiffe://acme.org/payments/*", grant: 0 }]);
    expect(match(certificate({ uris: ["spiffe://acme.org/payments/a"] })).name).not.toBe(match(certificate({ uris: ["spiffe://acme.org/payments/b"] })).name);
  });
});

test("what rows grant adds up, in their order: a more specific row takes nothing away", () => {
  const match = compileCertificateRows([
    { spiffeId: "spiffe://a/*", grant: "all" },
    { dnsName: "x.example.com", grant: "another name" },
    { spiffeId: "spiffe://a/b/c", grant: "exact" },
    { spiffeId: "spiffe://a/b/*", grant: "below b" },
    { fingerprint, grant: "fingerprint" },
    { spiffeId: "spiffe://a/b/c", grant: "again" },
    { subject: "CN=client", grant: "subject" },
    { dnsName: "*.example.com", grant: "wildcard" },
  ]);
  expect(match(certificate({ uris: ["spiffe://a/b/c"], dnsNames: ["y.example.com", "z.example.com"] })).grants).toEqual(["all", "exact", "below b", "fingerprint", "again", "subject", "wildcard"]);
});

test("a certificate is looked at once", () => {
  let looked = 0;
  const match = compileCertificateRows([{ fingerprint, grant: 0 }]);
  const shown = { ...certificate({}), get uris() { return looked++, []; } };
  expect(match(shown)).toBe(match(shown));
  expect(looked).toBe(1);
  expect(match(certificate({}))).not.toBe(match(shown));
});

const letters = fc.string({ unit: fc.constantFrom(..."ab-_.x"), minLength: 1, maxLength: 6 });
const segment = letters.filter((text) => text !== "." && text !== "..");
const path = fc.array(segment, { minLength: 1, maxLength: 4 });
const domain = fc.constantFrom("a", "b", "a.b", "ab");

test("a SPIFFE pattern names exactly the IDs that have all its segments first, and more", () => {
  const spiffe = fc.record({ domain, path });
  fc.assert(
    fc.property(spiffe, fc.oneof(spiffe, fc.record({ more: fc.array(segment, { maxLength: 2 }) })), (row, other) => {
      const shown = "more" in other ? { domain: row.domain, path: [...row.path, ...other.more] } : other;
      const isBelow = shown.domain === row.domain && shown.path.length > row.path.length && row.path.every((each, i) => shown.path[i] === each);
      expect(names({ spiffeId: `spiffe://${row.domain}/${row.path.join("/")}/*` }, { uris: [`spiffe://${shown.domain}/${shown.path.join("/")}`] })).toBe(isBelow);
    }),
    { numRuns: 1_000 },
  );
});

test("a DNS pattern names exactly the names with one label before its own", () => {
  const label = fc.string({ unit: fc.constantFrom(..."ab1"), minLength: 1, maxLength: 3 });
  const labels = fc.array(label, { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(labels, fc.oneof(fc.array(label, { minLength: 1, maxLength: 4 }), fc.array(label, { maxLength: 2 }).map((before) => ({ before })), label.map((glued) => ({ glued }))), (row, other) => {
      const shown = Array.isArray(other) ? other : "before" in other ? [...other.before, ...row] : [`${other.glued}${row[0]!}`, ...row.slice(1)];
      const isNamed = shown.length === row.length + 1 && row.every((each, i) => shown[i + 1] === each);
      expect(names({ dnsName: `*.${row.join(".")}` }, { dnsNames: [shown.join(".")] })).toBe(isNamed);
    }),
    { numRuns: 1_000 },
  );
});

test("no text of one kind is taken for a name of another", () => {
  const rows: readonly CertificateIdentity[] = [{ spiffeId: "spiffe://a/*" }, { dnsName: "a.example" }, { dnsName: "*.example.com" }, { subject: "CN=a" }, { fingerprint }];
  const keys = ["spiffe://a/", "spiffe://a/*", "a.example", "*.example.com", "example.com", "CN=a", fingerprint, "uri", "under", "dns", "in", "subject", "fingerprint"];
  const strange = fc.array(fc.constantFrom(...keys, "=", " ", ":"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(strange, (text) => {
      const match = compileCertificateRows(rows.map((row, i) => ({ ...row, grant: i })));
      expect(match(certificate({ uris: [text] })).grants.filter((i) => i !== 0)).toEqual([4]);
      expect(match(certificate({ dnsNames: [text] })).grants.filter((i) => i !== 1 && i !== 4)).toEqual([]);
    }),
  );
});
