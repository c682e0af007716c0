package dev.matricula.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicAddressTest {
  @Test
  void tellsThePublicFromTheRest() {
    for (String address : List.of("8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111")) {
      assertTrue(PublicAddress.is(InetAddresses.forString(address)), address);
    }
    for (String address :
        List.of(
            "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254",
            "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
            "ff02::1", "2002:7f00:1::", "2001:db8::1", "64:ff9b::7f00:1", "::ffff:127.0.0.1")) {
      assertFalse(PublicAddress.is(InetAddresses.forString(address)), address);
    }
  }

  @Test
  void fetchesFromNowhereElse() {
    PublicKeyRetriever retriever = new PublicKeyRetriever();
    for (String url :
        List.of("https://127.0.0.1/jwks", "https://localhost/jwks", "https://[::ffff:10.0.0.1]/k")) {
      IOException e =
          assertThrows(
              IOException.class, () -> retriever.retrieveResource(URI.create(url).toURL()), url);
      assertEquals("keys are fetched from public addresses alone", e.getMessage());
    }
  }
}
