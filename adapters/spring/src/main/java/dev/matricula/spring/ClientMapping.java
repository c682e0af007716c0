package dev.matricula.spring;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.matricula.CachedClient;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientMetadata;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * Turns a client of the registry into Spring's, by the rows of {@link MappingTable}. The id that
 * Spring keeps with authorizations is the client id; a secret there is none.
 */
public final class ClientMapping {
  private static final String METADATA = "dev.matricula.metadata";

  private final TokenSettings tokenSettings;
  private final boolean consent;
  private final boolean proofKey;
  private final Set<String> scopes;

  private ClientMapping(Builder builder) {
    tokenSettings = builder.tokenSettings;
    consent = builder.consent;
    proofKey = builder.proofKey;
    scopes = builder.scopes;
  }

  /** Starts the description of a mapping; all of it has a default. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * All that is registered of a client, for what Spring has no place for: the localized names of a
   * consent page, its logo, whom to write to.
   */
  public static ClientMetadata metadata(RegisteredClient client) {
    Object metadata = client.getClientSettings().getSetting(METADATA);
    return metadata instanceof ClientMetadata known ? known : ClientMetadata.getDefaultInstance();
  }

  /**
   * Spring's form of the client.
   *
   * @throws UnsupportedMetadataException if it was registered with something that Spring
   *     Authorization Server does not do
   */
  public RegisteredClient map(CachedClient cached) {
    Client client = cached.client();
    ClientMetadata metadata = client.getMetadata();
    ClientDraft draft =
        new ClientDraft(
            RegisteredClient.withId(client.getClientId())
                .clientId(client.getClientId())
                .clientIdIssuedAt(
                    Instant.ofEpochSecond(Integer.toUnsignedLong(client.getClientIdIssuedAt()))),
            ClientSettings.builder()
                .requireAuthorizationConsent(consent)
                .requireProofKey(proofKey)
                .setting(METADATA, metadata),
            TokenSettings.withSettings(tokenSettings.getSettings()));
    draft.client().scopes(all -> all.addAll(scopes));
    for (FieldDescriptor field : metadata.getAllFields().keySet()) {
      MappingTable.row(field).apply(metadata, draft);
    }
    try {
      return draft
          .client()
          .clientSettings(draft.settings().build())
          .tokenSettings(draft.tokens().build())
          .build();
    } catch (IllegalArgumentException e) {
      throw new UnsupportedMetadataException(e.getMessage(), e);
    }
  }

  /** What the registry does not say of clients, and the authorization server decides. */
  public static final class Builder {
    private TokenSettings tokenSettings = TokenSettings.builder().build();
    private boolean consent = true;
    private boolean proofKey;
    private Set<String> scopes = Set.of();

    private Builder() {}

    /** Lifetimes and formats of tokens, to which a client's own wishes are added. */
    public Builder tokenSettings(TokenSettings settings) {
      tokenSettings = Objects.requireNonNull(settings);
      return this;
    }

    /**
     * Whether users are asked before a client gets a token: they are unless told, since anybody may
     * have registered it.
     */
    public Builder requireAuthorizationConsent(boolean consent) {
      this.consent = consent;
      return this;
    }

    /**
     * Whether clients with a credential of their own must use PKCE too (RFC 9700 section 2.1.1).
     * Public clients must in any case.
     */
    public Builder requireProofKey(boolean proofKey) {
      this.proofKey = proofKey;
      return this;
    }

    /** Scopes of clients that have registered none: none unless told. */
    public Builder defaultScopes(Set<String> scopes) {
      this.scopes = Set.copyOf(scopes);
      return this;
    }

    /** The mapping. */
    public ClientMapping build() {
      return new ClientMapping(this);
    }
  }
}
