// Verdicts about clients from what the cache holds. Where that is not enough, the service is to be asked.

import { createHash, timingSafeEqual, X509Certificate } from "node:crypto";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { SecretDigest, WatchedClient } from "../../matricula/v1/client_directory_service_pb.js";
import { ClientState, type Client } from "../../matricula/v1/client_pb.js";
import type { ClientMetadata } from "../../matricula/v1/client_metadata_pb.js";
import { readClaim, type Claim, type Presented } from "./presented.js";
import { isKnownAlgorithm, isSignedByOneOf } from "./signature.js";

/** Why a client did not authenticate: for the caller alone, never for the client. */
export type Refusal = "UNKNOWN" | "DELETED" | "SUSPENDED" | "EXPIRED" | "BAD_CREDENTIAL";

/** Whether a client is who it says. What it is told when it is not is the OAuth error invalid_client (RFC 6749 section 5.2). */
export type Verdict =
  | {
      readonly outcome: "authenticated";
      readonly client: Client;
      /** Such as "private_key_jwt". */
      readonly method: string;
      /** A secret's label, a key's kid, sha256: and a certificate's fingerprint; "" for none. */
      readonly credential: string;
    }
  | { readonly outcome: "invalid_client"; readonly reason: Refusal; /** Without secrets. */ readonly description: string };

/** What a verdict needs beside the client. */
export interface Circumstances {
  readonly realm: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** What an assertion may name as its audience. */
  readonly audiences: readonly string[];
  /** Whether this assertion comes for the first time, as far as that is on record until `expiresAt`; "ask" when it could not be. */
  readonly isFirst: (clientId: string, jti: string, expiresAt: number) => boolean | "ask";
  /** Whether the service has just said that the client has expired. */
  readonly isSaidExpired: (clientId: string) => boolean;
}

/** Clocks may differ by as much (RFC 7519 section 4.1.4). */
const leeway = 30;
/** How far ahead an assertion may end, and how old it may be. */
const longestAssertion = 3600;
/** Each jti is kept for as long as its assertion holds. */
const longestJti = 255;
/** What a JWT for this may call itself, in lower case. */
const assertionTypes: ReadonlySet<string> = new Set(["jwt", "client-authentication+jwt"]);

/** The verdict, or "ask". In the order of the service, so that a refusal has the reason that the service gives. */
export function decide(presented: Presented, find: (clientId: string) => WatchedClient | undefined, around: Circumstances): Verdict | "ask" {
  const claim = readClaim(presented);
  if (claim === "ask") return "ask";
  if ("reason" in claim) return refused(claim.reason, claim.description);
  const found = find(claim.clientId);
  if (claim.kind === "secret") return decideSecret(claim, found, around);
  // With a secret that is the service's alone: what has expired, the client or that, is for it to say.
  if (claim.kind === "assertion" && found?.client?.metadata !== undefined && methodOf(found.client.metadata) === "client_secret_jwt") return whyNotActive(found) ?? "ask";
  const notLive = whyNotLive(found, around);
  if (notLive !== undefined) return notLive;
  const client = found!.client!;
  const metadata = client.metadata!;
  const method = methodOf(metadata);
  const accept = (credential: string): Verdict => ({ outcome: "authenticated", client, method, credential });
  if (claim.kind === "assertion") return method === "private_key_jwt" ? decideAssertion(claim, metadata, around, accept) : notItsMethod;
  // Whatever is on its connection: a public client has nothing to prove.
  if (method === "none") return accept("");
  return method === "self_signed_tls_client_auth" || method === "tls_client_auth" ? decideCertificate(presented, method, metadata, around.now, accept) : notItsMethod;
}

/** When the client expires as far as is known here: uses at other servers are not told, so that it may live on. Undefined for never. */
export const knownExpiry = (watched: WatchedClient): number | undefined => (watched.clientLifetime === 0 ? undefined : lastSign(watched) + watched.clientLifetime);

/** The client's last sign of life, as far as is known here. */
const lastSign = ({ client }: WatchedClient): number => Math.max(client!.updatedAt, client!.lastUsedAt ?? 0);

/** Why no credential helps; "ask" for one that has expired unless it was used elsewhere. */
function whyNotLive(found: WatchedClient | undefined, { now, isSaidExpired }: Circumstances): Verdict | "ask" | undefined {
  const notActive = whyNotActive(found);
  if (notActive !== undefined) return notActive;
  const expired = refused("EXPIRED", "the registration has expired");
  if ((found!.client!.expiresAt ?? Infinity) <= now) return expired;
  if ((knownExpiry(found!) ?? Infinity) > now) return undefined;
  return isSaidExpired(found!.client!.clientId!) ? expired : "ask";
}

