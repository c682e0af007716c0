// The names by which a certificate's subject is expected (RFC 8705 section 2.1.2): syntax alone; they are compared where clients authenticate.

// One label: letters, digits and hyphens, not at either end; a leading wildcard is no name of one client.
const dnsName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const mailbox = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=[^@]+$)(.+)$/i;
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const absoluteUri = /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i;
// RFC 4514 section 3: type=value pairs with "," or "+" between them; "," "+" '"' "\\" "<" ">" ";" in a value are escaped.
const value = String.raw`(?:\#(?:[0-9a-f]{2})+|(?:[^,+"\\<>;\u0000#]|\\(?:[ "#+,;<=>\\]|[0-9a-f]{2}))(?:[^,+"\\<>;\u0000]|\\(?:[ "#+,;<=>\\]|[0-9a-f]{2}))*|)`;
const pair = String.raw`(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)=${value}`;
const distinguishedName = new RegExp(`^${pair}(?:[,+] ?${pair})*$`, "i");

/** Whether the text is a distinguished name (RFC 4514). */
export const isDistinguishedName = (text: string) => distinguishedName.test(text);
/** Whether the text is a DNS name without a wildcard. */
export const isDnsName = (text: string) => dnsName.test(text);
/** Whether the text is an IPv4 or IPv6 address, without a zone. */
export const isIpAddress = (text: string) => ipv4.test(text) || (/^[0-9a-f:.]+$/i.test(text) && URL.canParse(`https://[${text}]/`));
/** Whether the text is a mailbox at a DNS name. */
export const isMailbox = (text: string) => dnsName.test(mailbox.exec(text)?.[1] ?? "");
/** Whether the text is an absolute URI of printable ASCII. */
export const isAbsoluteUri = (text: string) => absoluteUri.test(text);
