package dev.matricula.spring;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import dev.matricula.v1.ClientMetadata;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
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
          metadata.hasJwks() ? JWKSet.parse(json(metadata.getJwks())) : new JWKSet());
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

  private static Map<String, Object> json(Struct struct) {
    Map<String, Object> members = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((name, value) -> members.put(name, json(value)));
    return members;
  }

  private static Object json(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> number(value.getNumberValue());
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> json(value.getStructValue());
      case LIST_VALUE -> list(value.getListValue().getValuesList());
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  private static List<Object> list(List<Value> values) {
    return values.stream().map(ClientKeys::json).toList();
  }

  /** Times of keys (nbf, exp, iat) are whole numbers, and the library wants them so. */
  private static Number number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53 ? (Number) (long) value : value;
  }
}
