package dev.matricula;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.matricula.v1.ClientDirectoryServiceGrpc;
import dev.matricula.v1.ClientUse;
import dev.matricula.v1.ReportClientUseRequest;
import dev.matricula.v1.ReportClientUseResponse;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;

/**
 * Gathers which clients were used, the last time of each, and reports them in batches. It never
 * waits: what the registry cannot take now is kept and goes with the next batch.
 */
final class UseReports {
  private static final Logger logger = Logger.getLogger(UseReports.class.getName());

  /** ReportClientUse takes this many. */
  private static final int BATCH = 1000;

  /** Further clients are not counted while the registry is away this long. */
  private static final int MOST = 100_000;

  private record Key(String clientId, String secretLabel) {}

  private final String realm;
  private final Channel channel;
  private final Map<Key, Long> uses = new HashMap<>();
  private boolean isUnderWay;
  private boolean isComplainedOf;

  UseReports(String realm, Channel channel) {
    this.realm = realm;
    this.channel = channel;
  }

  synchronized void add(String clientId, String secretLabel, long now) {
    Key key = new Key(clientId, secretLabel);
    if (uses.size() < MOST || uses.containsKey(key)) {
      uses.merge(key, now, Math::max);
    }
  }

  /** Sends what was gathered, batch after batch; the last one's end is not waited for. */
  void flush() {
    List<ClientUse> batch = take();
    if (batch.isEmpty()) {
      return;
    }
    ReportClientUseRequest request =
        ReportClientUseRequest.newBuilder().setRealm(realm).addAllUses(batch).build();
    Futures.addCallback(
        ClientDirectoryServiceGrpc.newFutureStub(channel).reportClientUse(request),
        new FutureCallback<>() {
          @Override
          public void onSuccess(ReportClientUseResponse answer) {
            end();
            flush();
          }

          @Override
          public void onFailure(Throwable failure) {
            giveBack(batch, MatriculaException.of(failure));
          }
        },
        MoreExecutors.directExecutor());
  }

  private synchronized List<ClientUse> take() {
    List<ClientUse> batch = new ArrayList<>();
    if (isUnderWay) {
      return batch;
    }
    Iterator<Map.Entry<Key, Long>> all = uses.entrySet().iterator();
    while (all.hasNext() && batch.size() < BATCH) {
      Map.Entry<Key, Long> use = all.next();
      batch.add(
          ClientUse.newBuilder()
              .setClientId(use.getKey().clientId())
              .setSecretLabel(use.getKey().secretLabel())
              .setUsedAt(use.getValue().intValue())
              .build());
      all.remove();
    }
    isUnderWay = !batch.isEmpty();
    return batch;
  }

  private synchronized void end() {
    isUnderWay = false;
  }

  private synchronized void giveBack(List<ClientUse> batch, MatriculaException failure) {
    isUnderWay = false;
    switch (failure.code()) {
      // These will not fare better later. Others may, when the registry is configured anew.
      case PERMISSION_DENIED, UNIMPLEMENTED, INVALID_ARGUMENT -> {
        if (!isComplainedOf) {
          logger.warning("uses of clients are not reported: " + failure.getMessage());
        }
        isComplainedOf = true;
      }
      default -> {
        for (ClientUse use : batch) {
          add(use.getClientId(), use.getSecretLabel(), Integer.toUnsignedLong(use.getUsedAt()));
        }
      }
    }
  }
}
