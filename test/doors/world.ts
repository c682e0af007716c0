// test/doors/: the real thing in one process, as serve.ts wires it, over a store in memory and a clock that tests set; and its five doors.

import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import { CompactSign } from "jose";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { loadConfiguration } from "../../src/config/configuration.js";
import { readyMadePolicies } from "../../src/config/ready-made.js";
import { createConnectDoor } from "../../src/connect/handler.js";
import { createHealth } from "../../src/connect/health.js";
import { digestOf, makeToken } from "../../src/domain/credentials.js";
import type { RegistryError } from "../../src/domain/errors.js";
import { encodeMetadata } from "../../src/domain/metadata-bytes.js";
import type { RandomBytes, Store } from "../../src/domain/ports.js";
import { createGateway } from "../../src/gateway/gateway.js";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { ensureDevelopmentPki } from "../../src/net/development-pki.js";
import { readClientCertificate } from "../../src/net/client-certificate.js";
import { createServer } from "../../src/net/server.js";
import { loadTlsFiles } from "../../src/net/tls.js";
import { createEvidence } from "../../src/serve/evidence.js";
import { createLiveRealms } from "../../src/serve/live-realms.js";
import { openStatementIssuers } from "../../src/serve/statement-issuers.js";
import { prepareRealm } from "../../src/serve/realms.js";
import { ClientUses } from "../../src/service/client-uses.js";
import { deriveKeys } from "../../src/service/keys.js";
import { createLimits, type LimitOptions } from "../../src/service/limits/limits.js";
import type { Registry } from "../../src/service/registry.js";
import { waysIn } from "../../src/service/ways-in/rows.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { signingKey, type SigningKey } from "../service/statements.js";
import { authority, client as issueClient } from "../net/fixture.js";

/** 2024-07-01T00:00:00Z: where the clock of every world starts. */
export const startSeconds = 1_719_792_000;

/** Who has a certificate: the admin of the development PKI, services with a role, and one of an authority that nobody knows. */
export const identityNames = ["admin", "orders", "billing", "reader", "nobody-in-particular", "stranger", "orders-renewed", "verifier"] as const;
export type IdentityName = (typeof identityNames)[number];

export const realmNames = ["default", "open", "expiring", "policed", "bound-to-certificate", "bound-to-identity", "limited", "sealed", "guarded", "described", "undescribed", "stated", "signed", "ready-fapi2", "ready-openbanking-brazil", "ready-oidc"] as const;
export type RealmName = (typeof realmNames)[number];

const spiffe = (name: string) => `spiffe://matricula.test/${name}`;

const certificates = `
    certificates:
      - {spiffe_id: "${spiffe("orders")}", roles: [registrar]}
      - {spiffe_id: "${spiffe("billing")}", roles: [registrar]}
      - {spiffe_id: "${spiffe("reader")}", roles: [reader]}
      - {spiffe_id: "${spiffe("verifier")}", roles: [verifier]}`;

const attributes = `
    custom_attributes:
      - {name: example_attribute}
      - {name: example_number, type: number}
      - {name: example_flag, type: boolean}
      - {name: example_list, type: strings}
      - {name: example_object, type: object, max_bytes: 64}
      - {name: example_verdict, set_by: server}`;

