// Distinguished names as text (RFC 4514), made comparable: two names that match (RFC 4518, caseIgnoreMatch) have one canonical text.

/** Short names of attribute types: those of RFC 4514 section 3, and those that certificates have beside them. */
const shortNames: readonly (readonly [name: string, oid: string])[] = [
  ["CN", "2.5.4.3"],
  ["L", "2.5.4.7"],
  ["ST", "2.5.4.8"],
  ["O", "2.5.4.10"],
  ["OU", "2.5.4.11"],
  ["C", "2.5.4.6"],
  ["STREET", "2.5.4.9"],
  ["DC", "0.9.2342.19200300.100.1.25"],
  ["UID", "0.9.2342.19200300.100.1.1"],
  ["serialNumber", "2.5.4.5"],
  ["businessCategory", "2.5.4.15"],
  ["organizationIdentifier", "2.5.4.97"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];
const oidOf = new Map(shortNames.map(([name, oid]) => [name.toLowerCase(), oid]));
const nameOf = new Map(shortNames.map(([name, oid]) => [oid, name]));

const oidForm = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;

/**
 * The one text of a name, itself RFC 4514; undefined for what is no name, and for the empty one. It keeps the order of the parts, gives
 * types their short name, puts values in lower case, folds their spaces, and sorts the pairs of a part that has several.
 */
export function canonicalDistinguishedName(text: string): string | undefined {
  if (/\p{Cs}/u.test(text)) return undefined;
  const parts: string[] = [];
  let pairs: string[] = [];
  let at = 0;
  for (;;) {
    const pair = readPair(text, at);
    if (pair === undefined) return undefined;
    pairs.push(pair.canonical);
    at = pair.end;
    if (text[at] !== "+") {
      parts.push(pairs.sort().join("+"));
      pairs = [];
    }
    if (at === text.length) return parts.join(",");
    at += 1;
  }
}

/** Whether a text is the name of an attribute type, or an object identifier. */
export const isAttributeType = (text: string) => oidOf.has(text.toLowerCase()) || oidForm.test(text);

/** Whether a name has a pair of this type and value, wherever it stands and however both are written. */
export function hasNamePair(name: string, type: string, value: string): boolean {
  const wanted = canonicalDistinguishedName(`${type}=${value.replace(/["+,;<>\\=#]/g, "\\$&")}`);
  if (wanted === undefined) return false;
  for (let at = 0; at <= name.length; ) {
    const pair = readPair(name, at);
    if (pair === undefined) return false;
    if (pair.canonical === wanted) return true;
    at = pair.end + 1;
  }
  return false;
}

interface Pair {
  readonly canonical: string;
  /** Where the text goes on: at "," or "+", or at its end. */
  readonly end: number;
}

function readPair(text: string, from: number): Pair | undefined {
  const equals = text.indexOf("=", from);
  if (equals < 0) return undefined;
  // People write a space after the comma, as RFC 2253 let them.
  const type = text.slice(from, equals).trim();
  const oid = oidForm.test(type) ? type : oidOf.get(type.toLowerCase());
  if (oid === undefined) return undefined;
  let start = equals + 1;
  while (text[start] === " ") start += 1;
  const value = text[start] === "#" ? readHex(text, start + 1) : readString(text, start);
  return value && { canonical: `${nameOf.get(oid) ?? oid}=${value.canonical}`, end: value.end };
}

/** "#" and the BER of a value. What is a plain string in there is one, however it was written. */
function readHex(text: string, start: number): Pair | undefined {
  const [digits = ""] = /^[0-9A-Fa-f]*/.exec(text.slice(start, nextSeparator(text, start)))!;
  const end = start + digits.length + /^ */.exec(text.slice(start + digits.length))![0].length;
  if (digits === "" || digits.length % 2 !== 0 || (end < text.length && !separators.has(text[end]!))) return undefined;
  const decoded = derString(Buffer.from(digits, "hex"));
  return { canonical: decoded === undefined ? `#${digits.toLowerCase()}` : escaped(folded(decoded)), end };
}

const separators: ReadonlySet<string> = new Set([",", "+"]);

function nextSeparator(text: string, from: number): number {
  let at = from;
  while (at < text.length && !separators.has(text[at]!)) at += 1;
  return at;
}

/** What RFC 4514 section 3 lets stand after a backslash. */
const escapable: ReadonlySet<string> = new Set([..." \"#+,;<=>\\"]);
/** What must be escaped. A separator unescaped ends the value. */
const reserved: ReadonlySet<string> = new Set([..."\"<>;\0"]);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readString(text: string, start: number): Pair | undefined {
  const bytes: Buffer[] = [];
  let at = start;
  while (at < text.length && !separators.has(text[at]!)) {
    const char = String.fromCodePoint(text.codePointAt(at)!);
    if (reserved.has(char)) return undefined;
    if (char !== "\\") {
      bytes.push(Buffer.from(char));
      at += char.length;
    } else if (escapable.has(text[at + 1] ?? "\0")) {
      bytes.push(Buffer.from(text[at + 1]!));
      at += 2;
    } else {
      const pair = text.slice(at + 1, at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(pair)) return undefined;
      bytes.push(Buffer.from(pair, "hex"));
      at += 3;
    }
  }
  try {
    return { canonical: escaped(folded(utf8.decode(Buffer.concat(bytes)))), end: at };
  } catch {
    return undefined;
  }
}

/** RFC 4518 sections 2.2, 2.3 and 2.6.1. What they map to nothing stays: an invisible character is no reason for two names to be one. */
function folded(value: string): string {
  return value.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/[\s\p{Zs}]+/gu, " ").replace(/^ | $/g, "");
}

/** RFC 4514 section 2.4, and control characters as their octets. Spaces at the ends are gone already. */
function escaped(value: string): string {
  return value
    .replace(/["+,;<>\\]|^#/g, "\\$&")
    .replace(/\p{Cc}/gu, (char) => [...Buffer.from(char)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""));
}

/** The text of a DER string of a type whose encoding is beyond doubt: UTF8String, NumericString, PrintableString, IA5String, BMPString. */
function derString(der: Buffer): string | undefined {
  const [tag, first = 0] = der;
  const header = first < 0x80 ? 2 : first === 0x81 ? 3 : 4;
  if (first > 0x82 || der.length < header) return undefined;
  const content = der.subarray(header);
  if (content.length !== (header === 2 ? first : der.readUIntBE(2, header - 2))) return undefined;
  try {
    if (tag === 0x0c) return utf8.decode(content);
    if (tag === 0x12 || tag === 0x13 || tag === 0x16) return content.every((byte) => byte < 0x80) ? content.toString("latin1") : undefined;
    if (tag === 0x1e) return new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    // Whatever it is, it is compared by its octets.
  }
  return undefined;
}
