/** The tokens that this service makes, wherever they stand: none should ever come here, and one that does must not go further. */
const token = /m(cs|rt|it)_[A-Za-z0-9_-]{20,}/g;

/** Authorization headers and signed tokens of others, which may stand in the text of a foreign error. */
const bearer = /\b(Bearer|Basic|DPoP) +[A-Za-z0-9._~+/=-]{8,}/gi;
const signed = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*/g;

/** The text without anything that looks like a credential. */
export function scrub(text: string): string {
  return text.replace(token, "m$1_[redacted]").replace(bearer, "$1 [redacted]").replace(signed, "[redacted]");
}
