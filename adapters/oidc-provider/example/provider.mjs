// An authorization server, node-oidc-provider, whose clients are Matricula's. It listens first and says where, since Matricula must know its
// issuer; then it is told of Matricula, by one line of JSON on standard input, and begins to serve.
//
//   {"url": "https://localhost:8443", "ca": "ca.pem", "certificate": "as.pem", "key": "as.key", "server": {"certificate": "…", "key": "…"}, "file": "clients.cache"}

import { once } from "node:events";
import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { connect, createClientCache } from "../../../gen/ts/dist/index.js";
import { matriculaClients } from "../dist/matricula-clients.js";

const server = https.createServer();
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1");
await once(server, "listening");
const issuer = `https://localhost:${server.address().port}`;
process.stdout.write(`${issuer}\n`);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const told = JSON.parse((await lines.next()).value);
server.setSecureContext({ cert: readFileSync(told.server.certificate), key: readFileSync(told.server.key) });

const complain = (error) => process.stderr.write(`${error}\n`);
const matricula = await connect({ url: told.url, caFile: told.ca, certFile: told.certificate, keyFile: told.key });
const cache = createClientCache({ transport: matricula.transport, audiences: [issuer, `${issuer}/token`], file: told.file, onError: complain });
const clients = matriculaClients({ cache, registrationEndpoint: `${told.url}/register`, onError: complain });
await cache.ready;

const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const configuration = clients.configure({
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "signing", alg: "RS256", use: "sig" }] },
  cookies: { keys: ["an example's own"] },
  scopes: ["openid", "offline_access"],
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Forms that take any name and password: for trials alone.
  features: { devInteractions: { enabled: true }, clientCredentials: { enabled: true } },
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
