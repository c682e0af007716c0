package dev.matricula.spring;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URL;

/**
 * Fetches what clients have behind their jwks_uri: from public addresses alone, without following
 * redirects, two seconds each to connect and to read, 64 KiB. The addresses come from whoever
 * registers, and must not lead into the network that this process is in.
 *
 * <p>The name is looked up here and once more by the connection; the JVM keeps an answer for 30
 * seconds unless networkaddress.cache.ttl says otherwise, so that it is the same answer.
 */
final class PublicKeyRetriever extends DefaultResourceRetriever {
  private static final int PATIENCE = 2000;
  private static final int LONGEST = 64 * 1024;

  PublicKeyRetriever() {
    super(PATIENCE, PATIENCE, LONGEST);
  }

  @Override
  protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
    for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
      if (!PublicAddress.is(address)) {
        throw new IOException("keys are fetched from public addresses alone");
      }
    }
    HttpURLConnection connection = super.openHTTPConnection(url);
    connection.setInstanceFollowRedirects(false);
    return connection;
  }
}
