import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ConfigurationError } from "../../src/config/configuration.js";
import { loadText, places, refusal } from "./load-text.js";

/** A file with one mistake, which § precedes; the path that is named; a word of what is said. */
type Row = readonly [text: string, path: string, message: RegExp];

function withoutMark(marked: string): { text: string; place: string } {
  const lines = marked.slice(0, marked.indexOf("§")).split("\n");
  return { text: marked.replace("§", ""), place: `${lines.length}:${lines.at(-1)!.length + 1}` };
}

const inDefault = (lines: string) => `realms:\n  default:\n${lines.replace(/^/gm, "    ")}`;
const inPolicy = (lines: string) => inDefault(`policies:\n  - name: p\n    fields:\n${lines.replace(/^/gm, "      ")}`);
const issuer = (members: string) => inDefault(`token_issuers: [${members.replace("{", "{issuer: 'https://a.example', audiences: [a], jwks_uri: 'https://a.example/k', ")}]`);
const statements = (members: string) => inDefault(`software_statement_issuers: [${members}]`);
const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const tables: Record<string, readonly Row[]> = {
  "issuers of software statements": [
    [statements("{issuer: a, jwks_file: k, §certificate_subject: {nonsense: x}}"), "realms.default.software_statement_issuers[0].certificate_subject", /names nonsense/],
    [inDefault("signed_requests: §required"), "realms.default.signed_requests", /needs software_statement_issuers/],
    [statements("§{jwks_file: k}"), "realms.default.software_statement_issuers[0]", /needs an issuer/],
    [statements("§{issuer: a}"), "realms.default.software_statement_issuers[0]", /either jwks_uri or jwks_file/],
    [statements("§{issuer: a, jwks_file: k, jwks_uri: 'https://a.example/k'}"), "realms.default.software_statement_issuers[0]", /either jwks_uri or jwks_file/],
    [statements("{issuer: a, jwks_file: k}, {issuer: §a, jwks_file: k}"), "realms.default.software_statement_issuers[1].issuer", /has a row already/],
    [statements("{issuer: a, jwks_uri: §'http://a.example/k'}"), "realms.default.software_statement_issuers[0].jwks_uri", /https/],
    [statements("{issuer: a, jwks_file: k, algorithms: [§none]}"), "realms.default.software_statement_issuers[0].algorithms[0]", /RS256/],
    [statements("{issuer: a, jwks_file: k, algorithms: [§HS256]}"), "realms.default.software_statement_issuers[0].algorithms[0]", /not an asymmetric/],
    [statements("{issuer: a, jwks_file: k, §binding_fields: [redirect_uri]}"), "realms.default.software_statement_issuers[0].binding_fields", /did you mean redirect_uris/],
    [statements("{issuer: a, jwks_file: k, §claim_names: {x: client_secret}}"), "realms.default.software_statement_issuers[0].claim_names", /no metadata field/],
    [statements("{issuer: a, jwks_file: k, roles_claim: r, §role_scopes: {x: 'a  b'}}"), "realms.default.software_statement_issuers[0].role_scopes", /single spaces/],
    [statements("{issuer: a, jwks_file: k, §role_scopes: {x: a}}"), "realms.default.software_statement_issuers[0].role_scopes", /needs roles_claim/],
    [statements("{issuer: a, jwks_file: k, profile: §openbanking_mars}"), "realms.default.software_statement_issuers[0].profile", /must be one of/],
  ],
  "YAML that is none, or too clever": [
    ["a: [1§", "", /is not YAML/],
    ["data: 'x§", "", /is not YAML/],
    ["a:\n§\t- b", "", /is not YAML/],
    ["? §[a]\n: 1", "", /a key must be a string/],
    ["data: x\n§---\ndata: y", "", /second YAML document/],
    ["§%FOO bar\n---\ndata: x", "", /is not YAML/],
    ["data: &x §y", "data", /anchor/],
    ["data: y\n§listen: *x", "listen", /is not YAML|anchor/],
    ["data: &x §y\nlog: {level: *x}", "data", /anchor/],
    ["&k §data: x", "data", /anchor/],
    ["data: !!str §x", "data", /tag/],
    ["data: !secret §x", "data", /tag/],
    ["§!!set {data}", "", /tag/],
    ["%YAML 1.1\n---\nrealms: {default: {ways_in: {open: {enabled: §yes}}}}", "realms.default.ways_in.open.enabled", /not the string "yes"/],
    [`§${deep(100)}`, "", /nested/],
    [`§${"{a: ".repeat(20_000)}`, "", /nested/],
    [`§${"- ".repeat(20_000)}`, "", /nested/],
  ],
  "keys": [
    ["§dta: x", "dta", /did you mean data/],
    ["§publicUrl: https://a.example", "publicUrl", /did you mean public_url/],
    ["§quux: 1", "quux", /known are listen, public_url/],
    ["log:\n  §levle: info", "log.levle", /did you mean level/],
    ["data: x\nlisten: 'localhost:1'\n§data: x", "data", /twice/],
    ["realms:\n  a: {}\n  §'a': {}", "realms.a", /twice/],
    ["§<<: {data: x}", '["<<"]', /not a known key/],
    ["realms:\n  §__proto__: {}", "realms.__proto__", /may be used/],
    ["realms:\n  ? §''\n  : {}", 'realms[""]', /1 to 64/],
  ],
  "types": [
    ["data: §5", "data", /must be a string, not the number 5; put it in quotes/],
    ["data: §true", "data", /put it in quotes/],
    ["§data:", "data", /not empty/],
    ["§data: null", "data", /not empty/],
    ["§data: [x]", "data", /not a list/],
    ["§data: {x: y}", "data", /not a mapping/],
    ['data: §"a\\0b"', "data", /control/],
    ['data: §"a\\ud800b"', "data", /halves/],
    ["§limits:", "limits", /mapping of keys, not empty/],
    ["§limits: []", "limits", /not a list/],
    ["§- data", "", /mapping of keys, not a list/],
    ["§just text", "", /not the string/],
    ["§realms: []", "realms", /not a list/],
    ["realms:\n  §default:", "realms.default", /empty/],
    ['limits: {connections: §"5"}', "limits.connections", /number, not the string "5"/],
    ["limits: {connections: §1.5}", "limits.connections", /whole number/],
    ["limits: {connections: §-1}", "limits.connections", /whole number/],
    ["limits: {connections: §4294967296}", "limits.connections", /whole number/],
    ["limits: {connections: §.inf}", "limits.connections", /whole number/],
    [inDefault("ways_in: {open: {enabled: §yes}}"), "realms.default.ways_in.open.enabled", /true or false, not the string "yes"/],
    [inDefault("§policies: {name: x}"), "realms.default.policies", /must be a list, not a mapping/],
    [inDefault("policies:\n  - §x"), "realms.default.policies[0]", /mapping/],
    [inDefault("policies:\n  -§"), "realms.default.policies[0]", /empty/],
  ],
  "names of enums": [
    [inDefault("certificates:\n  - {dns_name: a.example, roles: [§admn]}"), "realms.default.certificates[0].roles[0]", /did you mean admin/],
    [inDefault("certificates:\n  - {dns_name: a.example, roles: [§Admin]}"), "realms.default.certificates[0].roles[0]", /did you mean admin/],
    [inDefault("certificates:\n  - {dns_name: a.example, roles: [§1]}"), "realms.default.certificates[0].roles[0]", /not the number 1/],
    [inDefault("certificates:\n  - {dns_name: a.example, roles: [§unspecified]}"), "realms.default.certificates[0].roles[0]", /must be one of admin, registrar/],
    [inDefault("custom_attributes: [{name: a, type: §text}]"), "realms.default.custom_attributes[0].type", /string, number/],
  ],
  "limits of the schema": [
    ["limits: {body_bytes: §1023}", "limits.body_bytes", /between 1024 and 1048576/],
    ["limits: {body_bytes: §1048577}", "limits.body_bytes", /between 1024 and 1048576/],
    ["limits: {connections: §0}", "limits.connections", /between 1 and/],
    ["limits: {connections_per_address: §0}", "limits.connections_per_address", /between 1 and/],
    ["limits: {queued_writes: §0}", "limits.queued_writes", /between 1 and/],
    ["log: {level: §fatal}", "log.level", /one of trace, debug/],
    [inDefault(`custom_attributes: [{name: §${"a".repeat(65)}}]`), "realms.default.custom_attributes[0].name", /at most 64/],
    [inDefault(`policies: [{name: §${"a".repeat(65)}}]`), "realms.default.policies[0].name", /at most 64/],
    [inDefault("policies: [{name: p, client_secret_lifetime: §315360001}]"), "realms.default.policies[0].client_secret_lifetime", /between 0 and 315360000/],
  ],
  "listen, URLs, data and certificates": [
    ["listen: §localhost", "listen", /host:port/],
    ["listen: §''", "listen", /host:port/],
    ["listen: §localhost:65536", "listen", /65535/],
    ["listen: §:8443", "listen", /localhost or an IP address/],
    ["listen: §host.example:8443", "listen", /localhost or an IP address/],
    ["listen: §127.1:8443", "listen", /localhost or an IP address/],
    ["listen: §127.0.0.010:8443", "listen", /localhost or an IP address/],
    ["listen: §127.0.0.256:8443", "listen", /localhost or an IP address/],
    ["listen: §'::1:8443'", "listen", /brackets/],
    ["listen: §'[::g]:8443'", "listen", /brackets/],
    ["listen: §0.0.0.0:443", "listen", /public_url/],
    ["listen: §'[::]:443'", "listen", /public_url/],
    ["listen: §192.168.1.4:443", "listen", /public_url/],
    ["data: §''", "data", /folder/],
    ["public_url: §http://a.example", "public_url", /https/],
    ["public_url: §http://localhost:8443", "public_url", /https/],
    ["public_url: §a.example", "public_url", /https/],
    ["public_url: §https://a.example/?x=1", "public_url", /query/],
    ["public_url: §https://a.example/?", "public_url", /query/],
    ["public_url: §https://a.example/#x", "public_url", /fragment/],
    ["public_url: §https://a.example/#", "public_url", /fragment/],
    ["public_url: §https://u:p@a.example", "public_url", /user/],
    ["public_url: §https://@a.example", "public_url", /user/],
    ["public_url: §https://a.example/a/../b", "public_url", /segments/],
    ["public_url: §https://a.example/a/%2e%2e/b", "public_url", /segments/],
    ["public_url: §https://a.example/ä", "public_url", /ASCII/],
    ["public_url: §https:\\\\a.example", "public_url", /ASCII/],
    [inDefault("issuer: §https://a.example?x"), "realms.default.issuer", /query/],
    [inDefault("public_url: §//a.example"), "realms.default.public_url", /https/],
    [inDefault("authorization_server: {jwks_uri: §http://a.example/jwks}"), "realms.default.authorization_server.jwks_uri", /https/],
    [inDefault("authorization_server: {token_endpoint: §/token}"), "realms.default.authorization_server.token_endpoint", /https/],
    ["§tls: {key_file: k, client_ca_file: c}", "tls", /needs certificate_file/],
    ["§tls: {certificate_file: k, client_ca_file: c}", "tls", /needs key_file/],
    ["§tls: {certificate_file: c, key_file: k}", "tls", /needs client_ca_file/],
  ],
  "realms and ways in": [
    ["realms:\n  §Default: {}", "realms.Default", /lower-case/],
    ["realms:\n  §a_b: {}", "realms.a_b", /lower-case/],
    ["realms:\n  §-a: {}", "realms.-a", /hyphen first/],
    [`realms:\n  §${"a".repeat(65)}: {}`, `realms["${"a".repeat(65)}"]`, /1 to 64/],
    [inDefault("ways_in: {open: {policy: §rfc7592}}"), "realms.default.ways_in.open.policy", /did you mean rfc7591/],
    [inDefault("ways_in: {certificate: {enabled: false, policy: §x}}"), "realms.default.ways_in.certificate.policy", /no policy/],
    ["realms:\n  a:\n    policies: [{name: x}]\n  b:\n    ways_in: {open: {policy: §x}}", "realms.b.ways_in.open.policy", /no policy of this realm/],
  ],
  "CORS origins": [
    ...["a.example", "https://a.example/", "https://a.example/x", "https://A.example", "https://a.example:443", "*", "null", "ftp://a.example", "none"].map(
      (origin): Row => [inDefault(`cors_origins: ['https://b.example', §'${origin}']`), "realms.default.cors_origins[1]", /an origin/],
    ),
  ],
  "certificates": [
    ...["https://keys.example", "keys.example/jwks", "a b", "", "user@keys.example", "0x7f.1"].map((host): Row => [`outgoing_fetch: {internal_hosts: [§'${host}']}`, "outgoing_fetch.internal_hosts[0]", /must be a host/]),
    ["outgoing_fetch: {internal_hosts: [§'*.internal.example']}", "outgoing_fetch.internal_hosts[0]", /pattern/],
    ...["0.0.0.0:1", "192.0.2.1:1", "[::]:1", "[2001:db8::1]:1"].map((local): Row => [`local_listen: §'${local}'`, "local_listen", /not a loopback address/]),
    ...["unix:", "unix://host/x.sock", "unix:folder/", "x.sock", "/run/x.sock", "localhost", "service.example:80"].map((local): Row => [`local_listen: §'${local}'`, "local_listen", /must (?:be unix:PATH|name a socket)/]),
    [`local_listen: §unix:/${"a".repeat(120)}`, "local_listen", /121 bytes; 103/],
    ["realms: {default: {ways_in: {local: {enabled: §true}}}}", "realms.default.ways_in.local.enabled", /needs local_listen/],
    ["realms: {default: {ways_in: {basic: {enabled: §true}}}}", "realms.default.ways_in.basic.enabled", /needs users_file/],
    [inDefault("certificates:\n  - §roles: [admin]"), "realms.default.certificates[0]", /exactly one/],
    [inDefault("certificates:\n  - §{spiffe_id: spiffe://a/b, dns_name: a.example, roles: [admin]}"), "realms.default.certificates[0]", /exactly one/],
    [inDefault("certificates:\n  - §spiffe_id: spiffe://a/b"), "realms.default.certificates[0]", /at least one role/],
    [inDefault("certificates:\n  - §{spiffe_id: spiffe://a/b, roles: []}"), "realms.default.certificates[0]", /at least one role/],
    ...["https://a/b", "spiffe://", "spiffe://a", "spiffe://a/", "spiffe://A/b", "spiffe://a/b/", "spiffe://a/../b", "spiffe://a/b?c", "spiffe://a:1/b"].map(
      (id): Row => [inDefault(`certificates:\n  - {spiffe_id: §'${id}', roles: [admin]}`), "realms.default.certificates[0].spiffe_id", /SPIFFE/],
    ),
    ...["spiffe://*", "spiffe://a*", "spiffe://a/b*", "spiffe://a/*/b", "spiffe://a/**", "spiffe://*/b", "spiffe://a/*/*", "spiffe://a/../*", "spiffe://a//*", "*"].map(
      (id): Row => [inDefault(`certificates:\n  - {spiffe_id: §'${id}', roles: [admin]}`), "realms.default.certificates[0].spiffe_id", /SPIFFE/],
    ),
    ...["*", "*.com", "*.", "*.*.example.org", "a.*.example.org", "*a.example.org", "**.example.org", "*.-a.example", "*.a..b", "a..b", "-a.example", "a b", "a.example.", "a_b.example.org"].map(
      (name): Row => [inDefault(`certificates:\n  - {dns_name: §'${name}', roles: [admin]}`), "realms.default.certificates[0].dns_name", /DNS name/],
    ),
    ...["billing", "/C=DE/CN=billing", "CN=a,", "XX=a", 'CN="a"', "CN=#0"].map(
      (name): Row => [inDefault(`certificates:\n  - {subject: §'${name}', roles: [admin]}`), "realms.default.certificates[0].subject", /RFC 4514/],
    ),
    ...["ab", "g".repeat(64), "a".repeat(63), "a".repeat(65), `:${"a".repeat(64)}`, `a:${"a".repeat(63)}`, `${"a".repeat(64)}:`].map(
      (digits): Row => [inDefault(`certificates:\n  - {fingerprint: §'${digits}', roles: [admin]}`), "realms.default.certificates[0].fingerprint", /SHA-256/],
    ),
    [inDefault("certificates:\n  - {dns_name: a.example, roles: [admin]}\n  - {dns_name: §A.example, roles: [reader]}"), "realms.default.certificates[1].dns_name", /has a row already/],
    [inDefault("certificates:\n  - {spiffe_id: spiffe://a/*, roles: [admin]}\n  - {spiffe_id: §spiffe://a/*, roles: [reader]}"), "realms.default.certificates[1].spiffe_id", /has a row already/],
    [inDefault("certificates:\n  - {subject: 'CN=a, O=b', roles: [admin]}\n  - {subject: §'cn=A,2.5.4.10=b', roles: [reader]}"), "realms.default.certificates[1].subject", /has a row already/],
    [inDefault(`certificates:\n  - {fingerprint: ${"ab".repeat(32)}, roles: [admin]}\n  - {fingerprint: §'${"AB:".repeat(31)}AB', roles: [reader]}`), "realms.default.certificates[1].fingerprint", /has a row already/],
    [inDefault("certificates:\n  - §{subject: CN=a, dns_name: a.example, roles: [admin]}"), "realms.default.certificates[0]", /exactly one/],
  ],
  "trusted proxies": [
    ["trusted_proxies: [§{dns_name: a.example}]", "trusted_proxies[0]", /needs header/],
    ["trusted_proxies: [§{header: client_cert}]", "trusted_proxies[0]", /exactly one/],
    ["trusted_proxies: [§{spiffe_id: \"spiffe://acme.example/*\", header: client_cert}]", "trusted_proxies[0]", /not a pattern/],
    ["limits: {rates: {§network: {burst: 5}}}", "limits.rates.network", /both burst and per_minute/],
    ["limits: {rates: {§credential: {per_minute: 5}}}", "limits.rates.credential", /both burst and per_minute/],
    ["trusted_proxies: [§{dns_name: a.example, fingerprint: ab, header: client_cert}]", "trusted_proxies[0]", /exactly one/],
    ["trusted_proxies: [{dns_name: a.example, header: §client-cert}]", "trusted_proxies[0].header", /did you mean client_cert/],
    ["trusted_proxies: [{dns_name: §'*.com', header: client_cert}]", "trusted_proxies[0].dns_name", /DNS name/],
    ["trusted_proxies: [{subject: §proxy, header: client_cert}]", "trusted_proxies[0].subject", /RFC 4514/],
    ["trusted_proxies:\n  - {dns_name: a.example, header: client_cert}\n  - {dns_name: §A.example, header: x_ssl_client_cert}", "trusted_proxies[1].dns_name", /has a row already/],
  ],
  "token issuers": [
    [inDefault("token_issuers: [§{audiences: [a], jwks_file: f}]"), "realms.default.token_issuers[0]", /needs an issuer/],
    [inDefault("token_issuers: [§{issuer: 'https://a.example', jwks_file: f}]"), "realms.default.token_issuers[0]", /needs audiences/],
    [inDefault("token_issuers: [§{issuer: 'https://a.example', audiences: [a]}]"), "realms.default.token_issuers[0]", /jwks_uri or jwks_file.*introspection/],
    [issuer("§{jwks_file: f}"), "realms.default.token_issuers[0]", /both jwks_uri and jwks_file/],
    [inDefault("token_issuers:\n  - {issuer: 'https://a.example', audiences: [a], jwks_file: f}\n  - {issuer: §'https://a.example', audiences: [a], jwks_file: f}"), "realms.default.token_issuers[1].issuer", /row already/],
    [inDefault("token_issuers: [{issuer: §login, audiences: [a], jwks_file: f}]"), "realms.default.token_issuers[0].issuer", /https/],
    [inDefault("token_issuers: [{issuer: §'http://a.example', audiences: [a], jwks_file: f}]"), "realms.default.token_issuers[0].issuer", /https/],
    [inDefault("token_issuers: [{issuer: 'https://a.example', audiences: [a], jwks_uri: §'http://a.example'}]"), "realms.default.token_issuers[0].jwks_uri", /https/],
    [inDefault("token_issuers: [{issuer: 'https://a.example', audiences: [a, §''], jwks_file: f}]"), "realms.default.token_issuers[0].audiences[1]", /empty/],
    ...["none", "HS256", "HS512", "RS1", "A256GCM"].map((name): Row => [issuer(`{algorithms: [ES256, §${name}]}`), "realms.default.token_issuers[0].algorithms[1]", /must be one of RS256|did you mean/]),
    [issuer("{algorithms: [§es256]}"), "realms.default.token_issuers[0].algorithms[0]", /did you mean ES256/],
    [issuer("{scopes: [§a b]}"), "realms.default.token_issuers[0].scopes[0]", /one scope/],
    [issuer("{manage_scopes: [§'']}"), "realms.default.token_issuers[0].manage_scopes[0]", /one scope/],
    [issuer("{claims: [§{values: [a]}]}"), "realms.default.token_issuers[0].claims[0]", /needs a claim/],
    [issuer("{claims: [§{claim: a}]}"), "realms.default.token_issuers[0].claims[0]", /needs values/],
    [issuer("{§introspection: {client_id: a, client_secret_file: f}}"), "realms.default.token_issuers[0].introspection", /needs endpoint/],
    [issuer("{§introspection: {endpoint: 'https://a.example', client_secret_file: f}}"), "realms.default.token_issuers[0].introspection", /needs client_id/],
    [issuer("{§introspection: {endpoint: 'https://a.example', client_id: a}}"), "realms.default.token_issuers[0].introspection", /needs client_secret_file/],
    [issuer("{introspection: {endpoint: §'http://a.example', client_id: a, client_secret_file: f}}"), "realms.default.token_issuers[0].introspection.endpoint", /https/],
    [issuer("{§client_secret: a}"), "realms.default.token_issuers[0].client_secret", /not a known key/],
    [inDefault("ways_in: {oauth: {enabled: §true}}"), "realms.default.ways_in.oauth.enabled", /needs token_issuers/],
  ],
  "custom attributes": [
    [inDefault("custom_attributes: [§{type: string}]"), "realms.default.custom_attributes[0]", /needs a name/],
    ...["redirect_uris", "client_name", "client_name_localized", "custom_attributes", "id_token_signed_response_alg", "software_statement", "client_id", "client_secret", "registration_access_token", "registration_client_uri", "client_id_issued_at", "decisions", "constructor"].map(
      (name): Row => [inDefault(`custom_attributes: [{name: §${name}}]`), "realms.default.custom_attributes[0].name", /standards or the service/],
    ),
    ...["client_name#fr", "Name", "_a", "a b", "a.", "a/b", "1a", "größe"].map(
      (name): Row => [inDefault(`custom_attributes: [{name: §'${name}'}]`), "realms.default.custom_attributes[0].name", /lower-case words/],
    ),
    [inDefault("custom_attributes:\n  - name: a\n  - name: §a"), "realms.default.custom_attributes[1].name", /declared already/],
    [inDefault("custom_attributes: [{name: a, max_bytes: §65537}]"), "realms.default.custom_attributes[0].max_bytes", /65536/],
  ],
  "policies": [
    [inDefault("policies: [§{fields: []}]"), "realms.default.policies[0]", /needs a name/],
    [inDefault("policies: [{name: §rfc7591}]"), "realms.default.policies[0].name", /ready-made/],
    [inDefault("policies: [{name: a}, {name: §a}]"), "realms.default.policies[1].name", /unique/],
    [inDefault("policies: [{name: §My Policy}]"), "realms.default.policies[0].name", /lower-case/],
    [inPolicy("- §allow: [a]"), "realms.default.policies[0].fields[0]", /needs a field/],
    [inPolicy("- field: §grant_type"), "realms.default.policies[0].fields[0].field", /did you mean grant_types/],
    [inPolicy("- field: §id_token_alg"), "realms.default.policies[0].fields[0].field", /offered/],
    [inPolicy("- field: §custom_attributes"), "realms.default.policies[0].fields[0].field", /offered/],
    [inPolicy("- field: scope\n- field: §scope"), "realms.default.policies[0].fields[1].field", /already/],
    [inPolicy("- §{field: scope, default: a, force: a}"), "realms.default.policies[0].fields[0]", /both default and force/],
    [inPolicy("- §{field: scope, refuse: true, allow: [a]}"), "realms.default.policies[0].fields[0]", /both refuse and allow/],
    [inPolicy("- §{field: grant_types, refuse: true}"), "realms.default.policies[0].fields[0]", /every client has/],
    [inPolicy("- {field: scope, others: §reduce}"), "realms.default.policies[0].fields[0].others", /needs allow/],
    [inPolicy("- §{field: redirect_uris, force: ['https://a.example']}"), "realms.default.policies[0].fields[0]", /may not alter redirect_uris/],
    [inPolicy("- §{field: redirect_uris, allow: ['https://a.example'], others: reduce}"), "realms.default.policies[0].fields[0]", /may not alter redirect_uris/],
    [inPolicy("- {field: jwks, §allow: [a]}"), "realms.default.policies[0].fields[0].allow", /is a mapping/],
    [inPolicy("- {field: scope, allow: [§'']}"), "realms.default.policies[0].fields[0].allow[0]", /empty/],
    [inPolicy("- {field: application_type, allow: [web, §desktop]}"), "realms.default.policies[0].fields[0].allow[1]", /web, native/],
    [inPolicy("- {field: application_type, force: §desktop}"), "realms.default.policies[0].fields[0].force", /one of web, native/],
    [inPolicy("- {field: scope, §default: [a]}"), "realms.default.policies[0].fields[0].default", /must be a string/],
    [inPolicy("- {field: scope, §default: null}"), "realms.default.policies[0].fields[0].default", /must be a string/],
    [inPolicy("- {field: scope, default: §5}"), "realms.default.policies[0].fields[0].default", /must be a string/],
    [inPolicy("- {field: grant_types, default: §authorization_code}"), "realms.default.policies[0].fields[0].default", /a list of strings/],
    [inPolicy("- {field: grant_types, §force: [1]}"), "realms.default.policies[0].fields[0].force", /a list of strings/],
    [inPolicy("- {field: grant_types, §force: []}"), "realms.default.policies[0].fields[0].force", /empty/],
    [inPolicy("- {field: grant_types, allow: [authorization_code], §default: [implicit]}"), "realms.default.policies[0].fields[0].default", /"implicit".*not allow/],
    [inPolicy("- {field: token_endpoint_auth_method, allow: [none], force: §client_secret_basic}"), "realms.default.policies[0].fields[0].force", /not allow/],
    [inPolicy(`- {field: software_id, force: §${"a".repeat(5000)}}`), "realms.default.policies[0].fields[0].force", /characters/],
    [inPolicy("- {field: scope, default: §'a  b'}"), "realms.default.policies[0].fields[0].default", /refused by the service: scope must be/],
    [inPolicy("- {field: client_uri, default: §ftp://a.example}"), "realms.default.policies[0].fields[0].default", /refused by the service/],
    [inPolicy("- {field: token_endpoint_auth_method, allow: [none, §magic]}"), "realms.default.policies[0].fields[0].allow[1]", /refused by the service/],
    [inPolicy("- {field: grant_types, force: [client_credentials]}\n- {field: response_types, §force: [code]}"), "realms.default.policies[0].fields[1].force", /clashes/],
    [inPolicy("- {field: grant_types, §default: [client_credentials]}\n- {field: token_endpoint_auth_method, force: none}"), "realms.default.policies[0].fields[0].default", /clashes/],
    [inPolicy("- {field: scope, allow: [a, §b c]}"), "realms.default.policies[0].fields[0].allow[1]", /one token/],
    [inPolicy("- {field: scope, allow: [a, b, §a]}"), "realms.default.policies[0].fields[0].allow[2]", /already/],
    [inPolicy("- {field: scope, allow: [a], default: §a b}"), "realms.default.policies[0].fields[0].default", /"b".*not allow/],
    [inPolicy("- {field: scope, §hosts: [a.example]}"), "realms.default.policies[0].fields[0].hosts", /fields of URIs/],
    [inPolicy("- {field: redirect_uris, hosts: [a.example, §'https://b.example']}"), "realms.default.policies[0].fields[0].hosts[1]", /no scheme, port or path/],
    [inPolicy("- {field: redirect_uris, schemes: [https, §'com.*']}"), "realms.default.policies[0].fields[0].schemes[1]", /reverse order/],
    [inPolicy("- §{field: redirect_uris, hosts: [a.example], others: reduce}"), "realms.default.policies[0].fields[0]", /may not alter/],
    [inPolicy("- {field: scope, reason: §'gr\u00fcn'}"), "realms.default.policies[0].fields[0].reason", /ASCII/],
    [inDefault("policies: [{name: p, required: [client_name, §client_nam]}]"), "realms.default.policies[0].required[1]", /did you mean client_name/],
    [inDefault("policies: [{name: p, required: [scope, §scope]}]"), "realms.default.policies[0].required[1]", /already/],
    [inDefault("policies: [{name: p, required: [§scope], fields: [{field: scope, refuse: true}]}]"), "realms.default.policies[0].required[0]", /nobody could register/],
    [inDefault("policies: [{name: p, certificate_name: §own, fields: [{field: token_endpoint_auth_method, allow: [none]}]}]"), "realms.default.policies[0].certificate_name", /means nothing/],
    [inDefault("custom_attributes: [{name: tier, set_by: server}]\npolicies: [{name: p, fields: [§{field: tier, default: a}]}]"), "realms.default.policies[0].fields[0]", /force is what there is/],
    [inDefault("custom_attributes: [{name: tier, type: number}]\npolicies: [{name: p, fields: [{field: tier, force: §a}]}]"), "realms.default.policies[0].fields[0].force", /a whole number/],
    [inDefault("custom_attributes: [{name: tier, max_bytes: 4}]\npolicies: [{name: p, fields: [{field: tier, force: §golden}]}]"), "realms.default.policies[0].fields[0].force", /more than 4 bytes/],
    [inPolicy("- {field: jwks, force: {keys: [§99999999999999999999]}}"), "realms.default.policies[0].fields[0].force.keys[0]", /exactly/],
    [inPolicy("- {field: jwks, force: {a: §.nan}}"), "realms.default.policies[0].fields[0].force.a", /exactly/],
    [inPolicy("- {field: jwks, force: {§constructor: 1}}"), "realms.default.policies[0].fields[0].force.constructor", /may be used/],
    [inPolicy("- {field: jwks, force: {a: 1, §a: 2}}"), "realms.default.policies[0].fields[0].force.a", /twice/],
    [inPolicy(`- {field: jwks, force: {a: ${"[".repeat(15)}§[[]]${"]".repeat(15)}}}`), `realms.default.policies[0].fields[0].force.a${"[0]".repeat(15)}`, /16 deep/],
  ],
};

