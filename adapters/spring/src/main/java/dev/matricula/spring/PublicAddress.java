package dev.matricula.spring;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.List;

/** Which addresses are of the public Internet, as Matricula's own fetcher sees it. */
final class PublicAddress {
  private record Subnet(byte[] network, int prefix) {
    static Subnet of(String text) {
      String[] parts = text.split("/");
      return new Subnet(
          InetAddresses.forString(parts[0]).getAddress(), Integer.parseInt(parts[1]));
    }

    boolean holds(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit++) {
        if (((address[bit / 8] ^ network[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Of the IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771). */
  private static final List<Subnet> SPECIAL_4 =
      subnets(
          "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
          "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
          "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

  /** Global unicast (RFC 4291 section 2.4), but for special purposes and ways to any IPv4 address. */
  private static final List<Subnet> GLOBAL_6 = subnets("2000::/3");

  private static final List<Subnet> SPECIAL_6 =
      subnets("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

  private PublicAddress() {}

  static boolean is(InetAddress address) {
    // An IPv4 address that is written as an IPv6 one is an IPv4 address here already.
    byte[] bytes = address.getAddress();
    return bytes.length == 4
        ? !isIn(SPECIAL_4, bytes)
        : isIn(GLOBAL_6, bytes) && !isIn(SPECIAL_6, bytes);
  }

  private static boolean isIn(List<Subnet> subnets, byte[] address) {
    return subnets.stream().anyMatch(subnet -> subnet.holds(address));
  }

  private static List<Subnet> subnets(String... texts) {
    return List.of(texts).stream().map(Subnet::of).toList();
  }
}
