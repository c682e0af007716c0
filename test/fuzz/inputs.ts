// test/fuzz/: hostile input over the wire at every door of the running program. This file makes the inputs: valid requests, then broken.

import { create, fromJson, toBinary, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegisterClientRequestSchema } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Random } from "../crash/random.js";

/** Stands for a JSON text that no JavaScript value gives; taken out of its quotes when written. */
const raw = (text: string) => `@@${text}@@`;

const uris = [
  "https://client.example/callback", "https://client.example:8443/a?b=c", "http://localhost:5000/cb", "http://127.0.0.1/cb", "http://[::1]:1/cb", "com.example.app:/cb",
  "https://client.example/#", "https://client.example/#x", "https://user:pw@client.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
  "\u0001javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "about:blank", "https://", "https:/x", "https:x", "//x", "x", "", " ", "https://localhost./",
  "https://169.254.169.254/", "https://0x7f.1/", "https://2130706433/", "https://[::ffff:127.0.0.1]/", "https://client.example/\u202e", "https://cli\u0000ent/", "https://xn--/",
  "https://*.example.com/", "https://a%00b/", "https://a/%2e%2e/%zz", "https://é.example/", "https://client.example\\@evil/", "https://client.example/\r\nX: y", "urn:ietf:wg:oauth:2.0:oob",
  "https://a.b:99999/", "https://a.b:-1/", `https://client.example/${"x".repeat(3000)}`,
];

const texts = [
  ...uris, "client_secret_basic", "client_secret_post", "none", "private_key_jwt", "authorization_code", "implicit", "refresh_token", "client_credentials", "password", "code", "token", "id_token",
  "code token", "token code", "code id_token token", "web", "native", "openid profile", "a  b", "RS256", "none ", "__proto__", "constructor", "prototype", "toString", "\ud800", "\udfff\ud800", "\u0000",
  "\ufeff", "\u2028", "null", "0", "é".repeat(200), "😀".repeat(100), "x".repeat(255), "x".repeat(256), "x".repeat(5000), "x".repeat(70_000), "'\"\\<script>", "%s%n", "${7*7}",
];

const numbers: readonly JsonValue[] = [0, -1, 1, 0.5, 4294967295, 4294967296, -0, 1e21, 9007199254740993, raw("1e400"), raw("-1e400"), raw("1E5"), raw("00"), raw("+1"), raw("NaN"), raw("0x1"), raw("1."), raw("123456789012345678901234567890")];

function nested(depth: number, random: Random): JsonValue {
  // Deeper than JSON.stringify follows.
  if (depth > 1000) return raw("[".repeat(depth) + "]".repeat(depth));
  let value: JsonValue = 1;
  for (let level = 0; level < depth; level += 1) value = random.next() < 0.5 ? [value] : { a: value };
  return value;
}

/** Anything at all. */
function anyValue(random: Random, depth = 0): JsonValue {
  const dice = random.next();
  if (dice < 0.35) return random.pick(texts);
  if (dice < 0.5) return random.pick(numbers);
  if (dice < 0.6) return random.pick([null, true, false]);
  if (dice < 0.75) return Array.from({ length: random.pick([0, 1, 2, 3, 40, 200]) }, () => (depth > 2 ? random.pick(texts.slice(0, 40)) : random.pick(uris)));
  if (dice < 0.85 && depth < 3) return Object.fromEntries(Array.from({ length: random.between(0, 4) }, () => [random.pick(texts).slice(0, 50), anyValue(random, depth + 1)]));
  if (dice < 0.92) return [anyValue(random, depth + 1), null, random.pick(texts)];
  return nested(random.pick([2, 15, 16, 17, 18, 64, 5000]), random);
}

