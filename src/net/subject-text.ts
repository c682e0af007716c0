import { dottedOid, readDer, type DerElement } from "./der.js";

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_IDENTIFIER = 0x06;
/** Of TBSCertificate (RFC 5280 section 4.1): a version, which may be absent, stands before the serial number. */
const VERSION = 0xa0;
/** After the serial number: signature, issuer, validity, subject. */
const SUBJECT_AFTER_SERIAL = 4;

/** The short names of RFC 4514 section 3, and registered ones that certificates have. */
const SHORT_NAMES: Readonly<Record<string, string | undefined>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.15": "businessCategory",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
};

/**
 * A certificate's subject as RFC 4514 text, from its DER: the last part first, every special character escaped, so that no value
 * can look like a part of its own. Throws for what is no certificate.
 */
export function subjectText(certificate: Uint8Array): string {
  const [whole] = expectElements(certificate, SEQUENCE);
  const [tbs] = readDer(whole!.content);
  const fields = readDer(tbs!.content);
  const name = fields[(fields[0]?.tag === VERSION ? 1 : 0) + SUBJECT_AFTER_SERIAL];
  if (name?.tag !== SEQUENCE) throw new Error("the certificate has no subject");
  return expectElements(name.content, SET)
    .toReversed()
    .map(({ content }) => expectElements(content, SEQUENCE).map(pairText).join("+"))
    .join(",");
}

function expectElements(bytes: Uint8Array, tag: number): readonly DerElement[] {
  const elements = readDer(bytes);
  if (elements.some((element) => element.tag !== tag)) throw new Error("an element is not what it should be");
  return elements;
}

function pairText({ content }: DerElement): string {
  const [type, value, more] = readDer(content);
  if (type?.tag !== OBJECT_IDENTIFIER || value === undefined || more !== undefined) throw new Error("an attribute is not a pair");
  const oid = dottedOid(type.content);
  const name = SHORT_NAMES[oid];
  const text = name === undefined ? undefined : valueText(value);
  // RFC 4514 section 2.4: a type without a name has its value in hexadecimal; so has a string whose characters are in doubt.
  return `${name ?? oid}=${text === undefined ? `#${value.whole.toString("hex")}` : escaped(text)}`;
}

/** The text of the string types whose encoding is beyond doubt; what TeletexString means, nobody knows. */
function valueText({ tag, content }: DerElement): string | undefined {
  try {
    switch (tag) {
      case 0x0c: // UTF8String
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
      case 0x12: // NumericString
      case 0x13: // PrintableString
      case 0x16: // IA5String
        return content.every((byte) => byte < 0x80) ? content.toString("latin1") : undefined;
      case 0x1e: // BMPString
        return new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true }).decode(content);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** RFC 4514 section 2.4; control characters too, so that a subject in a log stays one line. */
function escaped(text: string): string {
  return text
    .replace(/["+,;<>\\]|^[ #]| $/g, "\\$&")
    .replace(/[\0-\x1f\x7f-\x9f]/g, (char) => [...Buffer.from(char)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""));
}