describe.each(Object.entries(tables))("%s", (_, rows) => {
  it.each(rows.map((row) => [row[0].length > 120 ? `${row[0].slice(0, 120)}...` : row[0], row] as const))("%s", (_text, [marked, path, message]) => {
    const { text, place } = withoutMark(marked);
    const error = refusal(text);
    expect(places(error)[0]).toBe(`${place} ${path}`.trim());
    expect(error.mistakes[0]?.message).toMatch(message);
    // One mistake is told once; YAML that is none may have several consequences.
    if (!/YAML|anchor/.test(error.mistakes[0]?.message ?? "")) expect(error.mistakes).toHaveLength(1);
  });
});

describe("all mistakes at once", () => {
  const text = `
listen: 0.0.0.0:443
dta: ./data
limits:
  connections: "many"
  body_bytes: 12
realms:
  default:
    issuer: http://login.example.org
    ways_in:
      open: { policy: missing }
    certificates:
      - spifeid: spiffe://a/b
        roles: [admin, owner]
      - roles: [reader]
  Other: {}
log:
  level: loud
limits: {}
`;

  it("in the order of the file, without the shadows that one mistake throws", () => {
    expect(places(refusal(text))).toEqual([
      "2:9 listen",
      "3:1 dta",
      "5:16 limits.connections",
      "6:15 limits.body_bytes",
      "9:13 realms.default.issuer",
      "11:23 realms.default.ways_in.open.policy",
      "13:9 realms.default.certificates[0].spifeid",
      "14:24 realms.default.certificates[0].roles[1]",
      "15:9 realms.default.certificates[1]",
      "16:3 realms.Other",
      "18:10 log.level",
      "19:1 limits",
    ]);
  });

  it("prints them as file:line:column: path: sentence", () => {
    const error = refusal(text);
    const lines = error.message.split("\n");
    expect(lines).toHaveLength(12);
    expect(lines[1]).toBe(`${error.file}:3:1: dta: is not a known key; did you mean data?`);
    for (const line of lines) expect(line).toMatch(/^\/.*\.yaml:\d+:\d+: \S+: [a-z]/);
  });

  it("with those of the flags", () => {
    const error = refusal("dta: x", { listen: "here", data: "" });
    expect(places(error)).toEqual(["0:0 --listen", "0:0 --data", "1:1 dta"]);
    expect(error.message.split("\n")[0]).toMatch(/^--listen: must be host:port/);
  });
});

