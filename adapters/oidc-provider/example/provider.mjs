// An authorization server, node-oidc-provider, whose clients are Matricula's. It listens first and says where, since Matricula must know its
// issuer; then it is told of Matricula, by one line of JSON on standard input, and begins to serve.
//
//   {"url": "https://localhost:8443", "ca": "ca.pem", "certificate": "as.pem", "key": "as.key", "server": {"certificate": "…", "key": "…"}, "file": "clients.cache", "internalHosts": []}

import { constants, createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { connect, createClientCache } from "../../../gen/ts/dist/index.js";
import { matriculaClients } from "../dist/matricula-clients.js";

// Asks for a client's certificate and demands none. Without tickets: a session that is resumed would carry the verdict of another day.
const server = https.createServer({ requestCert: true, rejectUnauthorized: false });
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1");
await once(server, "listening");
const issuer = `https://localhost:${server.address().port}`;
process.stdout.write(`${issuer}\n`);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const told = JSON.parse((await lines.next()).value);
server.setSecureContext({
  cert: readFileSync(told.server.certificate),
  key: readFileSync(told.server.key),
  ca: readFileSync(told.ca),
  minVersion: "TLSv1.3",
  secureOptions: constants.SSL_OP_NO_TICKET,
});

const complain = (error) => process.stderr.write(`${error}\n`);
const matricula = await connect({ url: told.url, caFile: told.ca, certFile: told.certificate, keyFile: told.key });
const cache = createClientCache({ transport: matricula.transport, audiences: [issuer, `${issuer}/token`], file: told.file, onError: complain });
const clients = matriculaClients({ cache, registrationEndpoint: `${told.url}/register`, onError: complain });
await cache.ready;

const signingKey = async (alg) => ({ ...(await exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey)), kid: alg, alg, use: "sig" });
const certificateOf = (ctx) => ctx.socket.getPeerX509Certificate();
const nameKinds = { tls_client_auth_san_dns: "DNS:", tls_client_auth_san_uri: "URI:", tls_client_auth_san_email: "email:", tls_client_auth_san_ip: "IP Address:" };

const configuration = clients.configure({
  jwks: { keys: [await signingKey("RS256"), await signingKey("ES256")] },
  cookies: { keys: ["an example's own"] },
  scopes: ["openid", "offline_access"],
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"],
  subjectTypes: ["public", "pairwise"],
  pairwiseIdentifier: (_ctx, accountId, client) => createHash("sha256").update(`an example's own\0${client.sectorIdentifier}\0${accountId}`).digest("base64url"),
  // Where a client is told of a logout. The provider itself goes to public addresses alone.
  fetch: (url, { dispatcher, ...init }) => fetch(url, told.internalHosts?.includes(new URL(url).host) ? init : { ...init, dispatcher }),
  features: {
    // Forms that take any name and password: for trials alone.
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    requestObjects: { enabled: true },
    encryption: { enabled: true },
    jwtUserinfo: { enabled: true },
    jwtResponseModes: { enabled: true },
    backchannelLogout: { enabled: true },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      certificateBoundAccessTokens: true,
      getCertificate: certificateOf,
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      // Of a distinguished name there is none here: its many spellings are to be compared as RFC 4514 has it.
      certificateSubjectMatches: (ctx, property, expected) => (certificateOf(ctx).subjectAltName ?? "").split(", ").includes(`${nameKinds[property]}${expected}`),
    },
  },
});
const provider = new Provider(issuer, configuration);
clients.attach(provider);
server.on("request", provider.callback());
process.stdout.write("serving\n");

// Until standard input ends.
while (!(await lines.next()).done);
server.close();
server.closeAllConnections();
await cache.close();
await matricula.close();
process.exit(0);
