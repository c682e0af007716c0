// Verdicts about clients from what the cache holds. Where that is not enough, the service is to be asked.

import { createHash, timingSafeEqual, X509Certificate } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import type { SecretDigest, WatchedClient } from "../../matricula/v1/client_directory_service_pb.js";
import { ClientState, type Client } from "../../matricula/v1/client_pb.js";
import type { ClientMetadata } from "../../matricula/v1/client_metadata_pb.js";
import { readClaim, type Claim, type Presented } from "./presented.js";
import { isKnownAlgorithm, signingKey } from "./signature.js";

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
  /** Whether this assertion comes for the first time; it is on record from then on, until `expiresAt`. "ask" when no more can be on record. */
  readonly isFirst: (clientId: string, jti: string, expiresAt: number) => boolean | "ask";
}

/** Clocks may differ by as much (RFC 7519 section 4.1.4). */
const leeway = 30;
/** How far ahead an assertion may end. */
const longestAssertion = 3600;
/** Each jti is kept for as long as its assertion holds. */
const longestJti = 255;
/** What a JWT for this may call itself, in lower case. */
const assertionTypes: ReadonlySet<unknown> = new Set([undefined, "jwt", "client-authentication+jwt"]);

/** The verdict, or "ask". */
export function decide(presented: Presented, find: (clientId: string) => WatchedClient | undefined, around: Circumstances): Verdict | "ask" {
  const claim = readClaim(presented);
  if (typeof claim === "string") return refused("BAD_CREDENTIAL", claim);
  const found = find(claim.clientId);
  // Made whatever is known of the client, so that the time tells nothing.
  const digest = claim.kind === "secret" ? secretDigest(around.realm, claim.clientId, claim.secret) : undefined;
  const match = digest === undefined ? undefined : matching(found?.secretDigests ?? [], digest, around.now);
  const client = found?.client;
  const metadata = client?.metadata;
  if (found === undefined || client === undefined || metadata === undefined) return refused("UNKNOWN", "there is no such client");
  if (client.state !== ClientState.ACTIVE) return refused("SUSPENDED", "the client is suspended");
  if (client.expiresAt !== undefined && client.expiresAt <= around.now) return refused("EXPIRED", "the registration has expired");
  const method = metadata.tokenEndpointAuthMethod ?? "client_secret_basic";
  const accept = (credential: string): Verdict => ({ outcome: "authenticated", client, method, credential });
  switch (claim.kind) {
    case "nothing":
      return method === "none" ? accept("") : refused("BAD_CREDENTIAL", "nothing was presented");
    case "secret":
      if (claim.method !== method) return notItsMethod;
      if (match !== undefined) return match.isLive ? accept(match.label) : refused("EXPIRED", "the secret has expired");
      // Nothing to compare with, and yet a method with a secret: a reader is not told digests.
      return found.secretDigests.length === 0 && client.clientSecretExpiresAt !== undefined ? "ask" : refused("BAD_CREDENTIAL", "the secret is not one of the client's");
    case "assertion":
      return method === "client_secret_jwt" ? "ask" : method === "private_key_jwt" ? decideAssertion(claim, metadata, around, accept) : notItsMethod;
    case "certificate":
      // With a certificate on its connection a client may still be one without credentials.
      if (method === "none") return accept("");
      return method === "self_signed_tls_client_auth" || method === "tls_client_auth" ? decideCertificate(claim, method, metadata, around.now, accept) : notItsMethod;
  }
}

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

