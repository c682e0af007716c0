// What foreign libraries send to a token endpoint, authenticated by an authorization server that asks at every door.

import { webcrypto } from "node:crypto";
import { createClient, type Client as RpcClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { exportJWK } from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClientDirectoryService, InvalidClientReason } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { startSeconds, startWorld, type World } from "../doors/world.js";
import { issuer, realm, register, tokenEndpoint, type RegisteredClient } from "../service/authentication.js";

type Directory = RpcClient<typeof ClientDirectoryService>;

let world: World;
const doors = {} as Record<string, Directory>;
const pairs = {} as Record<"ES256" | "RS256" | "PS256" | "Ed25519", webcrypto.CryptoKeyPair>;
const clients = {} as Record<"basic" | "post" | "none" | "jwt" | "key" | "odd", RegisteredClient>;
const server = { issuer, token_endpoint: tokenEndpoint };

const parameters = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
  PS256: { name: "RSA-PSS", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
  Ed25519: { name: "Ed25519" },
} as const;

beforeAll(async () => {
  world = await startWorld();
  const { certificate, key } = world.identities.verifier;
  const nodeOptions = { ca: world.ca, cert: certificate, key };
  const directory = (transport: Transport) => createClient(ClientDirectoryService, transport);
  doors["gRPC"] = directory(createGrpcTransport({ baseUrl: world.baseUrl, nodeOptions }));
  doors["gRPC-Web"] = directory(createGrpcWebTransport({ baseUrl: world.baseUrl, httpVersion: "1.1", nodeOptions }));
  doors["Connect, binary"] = directory(createConnectTransport({ baseUrl: world.baseUrl, httpVersion: "2", useBinaryFormat: true, nodeOptions }));
  doors["Connect, JSON"] = directory(createConnectTransport({ baseUrl: world.baseUrl, httpVersion: "1.1", useBinaryFormat: false, nodeOptions }));
  const keys = [];
  for (const [alg, algorithm] of Object.entries(parameters)) {
    const pair = (await webcrypto.subtle.generateKey(algorithm as never, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
    pairs[alg as keyof typeof pairs] = pair;
    keys.push({ ...(await exportJWK(pair.publicKey)), kid: alg, use: "sig" });
  }
  clients.basic = await register(world, "client_secret_basic");
  clients.post = await register(world, "client_secret_post");
  clients.none = await register(world, "none");
  clients.jwt = await register(world, "client_secret_jwt");
  clients.key = await register(world, "private_key_jwt", { jwks: { keys: keys as never[] } });
});
afterAll(() => world.close());

/** The library's clock, at the world's time. */
const skew = () => startSeconds - Math.floor(Date.now() / 1000);

/** What arrives when the library authenticates a client. */
async function arrives(client: RegisteredClient, authenticate: oauth.ClientAuth) {
  const body = new URLSearchParams();
  const headers = new Headers();
  await authenticate(server, { client_id: client.id, [oauth.clockSkew]: skew() }, body, headers);
  return request(headers, body);
}

/** What an authorization server makes of an HTTP request. */
function request(headers: Headers, body: URLSearchParams) {
  const names = { clientId: "client_id", clientSecret: "client_secret", clientAssertionType: "client_assertion_type", clientAssertion: "client_assertion" };
  const sent = Object.entries(names).flatMap(([member, parameter]) => (body.has(parameter) ? [[member, body.get(parameter)!]] : []));
  const authorization = headers.get("authorization");
  return { realm, ...(authorization === null ? {} : { authorization }), ...Object.fromEntries(sent) } as { realm: string; authorization?: string; clientId?: string };
}

const privateKey = (alg: keyof typeof pairs) => oauth.PrivateKeyJwt({ key: pairs[alg].privateKey, kid: alg });

const rows: readonly (readonly [name: string, client: keyof typeof clients, authenticate: () => oauth.ClientAuth, credential: string])[] = [
  ["client_secret_basic", "basic", () => oauth.ClientSecretBasic(clients.basic.secret), "1"],
  ["client_secret_post", "post", () => oauth.ClientSecretPost(clients.post.secret), "1"],
  ["client_secret_jwt", "jwt", () => oauth.ClientSecretJwt(clients.jwt.secret), "1"],
  ["none", "none", () => oauth.None(), ""],
  ["private_key_jwt", "key", () => privateKey("ES256"), "ES256"],
  ["private_key_jwt", "key", () => privateKey("RS256"), "RS256"],
  ["private_key_jwt", "key", () => privateKey("PS256"), "PS256"],
  ["private_key_jwt", "key", () => privateKey("Ed25519"), "Ed25519"],
];

describe.each(["gRPC", "gRPC-Web", "Connect, binary", "Connect, JSON"])("by %s, oauth4webapi's", (door) => {
  it.each(rows)("%s of the client %s is accepted (ASR-01, BAS-03)", async (method, client, authenticate, credential) => {
    const { verdict } = await doors[door]!.authenticateClient(await arrives(clients[client], authenticate()));
    expect(verdict).toMatchObject({ case: "authenticated", value: { method, credential, client: { clientId: clients[client].id } } });
  });

  it("assertion is not accepted a second time (ASR-03), nor is one by a key of its own", async () => {
    const sent = await arrives(clients.key, privateKey("ES256"));
    await doors[door]!.authenticateClient(sent);
    const stranger = (await webcrypto.subtle.generateKey(parameters.ES256, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
    const forged = await arrives(clients.key, oauth.PrivateKeyJwt({ key: stranger.privateKey, kid: "ES256" }));
    for (const each of [sent, forged]) {
      const { verdict } = await doors[door]!.authenticateClient(each);
      expect(verdict).toMatchObject({ case: "invalidClient", value: { reason: InvalidClientReason.BAD_CREDENTIAL } });
    }
  });
});

/** The smallest token endpoint: what arrives is handed over, and the verdict decides. */
const tokenEndpointOf = (directory: Directory): openid.CustomFetch => async (_url, { headers, body }) => {
  const { verdict } = await directory.authenticateClient(request(new Headers(headers as Record<string, string>), new URLSearchParams(String(body))));
  return verdict.case === "authenticated"
    ? Response.json({ access_token: `for ${verdict.value.client!.clientId}`, token_type: "Bearer", expires_in: 60 })
    : Response.json({ error: "invalid_client" }, { status: 401, headers: { "www-authenticate": "Basic" } });
};

describe("openid-client gets a token from a server that asks", () => {
  const configuration = (client: RegisteredClient, authenticate: openid.ClientAuth) => {
    const config = new openid.Configuration(server, client.id, { [openid.clockSkew]: skew() }, authenticate);
    config[openid.customFetch] = tokenEndpointOf(doors["gRPC"]!);
    return config;
  };

  it.each([
    ["private_key_jwt", "key", () => openid.PrivateKeyJwt({ key: pairs.ES256.privateKey, kid: "ES256" })],
    ["client_secret_jwt", "jwt", () => openid.ClientSecretJwt(clients.jwt.secret)],
    ["client_secret_basic", "basic", () => openid.ClientSecretBasic(clients.basic.secret)],
    ["client_secret_post", "post", () => openid.ClientSecretPost(clients.post.secret)],
  ] as const)("with %s", async (_method, client, authenticate) => {
    const answer = await openid.clientCredentialsGrant(configuration(clients[client], authenticate()));
    expect(answer.access_token).toBe(`for ${clients[client].id}`);
  });

  it("and none with a wrong secret: invalid_client is all that it hears (RFC 6749 section 5.2)", async () => {
    const wrong = openid.clientCredentialsGrant(configuration(clients.basic, openid.ClientSecretBasic(clients.post.secret)));
    await expect(wrong).rejects.toMatchObject({ code: expect.stringMatching(/WWW_AUTHENTICATE|RESPONSE_BODY_ERROR/) });
  });
});
