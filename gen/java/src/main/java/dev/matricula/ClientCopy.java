package dev.matricula;

import dev.matricula.v1.Client;
import dev.matricula.v1.RemovedClient;
import dev.matricula.v1.WatchClientsResponse;
import dev.matricula.v1.WatchedClient;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What was heard of the registry so far. One thread at a time applies events; any may read, also
 * while a new snapshot comes in: until its end the clients of before are still there.
 */
final class ClientCopy {
  private static final Logger logger = Logger.getLogger(ClientCopy.class.getName());

  private final Map<String, CachedClient> clients = new ConcurrentHashMap<>();
  private final List<ClientListener> listeners = new CopyOnWriteArrayList<>();

  /** Grows with every change, so that who keeps the copy elsewhere knows of it. */
  private volatile long changes;

  /** The clients of the snapshot that is coming in, over several streams if need be; else null. */
  private Set<String> snapshot;

  Optional<CachedClient> find(String clientId) {
    return Optional.ofNullable(clients.get(clientId));
  }

  int size() {
    return clients.size();
  }

  Runnable listen(ClientListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  long changes() {
    return changes;
  }

  /** All clients; empty while a snapshot comes in, which is less than all. */
  Optional<Collection<CachedClient>> whole() {
    return snapshot == null ? Optional.of(List.copyOf(clients.values())) : Optional.empty();
  }

  /** Before anything was heard: what was kept. */
  void load(Collection<CachedClient> kept) {
    for (CachedClient each : kept) {
      clients.put(each.client().getClientId(), each);
    }
  }

  void beginSnapshot() {
    snapshot = new HashSet<>();
  }

  void apply(WatchClientsResponse event) {
    switch (event.getEventCase()) {
      case CLIENT -> put(event.getClient());
      case CLIENTS -> event.getClients().getClientsList().forEach(this::put);
      case REMOVED -> remove(event.getRemoved());
      case SNAPSHOT_END -> endSnapshot();
      // A sign of life, or what a later version of the registry says.
      case HEARTBEAT, EVENT_NOT_SET -> {}
    }
  }

  private void put(WatchedClient watched) {
    Client client = watched.getClient();
    String id = client.getClientId();
    CachedClient known = clients.get(id);
    // A first word in a snapshot is the truth even when it is older: the registry may have been
    // restored from a backup. Otherwise an older version is a repetition.
    boolean isFirstWord = snapshot != null && snapshot.add(id);
    if (known != null && !isFirstWord && isBefore(client.getVersion(), known)) {
      return;
    }
    CachedClient next =
        new CachedClient(
            client,
            watched.getSecretDigestsList(),
            Integer.toUnsignedLong(watched.getClientLifetime()));
    clients.put(id, next);
    changes++;
    if (!next.equals(known)) {
      tell(id, Optional.of(next));
    }
  }

  private void remove(RemovedClient removed) {
    String id = removed.getClientId();
    CachedClient known = clients.get(id);
    if (known == null || (removed.getVersion() != 0 && isBefore(removed.getVersion(), known))) {
      return;
    }
    clients.remove(id);
    changes++;
    tell(id, Optional.empty());
  }

  private void endSnapshot() {
    if (snapshot == null) {
      return;
    }
    Set<String> present = snapshot;
    snapshot = null;
    changes++;
    for (String id : clients.keySet()) {
      if (!present.contains(id)) {
        clients.remove(id);
        tell(id, Optional.empty());
      }
    }
  }

  private static boolean isBefore(int version, CachedClient known) {
    return Integer.compareUnsigned(version, known.client().getVersion()) < 0;
  }

  private void tell(String id, Optional<CachedClient> client) {
    for (ClientListener listener : listeners) {
      try {
        listener.changed(id, client);
      } catch (RuntimeException e) {
        logger.log(Level.WARNING, "a listener failed at the client " + id, e);
      }
    }
  }
}