/** RFC 7523 section 3. */
function decideAssertion({ clientId, assertion }: Extract<Claim, { kind: "assertion" }>, metadata: ClientMetadata, around: Circumstances, accept: (credential: string) => Verdict): Verdict | "ask" {
  const { header, claims } = assertion;
  const { alg } = header;
  if (typeof alg !== "string" || alg === "none" || alg.startsWith("HS")) return refused("BAD_CREDENTIAL", "the assertion's algorithm is not one of private_key_jwt");
  const typ = typeof header["typ"] === "string" ? header["typ"].toLowerCase().replace(/^application\//, "") : header["typ"];
  if (!assertionTypes.has(typ)) return refused("BAD_CREDENTIAL", "the assertion is a JWT of another kind");
  const registered = metadata.tokenEndpointAuthSigningAlg;
  if (registered !== undefined && registered !== alg) return refused("BAD_CREDENTIAL", "the assertion's algorithm is not the registered one");
  // Keys by reference, and algorithms that are not known here.
  if (metadata.jwks === undefined || !isKnownAlgorithm(alg) || header["crit"] !== undefined) return "ask";
  const key = signingKey(assertion, metadata.jwks);
  if (key === undefined) return refused("BAD_CREDENTIAL", "no key of the client has signed the assertion");
  const { iss, exp, nbf, iat, aud, jti } = claims;
  if (iss !== clientId) return refused("BAD_CREDENTIAL", "the assertion is not issued by the client");
  if (typeof exp !== "number" || exp + leeway <= around.now) return refused("BAD_CREDENTIAL", "the assertion has expired, or does not say when");
  if (exp > around.now + longestAssertion + leeway) return refused("BAD_CREDENTIAL", "the assertion holds for more than an hour");
  if ([nbf, iat].some((time) => time !== undefined && (typeof time !== "number" || time - leeway > around.now))) return refused("BAD_CREDENTIAL", "the assertion is of a later time");
  const named = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (named.length === 0 || !named.every((each) => typeof each === "string" && around.audiences.includes(each))) return refused("BAD_CREDENTIAL", "the assertion is for another audience");
  if (typeof jti !== "string" || jti === "" || jti.length > longestJti) return refused("BAD_CREDENTIAL", `the assertion has no jti of 1 to ${longestJti} characters`);
  const isFirst = around.isFirst(clientId, jti, exp + leeway);
  if (isFirst === "ask") return "ask";
  if (!isFirst) return refused("BAD_CREDENTIAL", "the assertion was used before");
  return accept(typeof key["kid"] === "string" ? key["kid"] : "");
}

/** RFC 8705 section 2, where it is simple: names that are compared as they are, and certificates that stand in the key set. */
function decideCertificate({ certificate, verified }: Extract<Claim, { kind: "certificate" }>, method: string, metadata: ClientMetadata, now: number, accept: (credential: string) => Verdict): Verdict | "ask" {
  const shown = readCertificate(certificate);
  if (shown === undefined) return refused("BAD_CREDENTIAL", "the certificate cannot be read");
  if (Date.parse(shown.validFrom) > 1000 * now || Date.parse(shown.validTo) < 1000 * now) return refused("BAD_CREDENTIAL", "the certificate is not valid at this time");
  const fingerprint = `sha256:${createHash("sha256").update(certificate).digest("hex")}`;
  if (method === "self_signed_tls_client_auth") {
    const keys = metadata.jwks?.["keys"];
    if (!Array.isArray(keys) || !keys.every((jwk) => Array.isArray((jwk as JsonObject)["x5c"]))) return "ask";
    const isRegistered = keys.some((jwk) => Buffer.from(String(((jwk as JsonObject)["x5c"] as string[])[0]), "base64").equals(certificate));
    // A renewed certificate of a registered key is the client's too.
    return isRegistered ? accept(fingerprint) : "ask";
  }
  if (!verified) return refused("BAD_CREDENTIAL", "the certificate's chain was not verified");
  const names = alternativeNames(shown);
  if (names === undefined) return "ask";
  const { tlsClientAuthSanDns: dns, tlsClientAuthSanUri: uri, tlsClientAuthSanEmail: email } = metadata;
  const isNamed =
    dns !== undefined ? names.some(({ kind, name }) => kind === "DNS" && name.toLowerCase() === dns.toLowerCase())
    : uri !== undefined ? names.some(({ kind, name }) => kind === "URI" && name === uri)
    : email !== undefined ? names.some(({ kind, name }) => kind === "email" && name === email)
    : undefined;
  // Distinguished names and addresses have many spellings.
  if (isNamed === undefined) return "ask";
  return isNamed ? accept(fingerprint) : refused("BAD_CREDENTIAL", "the certificate does not have the registered name");
}

function readCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
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
const notItsMethod = refused("BAD_CREDENTIAL", "what was presented is not of the client's registered method");
