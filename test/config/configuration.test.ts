import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigurationSchema } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { OtherValues } from "../../gen/ts/matricula/v1/policy_pb.js";
import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { ConfigurationError, loadConfiguration, type RealmConfiguration } from "../../src/config/configuration.js";
import { readyMadePolicies } from "../../src/config/ready-made.js";
import { checkPolicy } from "../../src/domain/policy-mistakes.js";
import { configurationFile, loadText } from "./load-text.js";

const realm = (configuration: { realms: ReadonlyMap<string, RealmConfiguration> }, name = "default") => {
  const found = configuration.realms.get(name);
  if (found === undefined) throw new Error(`no realm ${name}`);
  return found;
};

describe("without a file", () => {
  const loaded = loadConfiguration();

  it("is the embedded default", () => {
    expect(loaded).toEqual({
      listen: [{ host: "127.0.0.1", port: 8443 }, { host: "::1", port: 8443 }],
      data: resolve("data"),
      developmentPki: true,
      realms: expect.any(Map),
      outgoingFetch: { internalHosts: new Set() },
      trustedProxies: [],
      limits: { bodyBytes: 65_536, connections: 10_000, connectionsPerAddress: 1_000, queuedWrites: 8_192, openCalls: 1_024,
        rates: { buckets: { failures: { burst: 10, perMinute: 10 } }, prefixes: { ipv4: 32, ipv6: 56 } },
      },
      logLevel: "info",
    });
    expect([...loaded.realms.keys()]).toEqual(["default"]);
    expect(realm(loaded)).toEqual({
      name: "default",
      waysIn: new Map([
        ["open", { enabled: false, manage: true, policy: "rfc7591" }],
        ["initial_access_token", { enabled: true, manage: true, policy: "rfc7591" }],
        ["certificate", { enabled: true, manage: true, policy: "services" }],
        ["oauth", { enabled: false, manage: false, policy: "rfc7591" }],
        ["basic", { enabled: false, manage: false, policy: "rfc7591" }],
        ["local", { enabled: false, manage: false, policy: "rfc7591" }],
        ["registration_access_token", { enabled: false, manage: true, policy: "rfc7591" }],
      ]),
      certificates: [],
      policies: expect.any(Map),
      tokenIssuers: [],
      corsOrigins: [],
      tokenBinding: "nothing",
      quotas: { clientsPerOwner: 0, clientsPerCredential: 0, openClients: 0 },
      sealedSecrets: false,
      statementIssuers: [],
      customAttributes: [{ name: "example_attribute", type: "string", maxBytes: 1024, setBy: "client" }],
    });
  });

  it("has the limits that the schema's comments promise", () => {
    const proto = readFileSync("proto/matricula/config/v1/configuration.proto", "utf8");
    const promised = [...proto.matchAll(/; (\d+) when absent\.\n\s+optional uint32 (\w+)/g)].map(([, number, name]) => [name, Number(number)]);
    expect(promised).toEqual([
      ["body_bytes", loaded.limits.bodyBytes],
      ["connections", loaded.limits.connections],
      ["connections_per_address", loaded.limits.connectionsPerAddress],
      ["queued_writes", loaded.limits.queuedWrites],
      ["open_calls", loaded.limits.openCalls],
      ["ipv4_prefix", loaded.limits.rates.prefixes.ipv4],
      ["ipv6_prefix", loaded.limits.rates.prefixes.ipv6],
    ]);
  });

  it("takes the flags", () => {
    const { data, listen, realms } = loadConfiguration({ overrides: { data: "elsewhere", listen: "127.0.0.1:0", open: true } });
    expect(data).toBe(resolve("elsewhere"));
    expect(listen).toEqual([{ host: "127.0.0.1", port: 0 }]);
    expect(realm({ realms }).waysIn.get("open")).toEqual({ enabled: true, manage: true, policy: "rfc7591" });
  });

  it.each([
    ["on this machine alone", "limits: {}\n", ["failures"]],
    ["where others come by a public URL", "public_url: https://a.example\n", ["failures", "network", "software_id", "redirect_host"]],
    ["where others come by a proxy", "trusted_proxies: [{dns_name: a.example, header: client_cert}]\n", ["failures", "network", "software_id", "redirect_host"]],
    ["where the file says which", "public_url: https://a.example\nlimits: {rates: {credential: {burst: 1, per_minute: 1}}}\n", ["failures", "credential"]],
  ])("limits open registration: %s", (_where, text, names) => expect(Object.keys(loadText(text).limits.rates.buckets)).toEqual(names));

  it("refuses to listen beyond loopback", () => {
    expect(() => loadConfiguration({ overrides: { listen: "0.0.0.0:443" } })).toThrow(/^--listen: .*public_url/);
  });
});