function whyNotActive(found: WatchedClient | undefined): Verdict | undefined {
  if (found?.client?.metadata === undefined) return refused("UNKNOWN", "there is no such client");
  return found.client.state === ClientState.ACTIVE ? undefined : refused("SUSPENDED", "the client is suspended");
}

function decideSecret({ clientId, secret, method }: Extract<Claim, { kind: "secret" }>, found: WatchedClient | undefined, around: Circumstances): Verdict | "ask" {
  const { realm, now } = around;
  // Made whatever is known of the client, so that the time tells nothing.
  const match = matching(found?.secretDigests ?? [], secretDigest(realm, clientId, secret), now);
  if (match === undefined) {
    const notActive = whyNotActive(found);
    if (notActive !== undefined) return notActive;
    // Nothing to compare with, and yet it has a secret: that has expired, or a reader is not told digests.
    return found!.secretDigests.length === 0 && found!.client!.clientSecretExpiresAt !== undefined ? "ask" : refused("BAD_CREDENTIAL", "the secret is not one of the client's");
  }
  const isItsMethod = methodOf(found!.client!.metadata!) === method;
  const notLive = whyNotLive(found, around);
  // Whichever of the two has expired.
  if (notLive === "ask" && isItsMethod && !match.isLive) return secretExpired;
  if (notLive !== undefined) return notLive;
  if (!isItsMethod) return notItsMethod;
  return match.isLive ? { outcome: "authenticated", client: found!.client!, method, credential: match.label } : secretExpired;
}

const methodOf = ({ tokenEndpointAuthMethod }: ClientMetadata) => tokenEndpointAuthMethod ?? "client_secret_basic";

/** The digest of docs/watch.md. */
export function secretDigest(realm: string, clientId: string, secret: string): Uint8Array {
  return createHash("sha256").update(`client_secret\0${realm}\0${clientId}\0${secret}`).digest();
}

const nothing = new Uint8Array(32);

/** The digest's equal. All are looked at; of two, the one that is still good. */
function matching(digests: readonly SecretDigest[], digest: Uint8Array, now: number): { readonly label: string; readonly isLive: boolean } | undefined {
  let match: { label: string; isLive: boolean } | undefined;
  for (const { label, scheme, digest: own, expiresAt } of digests.length === 0 ? [{ label: "", scheme: "", digest: nothing, expiresAt: 0 }] : digests) {
    const isSame = own.length === digest.length && timingSafeEqual(own, digest) && scheme === "sha256";
    if (isSame && match?.isLive !== true) match = { label, isLive: expiresAt === 0 || expiresAt > now };
  }
  return match;
}

