// Certificates that the service itself would never issue.
import { KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from "node:crypto";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import * as x509 from "../../src/net/x509.js";
import { validFor } from "./fixture.js";

/** One attribute of a name: its type's DER after the tag and length, its value's tag (UTF8String when left out) and octets. */
export type Attribute = readonly [type: string, value: string | Buffer, tag?: number];

const TYPES: Readonly<Record<string, string>> = { CN: "550403", O: "55040a", C: "550406", UID: "0992268993f22c640101", organizationIdentifier: "550461" };

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};

/** A name with these parts in the order of the DER. */
export function nameOf(...parts: readonly (readonly Attribute[])[]): x509.Name {
  const pair = ([type, value, tag = 0x0c]: Attribute) => tlv(0x30, tlv(0x06, Buffer.from(TYPES[type]!, "hex")), tlv(tag, Buffer.from(value as string)));
  const der = tlv(0x30, ...parts.map((pairs) => tlv(0x31, ...pairs.map(pair))));
  return new x509.Name(new Uint8Array(der));
}

export interface OddOrder {
  subject?: x509.Name | string;
  /** Self-signed when absent. */
  by?: KeyAndCertificate;
  extensions?: readonly x509.Extension[];
  days?: number;
  fromDays?: number;
  hash?: "SHA-1" | "SHA-256";
  key?: "P-256" | "RSA-1024" | "RSA-2048" | "Ed25519";
}

export const authorityOf = (pathLength?: number) => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];
export const uri = (value: string) => new x509.SubjectAlternativeNameExtension([{ type: "url", value }]);

const makeKey = {
  "P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "RSA-1024": () => generateKeyPairSync("rsa", { modulusLength: 1024 }),
  "RSA-2048": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  Ed25519: () => generateKeyPairSync("ed25519"),
};

const curve = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Issues a certificate as ordered, with its key. */
export async function issueOdd(order: OddOrder = {}): Promise<KeyAndCertificate> {
  const { subject = "CN=odd", by, extensions = [], days = 10, fromDays, hash = "SHA-256", key = "P-256" } = order;
  const own = makeKey[key]();
  const signer = by === undefined ? own.privateKey : createPrivateKey(by.key);
  const algorithm = { EC: curve, RSA: { name: "RSASSA-PKCS1-v1_5", hash }, OKP: { name: "Ed25519" } };
  const kind = (of: KeyObject) => (of.asymmetricKeyType === "rsa" ? "RSA" : of.asymmetricKeyType === "ed25519" ? "OKP" : "EC");
  const imported = async (of: KeyObject, usage: webcrypto.KeyUsage) => webcrypto.subtle.importKey("jwk", of.export({ format: "jwk" }) as webcrypto.JsonWebKey, algorithm[kind(of)], true, [usage]);
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: "01",
    subject,
    issuer: by === undefined ? subject : new x509.X509Certificate(by.certificate).subjectName,
    ...validFor(days, fromDays),
    signingAlgorithm: { ...algorithm[kind(signer)], hash } as never,
    publicKey: await imported(createPublicKey(own.privateKey), "verify"),
    signingKey: await imported(signer, "sign"),
    extensions: [...extensions],
  });
  return { certificate: made.toString("pem"), key: own.privateKey.export({ type: "pkcs8", format: "pem" }) as string };
}

/** Its DER, whatever is in it. */
export function derOf({ certificate }: Pick<KeyAndCertificate, "certificate">): Buffer {
  return Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ""), "base64");
}
