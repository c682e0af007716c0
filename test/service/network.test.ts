import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/service/limits/network.js";

const prefixes = { ipv4: 32, ipv6: 56 };

describe("the network of an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["::ffff:192.0.2.1", "192.0.2.1", true],
    ["::FFFF:192.0.2.1", "192.0.2.1", true],
    ["2001:db8:1:100::1", "2001:db8:1:1ff:ffff::", true],
    ["2001:db8:1:100::1", "2001:db8:1:200::1", false],
    ["2001:db8:1:100::1", "2001:0DB8:1:100:0:0:0:9", true],
    ["fe80::1%eth0", "fe80::2", true],
    ["::1", "::2", true],
    ["", "::", false],
  ])("%s and %s: %s", (one, other, same) => expect(networkOf(one, prefixes) === networkOf(other, prefixes)).toBe(same));

  it("follows the prefixes", () => {
    expect(networkOf("10.1.2.3", { ipv4: 24, ipv6: 64 })).toBe(networkOf("10.1.2.200", { ipv4: 24, ipv6: 64 }));
    expect(networkOf("10.1.2.3", { ipv4: 24, ipv6: 64 })).not.toBe(networkOf("10.1.3.3", { ipv4: 24, ipv6: 64 }));
    expect(networkOf("2001:db8::1", { ipv4: 24, ipv6: 128 })).not.toBe(networkOf("2001:db8::2", { ipv4: 24, ipv6: 128 }));
  });

  it("is the same exactly for addresses that share the prefix's bits", () => {
    const address = fc.tuple(...Array.from({ length: 8 }, () => fc.integer({ min: 0, max: 0xffff })));
    const written = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(":");
    const bits = (groups: readonly number[]) => groups.map((group) => group.toString(2).padStart(16, "0")).join("");
    fc.assert(
      fc.property(address, fc.integer({ min: 16, max: 128 }), fc.integer({ min: 0, max: 127 }), (groups, ipv6, flipped) => {
        const other = groups.map((group, i) => (i === flipped >> 4 ? group ^ (0x8000 >> (flipped & 15)) : group));
        const same = bits(groups).slice(0, ipv6) === bits(other).slice(0, ipv6);
        expect(networkOf(written(groups), { ipv4: 32, ipv6 }) === networkOf(written(other), { ipv4: 32, ipv6 })).toBe(same);
      }),
    );
  });

  it("takes any text without failing", () => fc.assert(fc.property(fc.string(), (text) => void networkOf(text, prefixes))));
});