/** RFC 7523 section 3, OpenID Connect Core section 9, RFC 8725; the rules of the service. */
function decideAssertion({ clientId, assertion }: Extract<Claim, { kind: "assertion" }>, metadata: ClientMetadata, around: Circumstances, accept: (credential: string) => Verdict): Verdict | "ask" {
  const { header, claims } = assertion;
  const { alg, typ, kid } = header;
  const bad = (description: string) => refused("BAD_CREDENTIAL", description);
  if (typ !== undefined && !(typeof typ === "string" && assertionTypes.has(typ.toLowerCase().replace(/^application\//, "")))) return bad("the assertion is a JWT of another kind");
  if (typeof alg !== "string" || !isKnownAlgorithm(alg)) return bad("the assertion's algorithm is not one of private_key_jwt");
  if (metadata.tokenEndpointAuthSigningAlg !== undefined && metadata.tokenEndpointAuthSigningAlg !== alg) return bad("the assertion's algorithm is not the registered one");
  // RFC 7515 section 4.1.11: nothing is understood that could be critical, unencoded payloads (RFC 7797) least of all.
  if (header["crit"] !== undefined || header["b64"] !== undefined) return bad("the assertion has critical headers");
  if (kid !== undefined && typeof kid !== "string") return bad("the assertion's kid is no string");
  const { iss, exp, nbf, iat, aud, jti } = claims;
  if (iss !== clientId) return bad("the assertion is not issued by the client");
  const named = Array.isArray(aud) ? aud : [aud];
  if (named.length === 0 || !named.every((each) => typeof each === "string" && around.audiences.includes(each))) return bad("the assertion is for another audience");
  if (!isTime(exp) || exp + leeway <= around.now) return bad("the assertion has expired, or does not say when");
  if (exp > around.now + longestAssertion + leeway) return bad("the assertion holds for more than an hour");
  if ([nbf, iat].some((time) => time !== undefined && !(isTime(time) && time - leeway <= around.now))) return bad("the assertion is of a later time");
  if (isTime(iat) && iat + longestAssertion + leeway <= around.now) return bad("the assertion is older than an hour");
  if (typeof jti !== "string" || jti === "" || jti.length > longestJti) return bad(`the assertion has no jti of 1 to ${longestJti} characters`);
  // Keys by reference.
  if (metadata.jwks === undefined) return "ask";
  if (!isSignedByOneOf(metadata.jwks, assertion)) return bad("no key of the client has signed the assertion");
  // The last thing: whoever could not prove itself uses nothing up.
  const isFirst = around.isFirst(clientId, jti, Math.ceil(exp) + leeway);
  if (isFirst === "ask") return "ask";
  return isFirst ? accept(kid ?? "") : bad("the assertion was used before");
}

const isTime = (value: JsonValue | undefined): value is number => typeof value === "number" && Number.isFinite(value);

/** RFC 8705 section 2: names, and certificates and keys that stand in the key set. */
function decideCertificate({ clientCertificate, clientCertificateVerified: verified }: Presented, method: string, metadata: ClientMetadata, now: number, accept: (credential: string) => Verdict): Verdict | "ask" {
  if (clientCertificate === undefined) return refused("BAD_CREDENTIAL", "there is no certificate on the connection");
  const shown = readCertificate(clientCertificate);
  if (shown === undefined) return refused("BAD_CREDENTIAL", "the certificate cannot be read");
  if (Date.parse(shown.validFrom) > 1000 * now || Date.parse(shown.validTo) < 1000 * now) return refused("BAD_CREDENTIAL", "the certificate is not valid at this time");
  if (method === "tls_client_auth" && verified !== true) return refused("BAD_CREDENTIAL", "the certificate's chain was not verified");
  const isItsOwn = method === "tls_client_auth" ? hasRegisteredName(shown, metadata) : isRegisteredCertificate(shown, metadata);
  if (isItsOwn === "ask") return "ask";
  return isItsOwn ? accept(`sha256:${createHash("sha256").update(clientCertificate).digest("hex")}`) : refused("BAD_CREDENTIAL", "the certificate is not the registered one");
}

/** RFC 8705 section 2.2: by the certificate, or by its key, so that it may be renewed. */
function isRegisteredCertificate(shown: X509Certificate, { jwks }: ClientMetadata): boolean | "ask" {
  if (jwks === undefined) return "ask";
  const own = publicMembers(shown);
  return (Array.isArray(jwks["keys"]) ? (jwks["keys"] as JsonObject[]) : []).some((jwk) => {
    const first = Array.isArray(jwk["x5c"]) ? jwk["x5c"][0] : undefined;
    return (typeof first === "string" && Buffer.from(first, "base64").equals(shown.raw)) || (own.length > 1 && own.every(([name, value]) => jwk[name] === value));
  });
}

/** The members of RFC 7518 section 6 and RFC 8037 that make its key; none of a key that has no such members. */
function publicMembers({ publicKey }: X509Certificate): [string, unknown][] {
  try {
    return Object.entries(publicKey.export({ format: "jwk" }));
  } catch {
    return [];
  }
}

/** RFC 8705 section 2.1.2. Distinguished names have many spellings. */
function hasRegisteredName(shown: X509Certificate, { tlsClientAuthSanDns: dns, tlsClientAuthSanUri: uri, tlsClientAuthSanEmail: email, tlsClientAuthSanIp: ip }: ClientMetadata): boolean | "ask" {
  const names = alternativeNames(shown);
  if (names === undefined) return "ask";
  const has = (kind: string, wanted: string, canonical: (name: string) => string) => names.some((each) => each.kind === kind && canonical(each.name) === canonical(wanted));
  if (dns !== undefined) return has("DNS", dns, (name) => name.toLowerCase());
  if (uri !== undefined) return has("URI", uri, (name) => name);
  if (email !== undefined) return has("email", email, (name) => name.replace(/@[^@]*$/, (host) => host.toLowerCase()));
  if (ip !== undefined) return has("IP Address", ip, canonicalAddress);
  return "ask";
}

/** One text for an address in whichever of its spellings (RFC 5952). */
function canonicalAddress(address: string): string {
  if (!address.includes(":")) return address.split(".").map(Number).join(".");
  const url = `https://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname : address;
}

function readCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    // What is behind it would be another's.
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** The names as Node writes them; undefined where one is quoted, and so could be read as two. */
function alternativeNames({ subjectAltName = "" }: X509Certificate): { kind: string; name: string }[] | undefined {
  if (subjectAltName.includes('"')) return undefined;
  return subjectAltName.split(", ").map((text) => ({ kind: text.slice(0, text.indexOf(":")), name: text.slice(text.indexOf(":") + 1) }));
}

const refused = (reason: Refusal, description: string): Verdict => ({ outcome: "invalid_client", reason, description });
const secretExpired = refused("EXPIRED", "the secret has expired");
const notItsMethod = refused("BAD_CREDENTIAL", "what was presented is not of the client's registered method");