describe("a file", () => {
  it.each(["", "# nothing\n", "---\n", "null\n", "{}\n", "\ufeff{}\n"])("that says nothing is every default, without example_attribute: %j", (text) => {
    const loaded = loadText(text);
    expect(loaded.listen).toHaveLength(2);
    expect(loaded.data).toBe(resolve("data"));
    expect(realm(loaded).customAttributes).toEqual([]);
  });

  it("is named and hashed", () => {
    const file = configurationFile("data: x\n");
    const loaded = loadConfiguration({ file });
    expect(loaded.file).toBe(file);
    expect(loaded.fileHash).toBe(createHash("sha256").update(readFileSync(file)).digest("hex"));
  });

  it("that is missing is said to be", () => {
    expect(() => loadConfiguration({ file: "/nowhere/matricula.yaml" })).toThrow(ConfigurationError);
    expect(() => loadConfiguration({ file: "/nowhere/matricula.yaml" })).toThrow("/nowhere/matricula.yaml: cannot be read: there is no such file");
  });

  it("gives paths from its own folder, and flags from the working directory", () => {
    const file = configurationFile("data: ../d\ntls: {certificate_file: c.pem, key_file: /k.key, client_ca_file: ca/c.pem}\n");
    const loaded = loadConfiguration({ file });
    expect(loaded.data).toBe(join(dirname(file), "..", "d"));
    expect(loaded.tls).toEqual({ certificateFile: join(dirname(file), "c.pem"), keyFile: "/k.key", clientCaFile: join(dirname(file), "ca", "c.pem") });
    expect(loaded.developmentPki).toBe(false);
    expect(loadConfiguration({ file, overrides: { data: "e" } }).data).toBe(resolve("e"));
  });

  it.each([
    ["localhost:0", [{ host: "127.0.0.1", port: 0 }, { host: "::1", port: 0 }]],
    ["127.0.0.1:0", [{ host: "127.0.0.1", port: 0 }]],
    ["127.3.2.1:80", [{ host: "127.3.2.1", port: 80 }]],
    ["[::1]:8443", [{ host: "::1", port: 8443 }]],
    ["[0:0:0:0:0:0:0:1]:8443", [{ host: "::1", port: 8443 }]],
  ])("may listen on %s", (listen, addresses) => {
    expect(loadText(`listen: '${listen}'`).listen).toEqual(addresses);
  });

  it.each([
    ["0.0.0.0:443", [{ host: "0.0.0.0", port: 443 }]],
    ["[::]:443", [{ host: "::", port: 443 }]],
    ["[2001:DB8::1]:443", [{ host: "2001:db8::1", port: 443 }]],
  ])("may listen on %s with a public URL, whichever says so", (listen, addresses) => {
    expect(loadText(`listen: '${listen}'\npublic_url: https://a.example\n`).listen).toEqual(addresses);
    expect(loadText(`public_url: https://a.example\n`, { listen }).listen).toEqual(addresses);
  });

  it("hands the service's public URL to its realms, and keeps an issuer as written", () => {
    const loaded = loadText("public_url: https://a.example/base/\nrealms:\n  own: {public_url: 'https://b.example', issuer: 'https://Login.example/'}\n  42: {}\n");
    expect(loaded.publicUrl).toBe("https://a.example/base");
    expect([...loaded.realms.keys()]).toEqual(["default", "42", "own"]);
    expect(realm(loaded).publicUrl).toBe("https://a.example/base");
    expect(realm(loaded).issuer).toBeUndefined();
    expect(realm(loaded, "own")).toMatchObject({ publicUrl: "https://b.example", issuer: "https://Login.example/" });
  });

  it("is opened by the flag in the realm default alone, whatever it says itself", () => {
    const loaded = loadText("realms:\n  default: {ways_in: {open: {enabled: false}}}\n  other: {}\n", { open: true });
    expect(realm(loaded).waysIn.get("open")?.enabled).toBe(true);
    expect(realm(loaded, "other").waysIn.get("open")?.enabled).toBe(false);
  });

  it.each([
    ["[]", []],
    ["[none]", ["none"]],
    ["['https://a.example', 'http://localhost:3000']", ["https://a.example", "http://localhost:3000"]],
  ])("may have the CORS origins %s", (written, origins) => {
    expect(realm(loadText(`realms: {default: {cors_origins: ${written}}}`)).corsOrigins).toEqual(origins);
  });

  it.each([
    ["certificate", "certificate"],
    ["identity", "identity"],
    ["TOKEN_BINDING_IDENTITY", "identity"],
  ])("may bind registration access tokens: %s", (written, binding) => {
    expect(realm(loadText(`realms: {default: {registration_access_token_binding: ${written}}}`)).tokenBinding).toBe(binding);
  });

  it("may trust issuers of software statements; an ecosystem's profile fills in what is not said", () => {
    const [plain, brazil] = realm(loadText(`
realms:
  default:
    software_statement_issuers:
      - {issuer: urn:directory, jwks_file: keys.json, binding_fields: [client_uri], claim_names: {name: client_name}, once: true}
      - {issuer: Open Finance, jwks_uri: 'https://keystore.example/openbanking.jwks', profile: openbanking_brazil, max_age: 60, role_scopes: {DADOS: openid accounts}}
`)).statementIssuers;
    expect(plain).toEqual({
      issuer: "urn:directory", jwksFile: expect.stringMatching(/\/keys\.json$/), algorithms: ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"], audiences: [], maxAge: 0,
      requiredClaims: [], bindingFields: ["client_uri"], once: true, claimNames: { name: "client_name" }, rolesClaim: "", roleScopes: {}, certificateSubject: {},
    });
    expect(brazil!.certificateSubject).toEqual({ UID: "{software_id}", organizationIdentifier: "OFBBR-{org_id}" });
    expect(brazil).toMatchObject({
      algorithms: ["PS256"], maxAge: 60, bindingFields: ["redirect_uris", "jwks_uri", "scope", "software_id"], rolesClaim: "software_statement_roles", once: false,
      claimNames: { software_redirect_uris: "redirect_uris", software_jwks_uri: "jwks_uri" }, roleScopes: { DADOS: "openid accounts", CONTA: "openid" },
    });
  });

  it("may fetch nothing, or from hosts that are not public", () => {
    const fetching = (written: string) => loadText(`outgoing_fetch: ${written}`).outgoingFetch;
    expect(fetching("{enabled: false, internal_hosts: [keys.internal.example]}")).toBeUndefined();
    expect(fetching("{internal_hosts: [Keys.Internal.Example, 'keys.internal.example:8443', '10.0.0.1:443', '[::1]:8443']}")?.internalHosts).toEqual(
      new Set(["keys.internal.example", "keys.internal.example:8443", "10.0.0.1", "[::1]:8443"]),
    );
    expect(fetching("{ca_file: /etc/ca.pem}")).toEqual({ internalHosts: new Set(), caFile: "/etc/ca.pem" });
  });

  it("may seal secrets", () => expect(realm(loadText("realms: {default: {sealed_secrets: true}}")).sealedSecrets).toBe(true));

  it("may have quotas; one that is absent is none", () => {
    const quotas = (written: string) => realm(loadText(`realms: {default: {quotas: ${written}}}`)).quotas;
    expect(quotas("{clients_per_owner: 5, clients_per_credential: 3, open_clients: 1000}")).toEqual({ clientsPerOwner: 5, clientsPerCredential: 3, openClients: 1000 });
    expect(quotas("{open_clients: 7}")).toEqual({ clientsPerOwner: 0, clientsPerCredential: 0, openClients: 7 });
  });

  it("may have an authorization server under development on this machine", () => {
    const loaded = loadText("realms: {default: {authorization_server: {token_endpoint: 'http://localhost:3000/token?a=b', scopes_supported: [a]}}}");
    expect(realm(loaded).authorizationServer).toMatchObject({ tokenEndpoint: "http://localhost:3000/token?a=b", scopesSupported: ["a"], codeChallengeMethodsSupported: [] });
  });

  it("takes names of enums in both forms", () => {
    const loaded = loadText(`
realms:
  default:
    certificates:
      - {spiffe_id: spiffe://a/b, roles: [admin, ROLE_READER, admin]}
      - {dns_name: A.Example, roles: [verifier]}
    policies:
      - {name: p, fields: [{field: grant_types, allow: [authorization_code], others: reduce}, {field: response_types, allow: [code], others: OTHER_VALUES_REFUSE}]}
    custom_attributes:
      - {name: a}
      - {name: b, type: object, set_by: server, max_bytes: 9}
      - {name: org.example:tenant-id, type: ATTRIBUTE_TYPE_STRINGS, set_by: SET_BY_CLIENT}
`);
    expect(realm(loaded).certificates).toEqual([
      { spiffeId: "spiffe://a/b", roles: [Role.ADMIN, Role.READER] },
      { dnsName: "a.example", roles: [Role.VERIFIER] },
    ]);
    expect(realm(loaded).policies.get("p")?.policy.fields.map(({ others }) => others)).toEqual([OtherValues.REDUCE, OtherValues.REFUSE]);
    expect(realm(loaded).customAttributes).toEqual([
      { name: "a", type: "string", maxBytes: 1024, setBy: "client" },
      { name: "b", type: "object", maxBytes: 9, setBy: "server" },
      { name: "org.example:tenant-id", type: "strings", maxBytes: 1024, setBy: "client" },
    ]);
  });

  it("names certificates in four ways, and keeps of each what is compared", () => {
    const loaded = loadText(`
realms:
  default:
    certificates:
      - {spiffe_id: spiffe://a/b/*, roles: [reader]}
      - {spiffe_id: spiffe://a/*, roles: [reader]}
      - {dns_name: '*.Example.org', roles: [reader]}
      - {subject: 'CN=Billing , O=Acme\\, Inc.', roles: [reader]}
      - {fingerprint: '${"AB:".repeat(31)}AB', roles: [reader]}
trusted_proxies:
  - {dns_name: Proxy.example.org, header: x_ssl_client_cert}
  - {spiffe_id: spiffe://a/proxy, header: CERTIFICATE_HEADER_CLIENT_CERT}
  - {fingerprint: ${"0f".repeat(32)}, header: x_forwarded_client_cert}
`);
    expect(realm(loaded).certificates.map(({ roles: _, ...identity }) => identity)).toEqual([
      { spiffeId: "spiffe://a/b/*" }, { spiffeId: "spiffe://a/*" }, { dnsName: "*.example.org" }, { subject: "CN=billing,O=acme\\, inc." }, { fingerprint: "ab".repeat(32) },
    ]);
    expect(loaded.trustedProxies).toEqual([
      { dnsName: "proxy.example.org", header: "x-ssl-client-cert" },
      { spiffeId: "spiffe://a/proxy", header: "client-cert" },
      { fingerprint: "0f".repeat(32), header: "x-forwarded-client-cert" },
    ]);
  });

  it("may have issuers of access tokens, with files from its own folder", () => {
    const text = `
realms:
  default:
    token_issuers:
      - {issuer: "https://a.example/", audiences: [here], jwks_uri: "https://a.example/jwks"}
      - issuer: http://localhost:3000
        audiences: [here, there]
        jwks_file: a.json
        algorithms: [PS512, Ed25519]
        introspection: {endpoint: "http://localhost:3000/introspect", client_id: me, client_secret_file: /secret}
        scopes: [write]
        manage_scopes: [manage, write]
        claims: [{claim: tenant, values: [a, b]}]
        ca_file: ca.pem
`;
    const file = configurationFile(text);
    const { tokenIssuers, waysIn } = realm(loadConfiguration({ file }));
    expect(waysIn.get("oauth")).toEqual({ enabled: true, manage: true, policy: "rfc7591" });
    expect(tokenIssuers).toEqual([
      { issuer: "https://a.example/", audiences: ["here"], jwksUri: "https://a.example/jwks", algorithms: ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"], scopes: [], manageScopes: [], claims: [] },
      {
        issuer: "http://localhost:3000", audiences: ["here", "there"], jwksFile: join(dirname(file), "a.json"), algorithms: ["PS512", "Ed25519", "EdDSA"],
        introspection: { endpoint: "http://localhost:3000/introspect", clientId: "me", clientSecretFile: "/secret" },
        scopes: ["write"], manageScopes: ["manage", "write"], claims: [{ claim: "tenant", values: ["a", "b"] }], caFile: join(dirname(file), "ca.pem"),
      },
    ]);
    const [scopes] = realm(loadText("realms: {default: {token_issuers: [{issuer: 'https://a.example', audiences: [a], jwks_file: f, scopes: [s]}]}}")).tokenIssuers;
    expect(scopes?.manageScopes).toEqual(["s"]);
  });

  it("may force any JSON value that the field takes", () => {
    const loaded = loadText("realms: {default: {policies: [{name: p, fields: [{field: jwks, force: {keys: [{kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, own: [1, 1.5, true, null]}]}}]}]}}");
    const force = realm(loaded).policies.get("p")?.policy.fields[0]?.force;
    expect(force && toJson(ValueSchema, force)).toEqual({ keys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", own: [1, 1.5, true, null] }] });
  });
});

describe("a policy's version", () => {
  const version = (policy: string) => realm(loadText(`realms: {default: {policies: [${policy}]}}`)).policies.get("p")?.version;

  it("is 12 hexadecimal characters", () => {
    expect(version("{name: p}")).toMatch(/^[0-9a-f]{12}$/);
  });

  it("changes with the content and not with how it is written", () => {
    const versions = [
      "{name: p}",
      "{name: p, client_secret_lifetime: 1}",
      "{name: p, fields: [{field: scope, force: a}]}",
      "{name: p, fields: [{field: scope, default: a}]}",
      "{name: p, fields: [{field: scope, force: b}]}",
    ].map(version);
    expect(new Set(versions).size).toBe(versions.length);
    const key = "kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    expect(version(`{fields: [{force: {keys: [{b: 1, ${key}}]}, field: jwks}], name: p}`)).toBe(version(`{name: 'p', fields: [{field: jwks, force: {keys: [{${key}, b: 1.0}]}}]}`));
  });
});

describe("the ready-made policies", () => {
  it.each([...readyMadePolicies().values()])("$name breaks no rule that a policy in a file is held to", (policy) => {
    const mistakes: string[] = [];
    checkPolicy(policy, new Map(), [], (path, message) => mistakes.push(`${path.join(".")} ${message}`));
    expect(mistakes).toEqual([]);
  });

  it.each([...readyMadePolicies().values()])("$name has no row for what RFC 9700 forbids", ({ fields }) => {
    const allow = new Map(fields.map((row) => [row.field, row.allow]));
    expect(allow.get("grant_types")).toContain("authorization_code");
    expect(allow.get("grant_types")).not.toContain("implicit");
    expect(allow.get("grant_types")).not.toContain("password");
    expect(allow.get("response_types")).toEqual(["code"]);
  });

  it("are each in a file of their name", () => {
    const files = readdirSync("policies").map((file) => file.replace(/\.yaml$/, ""));
    expect([...readyMadePolicies().keys()].sort()).toEqual(files.sort());
  });
});

describe("ways in that need something more", () => {
  it.each([
    ["unix:/run/m.sock", { kind: "socket", path: "/run/m.sock" }],
    ["unix:///run/m.sock", { kind: "socket", path: "/run/m.sock" }],
    ["localhost:80", { kind: "addresses", addresses: [{ host: "127.0.0.1", port: 80 }, { host: "::1", port: 80 }] }],
    ["127.0.0.2:0", { kind: "addresses", addresses: [{ host: "127.0.0.2", port: 0 }] }],
    ["[::1]:80", { kind: "addresses", addresses: [{ host: "::1", port: 80 }] }],
  ])("local_listen: %s", (text, expected) => {
    const loaded = loadText(`local_listen: '${text}'\n`);
    expect(loaded.localListen).toEqual(expected);
    expect(realm(loaded).waysIn.get("local")).toEqual({ enabled: true, manage: true, policy: "rfc7591" });
  });

  it("are found from the file's folder, and are off where they are not configured", () => {
    const folder = mkdtempSync(join(tmpdir(), "matricula-config-"));
    const file = join(folder, "matricula.yaml");
    writeFileSync(file, "local_listen: unix:run/m.sock\nrealms: {default: {users_file: users}, other: {users_file: /etc/users}, none: {}}\n");
    const loaded = loadConfiguration({ file });
    rmSync(folder, { recursive: true });
    expect(loaded.localListen).toEqual({ kind: "socket", path: join(folder, "run/m.sock") });
    expect([...loaded.realms.values()].map(({ usersFile }) => usersFile)).toEqual([join(folder, "users"), "/etc/users", undefined]);
    expect([...loaded.realms.values()].map(({ waysIn }) => waysIn.get("basic")!.enabled)).toEqual([true, true, false]);
    const nothing = loadText("");
    expect([nothing.localListen, realm(nothing).usersFile, realm(nothing).waysIn.get("local")!.enabled]).toEqual([undefined, undefined, false]);
  });
});

describe("examples/matricula.yaml", () => {
  const text = readFileSync("examples/matricula.yaml", "utf8");

  it("loads without a mistake", () => {
    const loaded = loadConfiguration({ file: "examples/matricula.yaml" });
    expect([...loaded.realms.keys()]).toEqual(["default", "partners"]);
    expect(loaded.data).toBe(resolve("data"));
    expect(realm(loaded).waysIn.get("open")).toEqual({ enabled: true, manage: true, policy: "public-apps" });
  });

  it("shows every key of the schema", () => {
    const known = new Set<string>();
    const visit = (schema: typeof ConfigurationSchema | (typeof ConfigurationSchema.fields)[number]["message"]): void => {
      for (const field of schema?.fields ?? []) {
        known.add(field.jsonName);
        if (field.message !== undefined && !field.message.typeName.startsWith("google.")) visit(field.message);
      }
    };
    visit(ConfigurationSchema);
    for (const key of known) expect(text).toMatch(new RegExp(`(^|[ {])${key}:`, "m"));
  });
});