describe("files that cannot be read", () => {
  it.each([
    ["not UTF-8", new Uint8Array([0x64, 0x3a, 0x20, 0xff]), /UTF-8/],
    ["too large", new Uint8Array(1_048_577).fill(0x23), /more than 1048576/],
  ])("%s", (_, bytes, message) => {
    const error = refusal(bytes);
    expect(error.message).toMatch(message);
    expect(places(error)).toEqual(["0:0"]);
  });
});

describe("whatever is written", () => {
  const key = fc.oneof(fc.constantFrom("realms", "default", "limits", "policies", "fields", "field", "force", "name", "certificates", "roles", "tls", "log", "__proto__"), fc.string());
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom("admin", "reduce", "scope"), fc.array(tie("value")), tie("mapping")),
    mapping: fc.dictionary(key, tie("value")),
  }));

  const isLoadedOrRefused = (text: string) => {
    try {
      loadText(text);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      expect(error.mistakes.length).toBeGreaterThan(0);
    }
  };

  it("a structure is loaded or refused", () => {
    fc.assert(fc.property(fc.dictionary(key, value), (json) => isLoadedOrRefused(stringify(json, { aliasDuplicateObjects: false }))), { numRuns: 300 });
  });

  it("a text is loaded or refused", () => {
    const piece = fc.oneof(fc.constantFrom("realms:", "\n", "  ", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "? ", "'", '"', "|", ">", "#", "%", "---", ",", "\t"), fc.string({ maxLength: 3 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => isLoadedOrRefused(pieces.join(""))), { numRuns: 500 });
  });
});
