import { BlockList, isIP } from "node:net";

// IANA IPv4 Special-Purpose Address Registry: what is not globally reachable; and multicast (RFC 5771). 192.0.0.0/24 is refused whole,
// its two anycast addresses serve nobody here; 192.88.99.0/24 was the 6to4 relays' (RFC 7526).
const specialIPv4 = [
  "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
  "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
];

// Global unicast is 2000::/3 (RFC 4291 section 2.4, IANA IPv6 Address Space). Within it, of the IANA IPv6 Special-Purpose Address
// Registry: protocol assignments with Teredo, ORCHID and benchmarking, documentation, and 6to4, which would lead to any IPv4 address.
const specialIPv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
const globalIPv6 = ["2000::/3"];

function blockList(subnets: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = "", prefix] = subnet.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

const special4 = blockList(specialIPv4, "ipv4");
const special6 = blockList(specialIPv6, "ipv6");
const global6 = blockList(globalIPv6, "ipv6");
const loopback4 = blockList(["127.0.0.0/8"], "ipv4");

/** Whether an address is one of the public Internet: neither special-use nor a way around to one. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special4.check(address);
  // A zone is a link's: never public.
  if (family !== 6 || address.includes("%")) return false;
  const embedded = embeddedIPv4(address);
  if (embedded !== undefined) return isPublicAddress(embedded);
  return global6.check(address, "ipv6") && !special6.check(address, "ipv6");
}

/** Whether an address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return loopback4.check(address);
  if (family !== 6 || address.includes("%")) return false;
  const groups = groupsOf(address);
  if (startsWith(groups, mappedPrefix)) return isLoopbackAddress(quadOf(groups));
  return groups.every((group, i) => group === (i === 7 ? 1 : 0));
}

// RFC 4291 section 2.5.5.2 and RFC 6052 section 2.1. The NAT64 prefix for local use (RFC 8215) is not global, and so refused.
const mappedPrefix = [0, 0, 0, 0, 0, 0xffff];
const nat64Prefix = [0x64, 0xff9b, 0, 0, 0, 0];

function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  return startsWith(groups, mappedPrefix) || startsWith(groups, nat64Prefix) ? quadOf(groups) : undefined;
}

const startsWith = (groups: readonly number[], prefix: readonly number[]) => prefix.every((group, i) => groups[i] === group);

const quadOf = ([, , , , , , high = 0, low = 0]: readonly number[]) => [high >> 8, high & 255, low >> 8, low & 255].join(".");

/** The eight groups of a valid IPv6 address, in whichever of its spellings. */
function groupsOf(address: string): readonly number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${((+a << 8) | +b).toString(16)}:${((+c << 8) | +d).toString(16)}`);
  const [left = "", right] = hexadecimal.split("::");
  const parse = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  if (right === undefined) return parse(left);
  const [head, tail] = [parse(left), parse(right)];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