/** What the worlds are configured with. "open" is what the first policy alone decides. */
const configurationText = `
realms:
  default:${certificates}${attributes}
  open:${certificates}${attributes}
    ways_in: {open: {enabled: true, policy: rfc7591}}
  expiring:${certificates}
    ways_in: {open: {enabled: true, policy: ninety-days}, initial_access_token: {policy: ninety-days}, certificate: {policy: ninety-days}}
    policies: [{name: ninety-days, client_secret_lifetime: 7776000}]
  policed:${certificates}
    ways_in: {open: {enabled: true, policy: house}}
    policies:
      - name: house
        fields:
          - {field: token_endpoint_auth_method, allow: [none, client_secret_post]}
          - {field: scope, force: openid}
          - {field: client_uri, default: "https://default.example/"}
          - {field: software_id, refuse: true}
          - {field: grant_types, allow: [authorization_code, refresh_token], others: reduce}
          - {field: contacts, allow: [ops@example.org], others: refuse}
  bound-to-certificate:${certificates}
    registration_access_token_binding: certificate
  bound-to-identity:${certificates}
    registration_access_token_binding: identity
  guarded:${certificates}${attributes}
    ways_in: {open: {enabled: true, policy: apps}, certificate: {policy: machines}, initial_access_token: {policy: vouched}}
    policies:
      - name: apps
        client_lifetime: 1000
        required: [client_name]
        fields:
          - {field: redirect_uris, hosts: ["*.example.com"], schemes: [https, com.example.app], reason: apps of example.com alone}
          - {field: scope, allow: [openid, email], others: reduce}
          - {field: example_attribute, allow: [gold, silver], default: silver}
          - {field: example_verdict, force: pending}
          - {field: example_flag, refuse: true}
      - name: machines
        certificate_required: true
        certificate_name: own
        fields: [{field: token_endpoint_auth_method, allow: [tls_client_auth, client_secret_basic]}, {field: grant_types, default: [client_credentials]}]
      - {name: vouched, software_statement_required: true, required: [software_id, contacts]}
  stated:${certificates}
    ways_in: {open: {enabled: true}}
    software_statement_issuers:
      - {issuer: "https://directory.example", jwks_file: directory.jwks, max_age: 3600, required_claims: [software_id], binding_fields: [scope, redirect_uris]}
  signed:${certificates}
    ways_in: {open: {enabled: true}}
    signed_requests: required
    software_statement_issuers:
      - {issuer: "https://directory.example", jwks_file: directory.jwks, algorithms: [ES256], required_claims: [software_id], binding_fields: [redirect_uris]}
  limited:${certificates}
    ways_in: {open: {enabled: true}}
    quotas: {clients_per_owner: 3, clients_per_credential: 2, open_clients: 1}
  sealed:${certificates}
    ways_in: {open: {enabled: true, policy: anything}}
    policies: [{name: anything}]
    sealed_secrets: true
    issuer: https://as.example
    authorization_server: {authorization_endpoint: https://as.example/authorize, token_endpoint: https://as.example/token}
  undescribed:${certificates}
    ways_in: {open: {enabled: true, policy: any}}
    policies: [{name: any}]
    sealed_secrets: true
  described:${certificates}
    ways_in: {open: {enabled: true, policy: wide}}
    uris: {native_without_https: true, local_http_for_all: true, http_logout: true, pages_on_redirect_hosts: true}
    policies:
      - name: wide
        fields:
          - {field: token_endpoint_auth_method, allow: [client_secret_basic, none]}
          - {field: id_token_signed_response_alg, allow: [ES256, PS256, none]}
    authorization_server:
      authorization_endpoint: https://as.example/authorize
      token_endpoint: https://as.example/token
      jwks_uri: https://as.example/jwks
      subject_types_supported: [pairwise, public]
      id_token_signing_alg_values_supported: [PS256, ES256, none]
      id_token_encryption_alg_values_supported: [ECDH-ES, RSA-OAEP]
      id_token_encryption_enc_values_supported: [A256GCM]
      userinfo_signing_alg_values_supported: [RS256, none]
      request_object_signing_alg_values_supported: [ES256, none]
      acr_values_supported: [silver, gold]
      backchannel_logout_supported: true
      response_modes_supported: [query, query.jwt]
`;

/** For each ready-made policy a realm in which it decides for everybody: its page's examples are run there. */
const readyMadeRealms = [...readyMadePolicies().keys()]
  .map((name) => `  ready-${name}:${certificates}\n    ways_in: {open: {enabled: true, policy: ${name}}, certificate: {policy: ${name}}, initial_access_token: {policy: ${name}}}\n`)
  .join("");

/** An initial access token, as the members of CreateInitialAccessTokenRequest have it. */
export interface TokenOptions {
  readonly uses?: number;
  readonly lifetime?: number;
  readonly terms?: TokenTerms;
}

