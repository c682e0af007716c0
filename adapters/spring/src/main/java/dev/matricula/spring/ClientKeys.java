package dev.matricula.spring;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import dev.matricula.RegisteredKeys;
import dev.matricula.v1.ClientMetadata;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The public keys of clients: those on record, or those behind their jwks_uri. */
final class ClientKeys {
  /** The clients that come often; the keys of others are fetched again. */
  private static final int REMEMBERED = 1000;

  private final ResourceRetriever retriever;

  private final Map<String, JWKSource<SecurityContext>> sources =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JWKSource<SecurityContext>> eldest) {
          return size() > REMEMBERED;
        }
      };

  ClientKeys(ResourceRetriever retriever) {
    this.retriever = retriever;
  }

  /** Where the client's keys come from; without any, a source that has none. */
  JWKSource<SecurityContext> of(ClientMetadata metadata) {
    if (metadata.hasJwksUri()) {
      return behind(metadata.getJwksUri());
    }
    try {
      return new ImmutableJWKSet<>(
          JWKSet.parse(Map.of("keys", RegisteredKeys.of(metadata))));
    } catch (ParseException e) {
      // The registry has looked at them, and may know kinds of key that this library does not.
      return new ImmutableJWKSet<>(new JWKSet());
    }
  }

  private JWKSource<SecurityContext> behind(String address) {
    URL url;
    try {
      url = URI.create(address).toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      return new ImmutableJWKSet<>(new JWKSet());
    }
    if (!url.getProtocol().equals("https")) {
      return new ImmutableJWKSet<>(new JWKSet());
    }
    synchronized (sources) {
      return sources.computeIfAbsent(
          address, key -> JWKSourceBuilder.<SecurityContext>create(url, retriever).build());
    }
  }
}
