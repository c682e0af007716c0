import type { CertificateIdentity } from "../domain/certificate-match.js";
import { canonicalDistinguishedName } from "../domain/distinguished-name.js";
import type { Report } from "./configuration-error.js";
import type { Path } from "./path.js";

/** The four keys by which a row names certificates; "" where a key is not written. */
export interface WrittenIdentity {
  readonly spiffeId: string;
  readonly dnsName: string;
  readonly subject: string;
  readonly fingerprint: string;
}

/** For each key: what of it is compared, undefined for what is malformed, and what to say of that. */
const keys = [
  {
    name: "spiffe_id",
    written: ({ spiffeId }: WrittenIdentity) => spiffeId,
    read: (text: string): CertificateIdentity | undefined => (isSpiffeId(text) ? { spiffeId: text } : undefined),
    expected: "must be a SPIFFE ID of a workload, such as spiffe://example.org/billing, or end in /* for those below it",
  },
  {
    name: "dns_name",
    written: ({ dnsName }: WrittenIdentity) => dnsName,
    read: (text: string): CertificateIdentity | undefined => (isDnsName(text.toLowerCase()) ? { dnsName: text.toLowerCase() } : undefined),
    expected: "must be a DNS name, such as billing.example.org; a wildcard is the whole first label, with two more after it, such as *.example.org",
  },
  {
    name: "subject",
    written: ({ subject }: WrittenIdentity) => subject,
    read: (text: string): CertificateIdentity | undefined => {
      const subject = canonicalDistinguishedName(text);
      return subject === undefined ? undefined : { subject };
    },
    expected: "must be a distinguished name as RFC 4514 writes it, such as CN=billing,O=Example,C=DE; other types than it names have their OID",
  },
  {
    name: "fingerprint",
    written: ({ fingerprint }: WrittenIdentity) => fingerprint,
    read: (text: string): CertificateIdentity | undefined => (fingerprintForm.test(text) ? { fingerprint: text.replaceAll(":", "").toLowerCase() } : undefined),
    expected: "must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons between the octets",
  },
] as const;

/** By what a row names certificates. `known` holds what earlier rows name: a second row for the same is a mistake. */
export function readCertificateIdentity(row: WrittenIdentity, known: Set<string>, at: Path, report: Report, twice: string): CertificateIdentity {
  const written = keys.filter((key) => key.written(row) !== "");
  const [key] = written;
  if (key === undefined || written.length > 1) {
    report(at, `needs exactly one of ${keys.map(({ name }) => name).join(", ")}`);
    return {};
  }
  const identity = key.read(key.written(row));
  if (identity === undefined) {
    report([...at, key.name], key.expected);
    return {};
  }
  const [text] = Object.entries(identity).map(([name, value]) => `${name}=${value}`);
  if (known.has(text!)) report([...at, key.name], twice);
  known.add(text!);
  return identity;
}

/** SPIFFE-ID sections 2.1 to 2.3: trust domain and path, neither escaped nor empty, no segment . or .. The last segment may be a star. */
const spiffeId = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*(?:\/(?!\.{1,2}$)[A-Za-z0-9._-]+|\/\*)$/;
const isSpiffeId = (text: string) => text.length <= 2048 && spiffeId.test(text);

const dnsLabel = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

function isDnsName(name: string): boolean {
  const labels = name.split(".");
  // Whoever has a wildcard below a top-level domain has named the whole world.
  const fixed = labels[0] === "*" && labels.length > 2 ? labels.slice(1) : labels;
  return name.length <= 253 && fixed.every((label) => dnsLabel.test(label));
}

const fingerprintForm = /^[0-9a-f]{2}(?::?[0-9a-f]{2}){31}$/i;
