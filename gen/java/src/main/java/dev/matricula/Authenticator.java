package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;

import dev.matricula.v1.AuthenticateClientRequest;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Verdicts from the copy where that is enough, else from the registry, unless none is asked. */
final class Authenticator {
  private final CopyVerdicts copy;
  private final SaidExpired saidExpired;
  private final RegistryQuestions registry;
  private final BooleanSupplier mayAskForUnknown;

  /** Without a registry, null, none is asked. */
  Authenticator(
      CopyVerdicts copy,
      SaidExpired saidExpired,
      RegistryQuestions registry,
      BooleanSupplier mayAskForUnknown) {
    this.copy = copy;
    this.saidExpired = saidExpired;
    this.registry = registry;
    this.mayAskForUnknown = mayAskForUnknown;
  }

  /** Empty where the registry must be asked; of one that is not here it need not. */
  Optional<Verdict> decide(AuthenticateClientRequest presented) {
    return Optional.of(copy.judge(presented, false))
        .filter(here -> registry == null || here.isFinal() || CopyVerdicts.isUnknown(here));
  }

  Verdict authenticate(AuthenticateClientRequest presented) {
    Verdict here = copy.judge(presented, true);
    if (here.isFinal() || registry == null) {
      return here;
    }
    if (!CopyVerdicts.isUnknown(here)) {
      return ask(presented, ClaimReader.read(presented).clientId(), here);
    }
    // One that is seconds old may not have arrived.
    Optional<Verdict> answer =
        mayAskForUnknown.getAsBoolean()
            ? registry.authenticateUnknown(presented)
            : Optional.empty();
    return answer.orElse(here);
  }

  Verdict authenticateSecret(String clientId, String secret) {
    Verdict here = copy.judge(new Claim.Secret(clientId, secret, ""));
    if (here.isFinal() || registry == null) {
      return here;
    }
    Optional<CachedClient> client =
        CopyVerdicts.isUnknown(here) && mayAskForUnknown.getAsBoolean()
            ? registry.findUnknown(clientId)
            : copy.find(clientId);
    return client
        .map(each -> RegistryQuestions.presented(clientId, secret, each.authMethod()))
        .map(presented -> ask(presented, clientId, here))
        .orElse(here);
  }

  private Verdict ask(AuthenticateClientRequest presented, String clientId, Verdict here) {
    Verdict verdict = registry.authenticate(presented);
    if (CopyVerdicts.mayHaveExpired(here) && verdict.reason() == INVALID_CLIENT_REASON_EXPIRED) {
      saidExpired.note(clientId, copy.now());
    }
    return verdict;
  }
}
