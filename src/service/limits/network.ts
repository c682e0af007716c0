/** Bits of an address that make a network. */
export interface Prefixes {
  readonly ipv4: number;
  readonly ipv6: number;
}

const mapped = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i;

/**
 * The network that an address belongs to, as a key: one host has a whole prefix of IPv6 addresses to choose from. An IPv4 address mapped
 * into IPv6 is the IPv4 address. What is no address is a network of its own.
 */
export function networkOf(address: string, prefixes: Prefixes): string {
  const v4 = mapped.exec(address);
  if (v4 !== null) {
    if (prefixes.ipv4 === 32) return `${v4[1]}.${v4[2]}.${v4[3]}.${v4[4]}`;
    const bits = ((Number(v4[1]) << 24) | (Number(v4[2]) << 16) | (Number(v4[3]) << 8) | Number(v4[4])) >>> 0;
    return `${(bits >>> (32 - prefixes.ipv4)).toString(16)}/${prefixes.ipv4}`;
  }
  const groups = groupsOf(address);
  if (groups === undefined) return address;
  const whole = prefixes.ipv6 >> 4;
  const rest = prefixes.ipv6 & 15;
  const kept = groups.slice(0, whole);
  if (rest > 0) kept.push(groups[whole]! >>> (16 - rest));
  return `${kept.map((group) => group.toString(16)).join(":")}/${prefixes.ipv6}`;
}

/** The eight groups of an IPv6 address; undefined for what is none. */
function groupsOf(address: string): number[] | undefined {
  const [head, tail, more] = address.replace(/%.*$/, "").split("::");
  if (head === undefined || more !== undefined || !/^[0-9a-f:.]+$/i.test(address.replace(/%.*$/, ""))) return undefined;
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const before = numbers(head);
  const after = tail === undefined ? [] : numbers(tail);
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<number>(Math.max(0, zeros)).fill(0), ...after];
  return groups.length === 8 && groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}
