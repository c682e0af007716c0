package dev.matricula.spring;

import dev.matricula.CachedClient;
import dev.matricula.ClientCache;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** The registry's clients as Spring looks them up. They are made and changed at the registry. */
public final class MatriculaClientRepository implements RegisteredClientRepository {
  private static final Logger logger = Logger.getLogger(MatriculaClientRepository.class.getName());

  private final ClientCache clients;
  private final ClientMapping mapping;

  /** The version of each client that the log has already complained of. */
  private final Map<String, Integer> complaints = new ConcurrentHashMap<>();

  /** A repository of these clients. */
  public MatriculaClientRepository(ClientCache clients, ClientMapping mapping) {
    this.clients = Objects.requireNonNull(clients);
    this.mapping = Objects.requireNonNull(mapping);
  }

  /** The client if it may be used now; a suspended, expired or deleted one is not found. */
  @Override
  public RegisteredClient findByClientId(String clientId) {
    return clients.findActive(clientId).flatMap(this::map).orElse(null);
  }

  /**
   * The client of an authorization that exists, whatever its state: its authorizations are hidden
   * by {@link ActiveAuthorizations} where they must not be used.
   */
  @Override
  public RegisteredClient findById(String id) {
    return clients.find(id).flatMap(this::map).orElse(null);
  }

  /** Refuses: this is not where clients are written. */
  @Override
  public void save(RegisteredClient registeredClient) {
    throw new UnsupportedOperationException(
        "clients are registered at Matricula, at the registration_endpoint of the discovery");
  }

  private Optional<RegisteredClient> map(CachedClient client) {
    try {
      return Optional.of(mapping.map(client));
    } catch (UnsupportedMetadataException e) {
      String id = client.client().getClientId();
      Integer version = client.client().getVersion();
      if (!version.equals(complaints.put(id, version))) {
        logger.warning("the client " + id + " is refused: " + e.getMessage());
      }
      return Optional.empty();
    }
  }
}