export interface TokenTerms {
  readonly owner?: string;
  readonly policy?: string;
  readonly force?: JsonObject;
  readonly redirect_hosts?: readonly string[];
  readonly bound_to?: string;
}

export interface World {
  readonly baseUrl: string;
  readonly port: number;
  readonly ca: string;
  readonly identities: Readonly<Record<IdentityName, KeyAndCertificate>>;
  readonly registry: Registry;
  readonly store: Store;
  /** What reached the observer as a fault of the service's own. */
  readonly faults: RegistryError[];
  /** Calls that have arrived and not ended. */
  inFlight(): number;
  /** Sets the service's clock, in seconds after its start. */
  setClock(secondsAfterStart: number): void;
  now(): number;
  /** Puts an initial access token into a realm; without uses it has no end of them. */
  makeInitialAccessToken(realm: RealmName, options?: TokenOptions): Promise<string>;
  /** A software statement of the realm "stated", the same for the same claims: iss and iat are there unless they say otherwise. */
  signStatement(claims: JsonObject, by?: Signatory): Promise<string>;
  /** A signed request to a realm, by the software's own key: its own claims are there and right unless they say otherwise, and its jti is new. */
  signRequest(realm: string, claims: JsonObject, by?: Signatory): Promise<string>;
  close(): Promise<void>;
}

/** Who signs: the directory that is trusted, the software whose keys it knows, or somebody who says to be either. */
export type Signatory = "directory" | "software" | "impostor";

