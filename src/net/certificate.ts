import { KeyObject, createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "./x509.js";

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyAndCertificate {
  certificate: string;
  key: string;
}

/** What a leaf is for; a server's certificate is no proof of who a client is, and the reverse. */
export type CertificateUsage = "client" | "server";

export interface CertificateOrder {
  /** The issuer, as PEM. */
  ca: KeyAndCertificate;
  /** Distinguished name, as `CN=admin`. */
  subject: string;
  uris?: readonly string[];
  /** DNS names; an IP address among them becomes an iPAddress entry. */
  dns?: readonly string[];
  notBefore: Date;
  notAfter: Date;
  usage: CertificateUsage;
  /** Keep this private key (PEM) instead of making a new one: a renewal then replaces one file. */
  key?: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const EXTENDED_USAGE = {
  client: x509.ExtendedKeyUsage.clientAuth,
  server: x509.ExtendedKeyUsage.serverAuth,
} satisfies Record<CertificateUsage, string>;

/** A self-signed certificate authority that may sign leaves only (pathlen 0). */
export async function createAuthority(order: Pick<CertificateOrder, "subject" | "notBefore" | "notAfter">): Promise<KeyAndCertificate> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: order.subject,
    notBefore: order.notBefore,
    notAfter: order.notAfter,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: pkcs8(keys.privateKey) };
}

/** Issues a client or server certificate. */
export async function issueCertificate(order: CertificateOrder): Promise<KeyAndCertificate> {
  const authority = new x509.X509Certificate(order.ca.certificate);
  const keys = order.key === undefined ? await generateKeys() : await importKeys(order.key);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: order.subject,
    issuer: authority.subjectName,
    notBefore: order.notBefore,
    notAfter: order.notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: (await importKeys(order.ca.key)).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([EXTENDED_USAGE[order.usage]]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await authority.publicKey.export()),
      ...alternativeNames(order),
    ],
  });
  return { certificate: pem(certificate), key: pkcs8(keys.privateKey) };
}

function alternativeNames(order: CertificateOrder): x509.Extension[] {
  const names: x509.JsonGeneralNames = [
    ...(order.uris ?? []).map((value) => ({ type: "url" as const, value })),
    ...(order.dns ?? []).map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value })),
  ];
  return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function importKeys(keyPem: string): Promise<webcrypto.CryptoKeyPair> {
  const jwk = createPrivateKey(keyPem).export({ format: "jwk" });
  const { d: _private, ...publicJwk } = jwk;
  return {
    privateKey: await webcrypto.subtle.importKey("jwk", jwk as webcrypto.JsonWebKey, ALGORITHM, true, ["sign"]),
    publicKey: await webcrypto.subtle.importKey("jwk", publicJwk as webcrypto.JsonWebKey, ALGORITHM, true, ["verify"]),
  };
}

/** 127 random bits: the serial is positive and never more than 20 octets (RFC 5280 section 4.1.2.2). */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem").trimEnd()}\n`;
}

function pkcs8(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }) as string;
}
