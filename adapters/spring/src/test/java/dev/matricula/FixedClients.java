package dev.matricula;

import dev.matricula.v1.ClientDirectoryServiceGrpc;
import dev.matricula.v1.SnapshotEnd;
import dev.matricula.v1.WatchClientsRequest;
import dev.matricula.v1.WatchClientsResponse;
import dev.matricula.v1.WatchedClient;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A cache of clients that do not change, from a directory in this process. */
public final class FixedClients implements AutoCloseable {
  private final Server server;
  private final MatriculaClient client;
  private final ClientCache cache;

  /** A cache that knows these clients. */
  public FixedClients(Clock clock, WatchedClient... clients) throws Exception {
    String name = UUID.randomUUID().toString();
    server = InProcessServerBuilder.forName(name).addService(directory(clients)).build().start();
    client =
        MatriculaClient.builder()
            .build(
                new ReloadingChannel(
                    List.of(), () -> InProcessChannelBuilder.forName(name).build()));
    cache = ClientCache.builder(client).clock(clock).start();
    cache.awaitReady(Duration.ofSeconds(20));
  }

  /** The cache. */
  public ClientCache cache() {
    return cache;
  }

  @Override
  public void close() throws IOException {
    cache.close();
    server.shutdownNow();
    client.close();
  }

  private static ClientDirectoryServiceGrpc.ClientDirectoryServiceImplBase directory(
      WatchedClient... clients) {
    return new ClientDirectoryServiceGrpc.ClientDirectoryServiceImplBase() {
      @Override
      public void watchClients(
          WatchClientsRequest request, StreamObserver<WatchClientsResponse> observer) {
        for (WatchedClient each : clients) {
          observer.onNext(WatchClientsResponse.newBuilder().setClient(each).build());
        }
        observer.onNext(
            WatchClientsResponse.newBuilder()
                .setSnapshotEnd(SnapshotEnd.getDefaultInstance())
                .build());
      }
    };
  }
}
