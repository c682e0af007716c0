// What the tests of AuthenticateClient share: clients of every method, their keys and certificates, and assertions that are signed here.

import { X509Certificate, generateKeyPairSync, webcrypto, type KeyObject } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { exportJWK, SignJWT, type JWK } from "jose";
import { AuthenticateClientRequestSchema, ClientDirectoryService, InvalidClientReason } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import type { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { ClientRecord, CredentialRecord } from "../../src/domain/ports.js";
import * as x509 from "../../src/net/x509.js";
import { clientRecord, metadataOf } from "../../src/service/client-record.js";
import type { Evidence } from "../../src/service/caller.js";
import type { Registry } from "../../src/service/registry.js";
import type { World } from "../doors/world.js";
import { nobody, perform } from "./calls.js";

export const realm = "sealed";
export const issuer = "https://as.example";
export const tokenEndpoint = "https://as.example/token";
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The authorization server that asks. */
export const verifier: Evidence = { certificate: { kind: "accepted", uris: ["spiffe://matricula.test/verifier"], dnsNames: [], subject: "CN=verifier", fingerprint: "verifier" }, authorization: undefined };

export type Metadata = MessageInitShape<typeof ClientMetadataSchema>;

export interface RegisteredClient {
  readonly id: string;
  readonly secret: string;
}

/** Registers a client at the open door of the realm where secrets are sealed. */
export async function register(world: World, method: string, metadata: Metadata = {}): Promise<RegisteredClient> {
  const asked: Metadata = { redirectUris: ["https://client.example/cb"], tokenEndpointAuthMethod: method, ...metadata };
  const { client, credentials } = await perform(world.registry, RegistrationService.method.registerClient, { realm, metadata: asked }, nobody);
  return { id: client!.clientId!, secret: credentials!.clientSecret ?? "" };
}

/** What an operator, or time, has made of a client. */
export async function alter(world: World, id: string, facts: Partial<ClientRecord>, credentials: (before: readonly CredentialRecord[]) => readonly CredentialRecord[] = (before) => before): Promise<void> {
  const found = world.store.clients.findLive(realm, id)!;
  const client = clientRecord(world.registry.keys, { ...found.client, ...facts, version: found.client.version + 1 }, metadataOf(found.client));
  const result = await world.store.commit([{ kind: "replace_client", client, credentials: credentials(found.credentials) }]);
  if (!result.committed) throw new Error("the client was not altered");
}

export interface Key {
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
}

/** A key pair; the public half as a JWK with this kid. */
export async function makeKey(type: "ec" | "rsa" | "ed25519" | "small rsa", kid: string): Promise<Key> {
  const { privateKey, publicKey } =
    type === "ec" ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : type === "ed25519" ? generateKeyPairSync("ed25519")
    : generateKeyPairSync("rsa", { modulusLength: type === "rsa" ? 2048 : 1024 });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}

export interface AssertionOptions {
  readonly key: KeyObject | Uint8Array;
  readonly alg?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Beside or instead of the claims of a good one; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

let count = 0;

/** An assertion of a client, at the world's time. */
export async function assertion(world: World, id: string, { key, alg = "ES256", header = {}, claims = {} }: AssertionOptions): Promise<string> {
  const now = world.now();
  const all = { iss: id, sub: id, aud: issuer, exp: now + 60, iat: now, jti: `jti-${++count}`, ...claims };
  const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new SignJWT(present as never).setProtectedHeader({ alg, ...header }).sign(key);
}

/** The parameters of an assertion. */
export const asserted = (clientAssertion: string) => ({ clientAssertionType: assertionType, clientAssertion });

/** A Basic header, encoded as RFC 6749 section 2.3.1 says. */
export function basic(id: string, secret: string): string {
  const encoded = (text: string) => new URLSearchParams([["", text]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString("base64")}`;
}

export type Request = MessageInitShape<typeof AuthenticateClientRequestSchema>;

/** The verdict as a text: "ok METHOD CREDENTIAL", or the reason and its sentence. */
export async function verdict(registry: Registry, request: Request, evidence: Evidence = verifier): Promise<string> {
  const answer = await perform(registry, ClientDirectoryService.method.authenticateClient, create(AuthenticateClientRequestSchema, { realm, ...request }), evidence);
  switch (answer.verdict.case) {
    case "authenticated":
      return `ok ${answer.verdict.value.method} ${answer.verdict.value.credential}`.trim();
    case "invalidClient":
      return `${InvalidClientReason[answer.verdict.value.reason]}: ${answer.verdict.value.description}`;
    default:
      throw new Error("there is no verdict");
  }
}

export interface CertificateNames {
  readonly subject?: string;
  readonly names?: x509.JsonGeneralNames;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface OwnCertificate {
  readonly der: Uint8Array;
  readonly fingerprint: string;
  /** The key as a JWK, with the certificate as x5c. */
  readonly jwk: JWK;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A self-signed certificate, valid at the world's time; with a given key, a renewed one. */
export async function certificate(world: World, order: CertificateNames = {}, keys?: CryptoKeyPair): Promise<OwnCertificate & { readonly keys: CryptoKeyPair }> {
  const pair = keys ?? (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]));
  const now = world.now() * 1000;
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: order.subject ?? "CN=client",
    keys: pair as never,
    signingAlgorithm: algorithm,
    notBefore: order.notBefore ?? new Date(now - 86_400_000),
    notAfter: order.notAfter ?? new Date(now + 86_400_000),
    extensions: order.names === undefined ? [] : [new x509.SubjectAlternativeNameExtension(order.names)],
  });
  const der = new Uint8Array(made.rawData);
  const node = new X509Certificate(der);
  const jwk = { ...(await exportJWK(node.publicKey)), x5c: [Buffer.from(der).toString("base64")] };
  return { der, fingerprint: `sha256:${node.fingerprint256.replaceAll(":", "").toLowerCase()}`, jwk, keys: pair as CryptoKeyPair };
}

export type CryptoKeyPair = webcrypto.CryptoKeyPair;