/** Starts a world on a free port. */
export async function startWorld(limits: Partial<LimitOptions> = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "matricula-world-"));
  const signatories: Record<Signatory, SigningKey> = { directory: await signingKey("ES256", "directory"), software: await signingKey("ES256", "software"), impostor: await signingKey("ES256", "directory") };
  await writeFile(join(folder, "directory.jwks"), JSON.stringify({ keys: [signatories.directory.jwk] }));
  const configuration = await configure(folder);
  const pki = await ensureDevelopmentPki(join(folder, "pki"), { now: new Date() });
  const ca = { certificate: await readFile(pki.ca, "utf8"), key: await readFile(pki.caKey, "utf8") };
  const admin = { certificate: await readFile(pki.adminCertificate, "utf8"), key: await readFile(pki.adminKey, "utf8") };

  const store = createMemoryStore();
  const faults: RegistryError[] = [];
  let offset = 0;
  const now = () => startSeconds + offset;
  const tls = await loadTlsFiles({ certificate: pki.serverCertificate, key: pki.serverKey, clientCa: pki.ca });
  const evidence = createEvidence(configuration, tls);
  let arrived = 0;
  let ended = 0;
  const server = createServer({
    tls,
    handler: (request, response) => {
      arrived += 1;
      if (!connect(request, response)) gateway(request, response);
    },
  });
  const port = await server.listen({ hosts: ["127.0.0.1"], port: 0 });
  const baseUrl = `https://localhost:${port}`;
  const realms = [...configuration.realms.values()].map((realm) => prepareRealm(configuration, realm, baseUrl));
  const randomBytes = countingBytes();
  const clock = { seconds: now, milliseconds: () => now() * 1000 };
  const statements = await openStatementIssuers({ realms: configuration.realms.values(), clock, log: { info() {}, error() {} } });
  const live = createLiveRealms({ load: { file: join(folder, "matricula.yaml"), overrides: { data: folder, listen: "127.0.0.1:0" } }, configuration, realms: realms.map(({ realm }) => realm), url: baseUrl, statements, demand: () => {} });
  const signed = new Map<string, Promise<string>>();
  // Once for the same claims: a signature is another each time, and doors are compared.
  const keep = (by: Signatory, claims: object) => {
    const all = JSON.stringify([by, claims]);
    const made = signed.get(all) ?? signedBy(signatories[by], by === "software" ? "software" : "directory", claims);
    signed.set(all, made);
    return made;
  };
  const registry: Registry = {
    store,
    uses: new ClientUses(store),
    configuration: live,
    get realms() {
      return live.realms();
    },
    limits: createLimits({ rates: {}, prefixes: { ipv4: 32, ipv6: 56 }, openCalls: 256, monotonic: () => performance.now(), secret: randomBytes(32), ...limits }),
    waysIn: waysIn(),
    keys: deriveKeys(randomBytes(32), 1, randomBytes),
    clock,
    randomBytes,
    readCertificate: readClientCertificate,
  };
  const observer = {
    finished: (_arrival: unknown, _call: unknown, error: RegistryError | undefined) => {
      ended += 1;
      if (error?.kind === "internal") faults.push(error);
    },
  };
  const health = createHealth();
  health.set(true);
  const shutdown = new AbortController();
  const connect = createConnectDoor({ registry, observer, readEvidence: evidence.read, health, shutdown: shutdown.signal });
  const gateway = createGateway({
    registry, observer, realms, readEvidence: evidence.read, ready: () => true, bodyLimit: 65_536,
    corsOrigins: new Map(realms.map(({ realm }) => [realm.name, []])),
  });

  const service = (name: string) => issueClient(ca, { subject: `CN=${name}`, uris: [spiffe(name)] });
  return {
    baseUrl, port, ca: ca.certificate, registry, store, faults, now,
    identities: {
      admin,
      orders: await service("orders"),
      "orders-renewed": await service("orders"),
      billing: await service("billing"),
      reader: await service("reader"),
      verifier: await service("verifier"),
      "nobody-in-particular": await service("nobody-in-particular"),
      stranger: await issueClient(await authority("another CA"), { uris: [spiffe("orders")] }),
    },
    inFlight: () => arrived - ended,
    setClock: (seconds) => void (offset = seconds),
    makeInitialAccessToken: (realm, options) => insertToken(registry, realm, options),
    signStatement(claims, by = "directory") {
      const jwks = claims["jwks"] === "software" ? { jwks: { keys: [signatories.software.jwk] } } : {};
      return keep(by, { iss: "https://directory.example", iat: startSeconds, ...claims, ...jwks });
    },
    signRequest: (realm, claims, by = "software") =>
      signedBy(signatories[by], by === "software" ? "software" : "directory", { iss: "s1", aud: `${baseUrl}/realms/${realm}/register`, iat: startSeconds, exp: startSeconds + 300, jti: randomUUID(), ...claims }),
    async close() {
      statements.close();
      shutdown.abort();
      await server.drain(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const signedBy = ({ privateKey }: SigningKey, kid: string, claims: object) =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);

async function configure(folder: string) {
  const file = join(folder, "matricula.yaml");
  await writeFile(file, configurationText + readyMadeRealms);
  return loadConfiguration({ file, overrides: { data: folder, listen: "127.0.0.1:0" } });
}

/** Never twice the same bytes, and the same in every run. */
function countingBytes(): RandomBytes {
  let count = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; length += 32) blocks.push(createHash("sha256").update(`world ${count++}`).digest());
    return Buffer.concat(blocks).subarray(0, size);
  };
}

async function insertToken(registry: Registry, realm: string, { uses, lifetime = 3600, terms = {} }: TokenOptions = {}): Promise<string> {
  const token = makeToken("initial_access_token", registry.randomBytes);
  const now = registry.clock.seconds();
  const result = await registry.store.commit([
    {
      kind: "insert_initial_access_token",
      token: {
        realm, id: `token-${token.slice(4, 14)}`, name: "test", digest: digestOf("initial_access_token", realm, "", token), usesLeft: uses ?? null,
        owner: terms.owner ?? "", purpose: "", policy: terms.policy ?? "", redirectHosts: terms.redirect_hosts ?? [], boundTo: terms.bound_to ?? "",
        force: terms.force === undefined ? new Uint8Array(0) : encodeMetadata(fromJson(ClientMetadataSchema, terms.force)),
        createdAt: now, createdBy: { kind: "anonymous", id: "anonymous", credentialId: "" }, expiresAt: now + lifetime, revokedAt: null,
      },
    },
  ]);
  if (!result.committed) throw new Error("the token was not stored");
  return token;
}
