/** What a Basic header of a client says. */
export interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

const form = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// RFC 6749 appendix A: visible ASCII and space.
const printable = /^[\x20-\x7e]*$/;

/**
 * Reads a client's Authorization header: both parts are encoded as in a form, then joined (RFC 6749 section 2.3.1). Undefined for another
 * scheme and for what is malformed.
 */
export function readBasicCredentials(header: string): BasicCredentials | undefined {
  const encoded = form.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  let text: string;
  try {
    text = utf8.decode(Buffer.from(encoded, "base64"));
  } catch {
    return undefined;
  }
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  const clientId = formDecoded(text.slice(0, colon));
  const secret = formDecoded(text.slice(colon + 1));
  return clientId === undefined || secret === undefined ? undefined : { clientId, secret };
}

/** One value of application/x-www-form-urlencoded; undefined when it is none, or says what no client id and no secret can hold. */
function formDecoded(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll("+", " "));
    return printable.test(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}