const names = ClientMetadataSchema.fields.map((field) => field.name);
const key = { kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXWbeyDgVy6LGVMAAo5Q", kid: "1", use: "sig", alg: "ES256" };

/** Metadata that is accepted as it stands. */
export function validMetadata(random: Random): JsonObject {
  const all: JsonObject = {
    client_name: "A client", "client_name#fr": "Un client", "client_name#ja-Hani-JP": "クライアント", client_uri: "https://client.example/", logo_uri: "https://client.example/logo.png", scope: "openid profile",
    contacts: ["ops@client.example"], tos_uri: "https://client.example/tos", policy_uri: "https://client.example/policy", software_id: "4NRB1-0XZABZI9E6-5SM3R", software_version: "1.0",
    token_endpoint_auth_method: random.pick(["client_secret_basic", "client_secret_post", "none"]), grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
    application_type: "web", example_attribute: random.pick(["one", "zwei", "三"]), unknown_member: { a: [1, 2, { b: null }] }, jwks: { keys: [key] },
  };
  const metadata: JsonObject = { redirect_uris: [random.pick(uris.slice(0, 2))] };
  for (const [name, value] of Object.entries(all)) if (random.next() < 0.4) metadata[name] = value;
  return metadata;
}

/** Metadata with some of it replaced by something else. */
export function brokenMetadata(random: Random): JsonObject {
  const metadata = validMetadata(random);
  for (let times = random.pick([0, 1, 1, 1, 2, 3]); times > 0; times -= 1) {
    const name = random.next() < 0.6 ? random.pick(Object.keys(metadata)) : random.pick([...names, "client_name#", "client_name#x y", "client_id", "client_secret", "registration_access_token", "software_statement", "constructor", "#", ""]);
    const dice = random.next();
    if (dice < 0.15) delete metadata[name];
    else if (dice < 0.3 && Array.isArray(metadata[name])) (metadata[name] as JsonValue[]).push(anyValue(random, 2));
    else metadata[name] = anyValue(random);
  }
  return metadata;
}

/** JSON as text, with the texts that no value gives. */
export function jsonText(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(/"@@(.*?)@@"/g, "$1");
}

const splices = ["\u0000", "\ufeff", "//", ",", "{", "}", "[", "]", '"', "\\", "\\u0000", "\\ud800", "\\x", " ", "\n", '"redirect_uris":["https://other.example/"],', '"\\u0072edirect_uris":[],', '"__proto__":{"a":1},', "1e999", "Infinity"];
const badBytes = [Buffer.from([0xff]), Buffer.from([0xc0, 0xaf]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xf4, 0x90, 0x80, 0x80]), Buffer.from([0xe2, 0x28]), Buffer.from([0])];

/** Bytes with some of them changed, cut, doubled or put in. */
export function brokenBytes(random: Random, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let times = random.between(1, 3); times > 0; times -= 1) {
    const at = random.between(0, result.length);
    const to = Math.min(result.length, at + random.between(0, 20));
    const dice = random.next();
    if (dice < 0.25) result = Buffer.concat([result.subarray(0, at), Buffer.from(random.pick(splices)), result.subarray(at)]);
    else if (dice < 0.4) result = Buffer.concat([result.subarray(0, at), random.pick(badBytes), result.subarray(at)]);
    else if (dice < 0.55) result = Buffer.concat([result.subarray(0, at), result.subarray(to)]);
    else if (dice < 0.65) result = Buffer.concat([result.subarray(0, to), result.subarray(at)]);
    else if (dice < 0.75) result = result.subarray(0, at);
    else if (result.length > 0) result[Math.min(at, result.length - 1)] = random.between(0, 255);
  }
  return result;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

const delimited = (field: number, bytes: Buffer) => Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes]);

/** A registration as protobuf bytes, whole or broken at the level of fields or of bytes. */
export function protobufBytes(random: Random, metadata: JsonObject): Buffer {
  const { example_attribute: attribute, ...members } = metadata;
  let message = create(RegisterClientRequestSchema, { metadata: { redirectUris: ["https://client.example/callback"] } });
  try {
    const custom = typeof attribute === "string" ? { custom_attributes: { example_attribute: attribute } } : {};
    message = fromJson(RegisterClientRequestSchema, { metadata: { ...members, ...custom } }, { ignoreUnknownFields: true });
  } catch {
    // What has the wrong type cannot be said in this format.
  }
  const bytes = Buffer.from(toBinary(RegisterClientRequestSchema, message));
  const dice = random.next();
  if (dice < 0.3) return bytes;
  if (dice < 0.6) return brokenBytes(random, bytes);
  const inner = random.pick([
    delimited(random.between(1, 500), random.bytes(random.between(0, 40))),
    delimited(random.pick([1, 5, 13, 301, 400]), Buffer.from(random.pick(texts))),
    // A Struct in a Struct, many times; groups in groups; a length beyond the end; a varint without end; field 0; a wire type that is not there.
    Array.from({ length: random.pick([3, 20, 90, 110, 3000]) }).reduce<Buffer>((value) => delimited(1, Buffer.concat([delimited(1, Buffer.from("a")), delimited(2, delimited(5, value))])), Buffer.alloc(0)).subarray(0, 60_000),
    Buffer.alloc(random.pick([2, 50, 101, 20_000]), 0x0b),
    Buffer.concat([Buffer.from([0x0a]), varint(0xffffffffn)]),
    Buffer.alloc(11, 0xff),
    Buffer.from([0x02, 0x00]),
    Buffer.from([0x0f]),
    Buffer.concat([varint(BigInt(random.between(1, 100) * 8)), varint(0xffffffffffffffffn)]),
    delimited(400, delimited(1, Buffer.concat([delimited(1, Buffer.from(random.pick(["__proto__", "constructor", "a"]))), delimited(2, Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]))]))),
  ]);
  return Buffer.concat([bytes, random.next() < 0.5 ? inner : delimited(2, inner)]);
}

