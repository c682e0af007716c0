// Language tags as member names carry them: "client_name#ja-Jpan-JP" (RFC 7591 section 2.2, BCP 47).

/** A member name in two parts. */
export interface TaggedName {
  readonly base: string;
  readonly tag: string;
}

/** Splits a member name at its first "#"; undefined when there is none. The tag is as sent and may be malformed. */
export function splitMemberName(name: string): TaggedName | undefined {
  const at = name.indexOf("#");
  return at < 0 ? undefined : { base: name.slice(0, at), tag: name.slice(at + 1) };
}

// RFC 5646 section 4.4.1 asks for 35 at least; extensions for transliteration are the longest in use.
const maxTagLength = 100;

/** Whether `tag` is well-formed (RFC 5646 section 2.2.9). Whether its subtags are registered is not asked. */
export function isLanguageTag(tag: string): boolean {
  return tag.length <= maxTagLength && (wellFormed.test(tag) || irregular.has(foldLanguageTag(tag)));
}

/** One spelling for all tags that differ in case alone (RFC 5646 section 2.1.1). To compare; what is stored stays as given. */
export function foldLanguageTag(tag: string): string {
  // ASCII alone: toLowerCase on the whole would turn the Kelvin sign into the letter k.
  return tag.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

// The ABNF of RFC 5646 section 2.1, in its own names.
const language = "(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})";
const script = "(?:-[A-Za-z]{4})?";
const region = "(?:-(?:[A-Za-z]{2}|[0-9]{3}))?";
const variants = "(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*";
const extensions = "(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*";
const privateUse = "[Xx](?:-[A-Za-z0-9]{1,8})+";
const wellFormed = new RegExp(`^(?:${language}${script}${region}${variants}${extensions}(?:-${privateUse})?|${privateUse})$`);

// The grandfathered tags that the grammar does not match; those that it does need no list.
const irregular: ReadonlySet<string> = new Set(
  ("en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu " +
    "sgn-be-fr sgn-be-nl sgn-ch-de").split(" "),
);
