// npm oidc-provider as an issuer of access tokens: by client_credentials, opaque or signed (RFC 9068) by the resource that is named.
// The arguments: the server's certificate and key, and the resource server's client and secret as JSON.

import { readFileSync } from "node:fs";
import https from "node:https";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const [, , cert, key, introspecting] = process.argv;
const server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) });
const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const jwk = { ...(await exportJWK(privateKey)), kid: "signing", alg: "ES256", use: "sig" };

const client = (name) => ({ client_id: name, client_secret: `${name}-secret`, grant_types: ["client_credentials"], redirect_uris: [], response_types: [], scope: "clients:write clients:manage other" });

/** The resources differ in the format of their tokens; "elsewhere" is another audience. */
const resources = {
  "https://register.example/opaque": { audience: "https://register.example", accessTokenFormat: "opaque" },
  "https://register.example/signed": { audience: "https://register.example", accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } },
  "https://elsewhere.example/opaque": { audience: "https://elsewhere.example", accessTokenFormat: "opaque" },
  "https://elsewhere.example/signed": { audience: "https://elsewhere.example", accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } },
};

server.listen(0, "127.0.0.1", () => {
  const url = `https://localhost:${server.address().port}`;
  const provider = new Provider(url, {
    clients: [client("alice"), client("bob"), { ...JSON.parse(introspecting), grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    jwks: { keys: [jwk] },
    cookies: { keys: ["none is set"] },
    scopes: ["clients:write", "clients:manage", "other"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: (_ctx, resource) => ({ scope: "clients:write clients:manage other", accessTokenTTL: 300, ...resources[resource] }) },
    },
  });
  server.on("request", provider.callback());
  process.stdout.write(`${url}\n`);
});