/** A gRPC message prefix, mostly right. */
export function envelope(random: Random, bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  const dice = random.next();
  if (dice < 0.75) return Buffer.concat([prefix, bytes]);
  if (dice < 0.8) prefix[0] = random.pick([1, 2, 0x80, 0xff]);
  else if (dice < 0.9) prefix.writeUInt32BE(random.pick([0, 1, bytes.length + 1, Math.max(0, bytes.length - 1), 65_537, 0x7fffffff, 0xffffffff]), 1);
  else if (dice < 0.93) return Buffer.concat([prefix, bytes, prefix, bytes]);
  else if (dice < 0.96) return Buffer.concat([prefix, bytes]).subarray(0, random.between(0, 6));
  else return bytes;
  return Buffer.concat([prefix, bytes]);
}

const tokenLike = "mrt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** Values of single headers; "" for an empty one. */
export const headerValues: Readonly<Record<string, readonly string[]>> = {
  authorization: [
    "", " ", "Bearer", "Bearer ", "Bearer  ", "bearer x", "BEARER\tx", "Bearer x y", "Bearer x, Bearer y", "Basic", "Basic !!!", "Basic Og==", "Basic YTpi", "Digest a=b", "Negotiate", "DPoP x", `Bearer ${tokenLike}`,
    `Bearer ${"x".repeat(8000)}`, "Bearer =", "Bearer ====", "Bearer é", "Bearer \u0080", ",", "Bearer,", "\"Bearer\" x", "Bearer mit_", "Bearer mcs_", "null", "Bearer %00",
  ],
  "content-type": [
    "", "application/json", "application/json; charset=utf-8", "application/json;charset=utf-16", "application/json;", "application/jsonx", "text/json", "APPLICATION/JSON", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "application/proto", "application/grpc", "application/grpc+proto", "application/grpc+json", "application/grpc-web", "application/grpc-web-text", "application/connect+json",
    "application/connect+proto", "*/*", "application", ";", "a/b".repeat(500), "application/json, text/html", "application/json\u00a0",
  ],
  "content-encoding": ["gzip", "br", "deflate", "identity", "", "gzip, gzip", "x"],
  "grpc-encoding": ["gzip", "br", "identity", "zstd", ""],
  "grpc-timeout": ["1n", "0S", "99999999H", "-1S", "x", "", "1", "1S1S", "100000000S"],
  "connect-timeout-ms": ["0", "1", "-1", "x", "99999999999999999999", "", "1.5"],
  "connect-protocol-version": ["1", "2", "", "x"],
  "idempotency-key": ["", "x", '"', '""', '"x"', "8e03978e-40d5-43dd-bc93-6894a57f9324", "A".repeat(22), "A".repeat(129), "é"],
  "if-match": ["*", '"1"', "1", 'W/"1"', "", '"', '"1", "2"', "x".repeat(1000)],
  prefer: ["return=decisions", "return=minimal", "RETURN=DECISIONS; x", ",,,", ""],
  origin: ["null", "https://evil.example", "", "x", "*"],
  accept: ["text/html", "", "*/*;q=0", ","],
  traceparent: ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x", ""],
  expect: ["100-continue", "x"],
  "x-forwarded-host": ["evil.example"],
  "x-http-method-override": ["DELETE"],
  __proto__x: ["x"],
  cookie: ["a=b", "x".repeat(4000)],
};

export const hosts = ["localhost", "127.0.0.1", "evil.example", "", " ", "a b", "a/b", "a@b", "[::1]", "[", "x".repeat(300), "localhost:0", "localhost:99999", "localhost:x", "é", "%00", "a,b", "http://x", "..", "xn--", "-", "1.2.3.4.5", "0x7f.1"];

export const methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "QUERY"];

const pieces = [
  "register", "realms", "default", "partners", "nowhere", ".well-known", "oauth-authorization-server", "openid-configuration", "livez", "readyz", "authorize", "token", "jwks", "matricula.v1.RegistrationService",
  "RegisterClient", "ReadClient", "DeleteClient", "matricula.v1.ClientDirectoryService", "ListClients", "matricula.v1.InitialAccessTokenService", "CreateInitialAccessToken", "grpc.health.v1.Health", "Check",
  "grpc.reflection.v1.ServerReflection", "ServerReflectionInfo", "..", ".", "", "%2e%2e", "%2f", "%00", "%", "%zz", "__proto__", "constructor", "toString", "a".repeat(300), "a".repeat(6000), "é", "\\", ";a=b", "*", ":80", "@", "x",
];

export function anyPath(random: Random): string {
  const path = `/${Array.from({ length: random.between(1, 4) }, () => random.pick(pieces)).join("/")}`;
  return random.next() < 0.3 ? `${path}${random.pick(["?", "?a=b", "?encoding=json&message={}&connect=v1", "?%zz", "#x", "??", `?${"x".repeat(3000)}`])}` : path;
}
