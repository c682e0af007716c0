// Schemes: of the web, made of a domain in reverse order, and those that are never taken.

/** Whether the scheme, in lower case, is of the web. */
export const isWeb = (scheme: string) => scheme === "https" || scheme === "http";

/** What browsers and systems open by themselves. The scheme rules refuse them all; this list is for a sentence that says why. */
export const dangerousSchemes: ReadonlySet<string> = new Set(
  ("javascript vbscript livescript mocha data blob filesystem file about view-source jar resource chrome chrome-extension " +
    "moz-extension ms-browser-extension feed wyciwyg res mhtml intent android-app content ws wss ftp ftps sftp ssh telnet gopher " +
    "ldap ldaps dict smb nfs mailto tel sms callto ms-msdt search-ms shell steam").split(" "),
);

const scriptSchemes: ReadonlySet<string> = new Set(["javascript", "vbscript", "livescript", "data", "blob", "file", "about", "viewsource"]);

/** A lax reader that drops punctuation, or cuts at the period, must not find something that runs in a private-use scheme. */
export function imitatesScript(scheme: string): boolean {
  if (!scheme.includes(".")) return false;
  const bare = scheme.startsWith("x-") ? scheme.slice(2) : scheme;
  return scriptSchemes.has(bare.replace(/[^a-z]/g, "")) || scriptSchemes.has(bare.slice(0, bare.indexOf(".")));
}

/** At least two labels of letters, digits and inner hyphens: what a domain name in reverse order can be. */
export const reverseDomain = /^[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
