package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN;

import dev.matricula.AssertionCheck.Terms;
import dev.matricula.SeenAssertions.Answer;
import dev.matricula.v1.AuthenticateClientRequest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Verdicts about clients from what the cache holds, in the order of the registry, so that a refusal
 * has the reason that the registry gives. Where that is not enough they are unsure.
 */
final class CopyVerdicts {
  private final String realm;
  private final Set<String> audiences;
  private final LongSupplier clock;
  private final Function<String, Optional<CachedClient>> clients;
  private final SaidExpired saidExpired;
  private final SeenAssertions seen = new SeenAssertions();

  CopyVerdicts(
      String realm,
      Set<String> audiences,
      LongSupplier clock,
      Function<String, Optional<CachedClient>> clients,
      SaidExpired saidExpired) {
    this.realm = realm;
    this.audiences = audiences;
    this.clock = clock;
    this.clients = clients;
    this.saidExpired = saidExpired;
  }

  /** The verdict; an assertion that holds is used up, if asked to. */
  Verdict judge(AuthenticateClientRequest presented, boolean usesUp) {
    Claim claim = ClaimReader.read(presented);
    if (claim instanceof Claim.None none) {
      return none.verdict();
    }
    long now = now();
    Optional<CachedClient> known = find(claim.clientId());
    if (claim instanceof Claim.Secret secret) {
      Set<String> method = Set.of(secret.method());
      return settled(secret.clientId(), SecretCheck.check(realm, secret, method, known, now), now);
    }
    boolean isAssertion = claim instanceof Claim.Asserted;
    if (isAssertion && known.filter(each -> isOf(each, "client_secret_jwt")).isPresent()) {
      // With a secret that is the registry's alone: what has expired, the client or that, is for
      // it to say.
      return Liveness.whyNotActive(known)
          .orElseGet(
              () ->
                  Verdict.unsure(
                      INVALID_CLIENT_REASON_BAD_CREDENTIAL, "the secret itself is not known here"));
    }
    Optional<Verdict> notLive = Liveness.whyNotLive(known, now);
    if (notLive.isPresent()) {
      return settled(claim.clientId(), notLive.get(), now);
    }
    return claim instanceof Claim.Asserted asserted
        ? byAssertion(asserted, presented, known.get(), usesUp)
        : byConnection(presented, known.get(), now);
  }

  /** The verdict on a secret by whichever of the two methods the client has. */
  Verdict judge(Claim.Secret secret) {
    long now = now();
    Optional<CachedClient> known = find(secret.clientId());
    Verdict verdict = SecretCheck.check(realm, secret, SecretCheck.METHODS, known, now);
    return settled(secret.clientId(), verdict, now);
  }

  Optional<CachedClient> find(String clientId) {
    return clients.apply(clientId);
  }

  long now() {
    return clock.getAsLong();
  }

  private Verdict byAssertion(
      Claim.Asserted claim,
      AuthenticateClientRequest presented,
      CachedClient client,
      boolean usesUp) {
    if (!isOf(client, "private_key_jwt")) {
      return Verdict.bad("the client is registered with another method, and sends an assertion");
    }
    Set<String> here = new HashSet<>(audiences);
    if (!presented.getEndpoint().isEmpty()) {
      here.add(presented.getEndpoint());
    }
    Assertion assertion = claim.assertion();
    long now = now();
    Terms terms = new Terms(claim.clientId(), client.client().getMetadata(), here, now);
    Optional<Verdict> why = AssertionCheck.whyNot(assertion, terms);
    if (why.isPresent()) {
      return why.get();
    }
    // The last thing: whoever could not prove itself uses nothing up.
    String jti = (String) assertion.claims().get("jti");
    long end = AssertionCheck.rememberedUntil(assertion);
    Answer answer =
        usesUp
            ? seen.put(claim.clientId(), jti, end, now)
            : seen.look(claim.clientId(), jti, now);
    return switch (answer) {
      case FIRST -> Verdict.of(client, "private_key_jwt", assertion.keyId());
      case AGAIN -> Verdict.bad("the assertion's jti was used before");
      // It is on record at the registry.
      case FULL ->
          Verdict.unsure(INVALID_CLIENT_REASON_BAD_CREDENTIAL, "the client sends too many");
    };
  }

  private static Verdict byConnection(
      AuthenticateClientRequest presented, CachedClient client, long now) {
    if (isOf(client, "none")) {
      // Whatever is on its connection: a public client has nothing to prove.
      return Verdict.of(client, "none", "");
    }
    return CertificateCheck.isMethod(client.authMethod())
        ? CertificateCheck.check(presented, client, now)
        : Verdict.bad("the client is registered with another method, and shows nothing of it");
  }

  private static boolean isOf(CachedClient client, String method) {
    return client.authMethod().equals(method);
  }

  /** The registry has just said that it has expired: it is not asked again. */
  private Verdict settled(String clientId, Verdict verdict, long now) {
    return mayHaveExpired(verdict) && saidExpired.holds(clientId, now)
        ? verdict.settled()
        : verdict;
  }

  /** Of an expired secret there is no doubt: it is the client that may have expired. */
  static boolean mayHaveExpired(Verdict verdict) {
    return !verdict.isFinal() && verdict.reason() == INVALID_CLIENT_REASON_EXPIRED;
  }

  static boolean isUnknown(Verdict verdict) {
    return !verdict.isFinal() && verdict.reason() == INVALID_CLIENT_REASON_UNKNOWN;
  }
}
