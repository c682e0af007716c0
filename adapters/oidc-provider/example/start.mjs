// Starts Matricula and an authorization server that lives from it, and prints what to paste. Ends both on ^C.
//
//   npm run example:oidc-provider -- [DATA FOLDER]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { issueCertificate } from "../../../dist/net/certificate.js";
import { matriculaConfiguration } from "./matricula-configuration.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "matricula-pair-"));
const put = (name, text) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
const firstLine = async (child) => {
  const ended = once(child, "exit").then(() => {
    throw new Error(`${child.spawnargs.join(" ")} has ended`);
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
  return line;
};

const provider = spawn(process.execPath, [here("provider.mjs")], { stdio: ["pipe", "pipe", "inherit"] });
const issuer = await firstLine(provider);

const config = put("matricula.yaml", matriculaConfiguration(issuer));
const data = join(folder, "data");
const matricula = spawn(process.execPath, [here("../../../dist/main.js"), "serve", "--data", data, "--listen", "localhost:0", "--config", config], { stdio: ["ignore", "pipe", "ignore"] });
const url = (await firstLine(matricula)).replace("matricula listening on ", "");

const pki = (name) => join(data, "pki", name);
const ca = { certificate: readFileSync(pki("ca.pem"), "utf8"), key: readFileSync(pki("ca.key"), "utf8") };
const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 30 * 86_400_000) };
const issue = async (name, order) => {
  const { certificate, key } = await issueCertificate({ ca, subject: `CN=${name}`, ...validity, ...order });
  return { certificate: put(`${name}.pem`, certificate), key: put(`${name}.key`, key) };
};
const own = await issue("authorization-server", { uris: ["spiffe://example/authorization-server"], usage: "client" });
const server = await issue("localhost", { dns: ["localhost"], usage: "server" });
provider.stdin.write(`${JSON.stringify({ url, ca: pki("ca.pem"), ...own, server, file: join(folder, "clients.cache") })}\n`);
await firstLine(provider);

process.stdout.write(`The authorization server is ${issuer}, Matricula ${url}. Its discovery sends who wants to register to Matricula:

  curl -s --cacert ${pki("ca.pem")} ${issuer}/.well-known/openid-configuration | grep -o '"registration_endpoint":"[^"]*"'

A client registers, and gets a token:

  curl -s --cacert ${pki("ca.pem")} -H 'Content-Type: application/json' -d '{"grant_types": ["client_credentials"], "client_name": "A trial"}' ${url}/register > client.json
  member() { node -p "require('./client.json').$1"; }
  curl -s --cacert ${pki("ca.pem")} -u "$(member client_id):$(member client_secret)" -d grant_type=client_credentials ${issuer}/token

An operator suspends it, and the next request for a token is refused:

  curl -s --cacert ${pki("ca.pem")} --cert ${pki("admin.pem")} --key ${pki("admin.key")} -H 'Content-Type: application/json' -d "{\\"client_id\\": \\"$(member client_id)\\"}" ${url}/matricula.v1.ClientAdminService/SuspendClient
`);

const stop = async () => {
  provider.stdin.end();
  matricula.kill("SIGTERM");
  await Promise.all([once(provider, "exit"), once(matricula, "exit")]);
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
