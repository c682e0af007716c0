// test/permissions/: every kind of caller against every method, at the running program. This file makes the callers: each is known by one
// thing that it shows, and says of itself what it may do.

import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { createAuthority, issueCertificate, type KeyAndCertificate } from "../../src/net/certificate.js";
import { example, exchange, membersOf, type Answer, type Request } from "../program/http.js";
import { matricula, startProgram, temporaryFolder, type Program } from "../program/program.js";

/** What a caller shows, and what follows from it. */
export interface Caller {
  readonly name: string;
  readonly shows: "nothing" | "header" | "certificate";
  /** Whether what is shown holds at all. */
  readonly holds: boolean;
  readonly roles: readonly Role[];
  /** Whether it opens registration, and the management of what the same caller has registered. */
  readonly registers: boolean;
  readonly manages: boolean;
  /** Sends as this caller. */
  readonly send: (request: Request) => Promise<Answer>;
  /** For a registration access token: the client that it is of. */
  readonly clientId?: string;
}

export interface Callers {
  readonly program: Program;
  readonly callers: readonly Caller[];
  /** Somebody who may do everything. */
  readonly admin: Caller;
}

const spiffe = (name: string) => `spiffe://permissions.test/${name}`;
const day = 86_400_000;

const roleNames = { admin: Role.ADMIN, registrar: Role.REGISTRAR, reader: Role.READER, verifier: Role.VERIFIER, developer: Role.DEVELOPER } as const;

/** Starts a service on which every way in is configured, and makes callers of every kind. `open` turns the open way on. */
export async function startCallers(open: boolean): Promise<Callers> {
  const folder = temporaryFolder();
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "ES256", use: "sig" }] }));
  await matricula(["user", "add", "ulla", "--users", join(folder, "users")], { input: "a good password\n" });
  const config = join(folder, "matricula.yaml");
  writeFileSync(
    config,
    `local_listen: "unix:m.sock"
trusted_proxies: [{spiffe_id: "${spiffe("proxy")}", header: client_cert}]
realms:
  default:
    ways_in: {open: {enabled: ${open}}}
    users_file: users
    token_issuers: [{issuer: "https://issuer.example", audiences: ["https://register.example"], jwks_file: keys.json, scopes: [clients]}]
    certificates:
${Object.keys(roleNames).map((name) => `      - {spiffe_id: "${spiffe(name)}", roles: [${name}]}\n`).join("")}
  other: {}
`,
  );
  const program = await startProgram({ config, data: join(folder, "data") });
  const pki = (name: string) => readFileSync(join(program.data, "pki", name), "utf8");
  const ca = { certificate: pki("ca.pem"), key: pki("ca.key") };
  const issue = (name: string, from = -day, to = 10 * day, by: KeyAndCertificate = ca) =>
    issueCertificate({ ca: by, subject: `CN=${name}`, uris: [spiffe(name)], usage: "client", notBefore: new Date(Date.now() + from), notAfter: new Date(Date.now() + to) });
  const over = (identity: KeyAndCertificate | undefined, headers: Record<string, string> = {}) => (request: Request) =>
    exchange({ ...program, ...(identity === undefined ? {} : { identity }) }, { ...request, headers: { ...request.headers, ...headers } });

  const callers: Caller[] = [];
  const add = (caller: Omit<Caller, "roles" | "registers" | "manages"> & Partial<Caller>) => {
    const made = { roles: [], registers: false, manages: false, ...caller };
    callers.push(made);
    return made;
  };
  add({ name: "nobody", shows: "nothing", holds: true, registers: open, send: over(undefined) });

  let admin: Caller | undefined;
  for (const [name, role] of Object.entries(roleNames)) {
    const caller = add({
      name: `a certificate with the role ${name}`, shows: "certificate", holds: true, roles: [role], manages: true,
      registers: open || role === Role.ADMIN || role === Role.REGISTRAR, send: over(await issue(name)),
    });
    if (role === Role.ADMIN) admin = caller;
  }
  add({ name: "a certificate without a role", shows: "certificate", holds: true, registers: open, manages: true, send: over(await issue("somebody")) });
  const strangers = await createAuthority({ subject: "CN=strangers", notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) });
  add({ name: "an admin's name by an unknown authority", shows: "certificate", holds: false, send: over(await issue("admin", -day, day, strangers)) });
  add({ name: "an expired admin's certificate", shows: "certificate", holds: false, send: over(await issue("admin", -2 * day, -day)) });

  const token = async (...args: string[]) => {
    const { code, stdout, stderr } = await matricula(["token", "create", "--data", program.data, "--json", "--show-secret", ...args]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as { token: string; initial_access_token: { id: string } };
  };
  const bearer = (credential: string) => over(undefined, { authorization: `Bearer ${credential}` });
  const made = await token();
  add({ name: "an initial access token", shows: "header", holds: true, registers: true, send: bearer(made.token) });
  const revoked = await token();
  await matricula(["token", "revoke", revoked.initial_access_token.id, "--data", program.data]);
  add({ name: "a revoked initial access token", shows: "header", holds: false, send: bearer(revoked.token) });
  add({ name: "an initial access token of another realm", shows: "header", holds: false, send: bearer((await token("--realm", "other")).token) });
  add({ name: "an initial access token that has a typing error", shows: "header", holds: false, send: bearer(made.token.replace(/.$/, (last) => (last === "A" ? "B" : "A"))) });

  const client = membersOf(await exchange(program, { path: "/register", json: example, token: made.token }));
  add({
    name: "a registration access token", shows: "header", holds: true, manages: true, clientId: client["client_id"] as string,
    send: bearer(client["registration_access_token"] as string),
  });
  add({ name: "a client secret as a token", shows: "header", holds: false, send: bearer(client["client_secret"] as string) });
  const clientBasic = Buffer.from(`${client["client_id"] as string}:${client["client_secret"] as string}`).toString("base64");
  add({ name: "a client's own Basic credentials", shows: "header", holds: false, send: over(undefined, { authorization: `Basic ${clientBasic}` }) });

  const basic = (text: string) => over(undefined, { authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  add({ name: "a user", shows: "header", holds: true, registers: true, manages: true, send: basic("ulla:a good password") });
  add({ name: "a user with another password", shows: "header", holds: false, send: basic("ulla:another password") });
  add({ name: "a user who is not there", shows: "header", holds: false, send: basic("nobody:a good password") });

  const accessToken = (claims: Record<string, unknown> = {}, audience = "https://register.example", seconds = 600) =>
    new SignJWT({ client_id: "machine", scope: "clients", ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "k", typ: "at+jwt" })
      .setIssuer("https://issuer.example").setSubject("machine").setAudience(audience).setJti(`t${seconds}${audience}`)
      .setIssuedAt(Math.floor(Date.now() / 1000) - 3600).setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(privateKey);
  add({ name: "an access token", shows: "header", holds: true, registers: true, manages: true, send: bearer(await accessToken()) });
  add({ name: "an access token for somebody else", shows: "header", holds: false, send: bearer(await accessToken({}, "https://elsewhere.example")) });
  add({ name: "an expired access token", shows: "header", holds: false, send: bearer(await accessToken({}, undefined, -600)) });
  add({ name: "a scheme that nobody takes", shows: "header", holds: false, send: over(undefined, { authorization: "Digest username=admin" }) });
  add({ name: "two tokens at once", shows: "header", holds: false, send: bearer(`${made.token}, Bearer ${made.token}`) });
  add({ name: "an admin's certificate beside a token that does not hold", shows: "header", holds: false, send: over(await issue("admin"), { authorization: "Bearer nonsense" }) });

  const proxy = await issue("proxy");
  const header = (pem: string) => `:${pem.replace(/-----[^-]+-----|\s/g, "")}:`;
  add({ name: "a trusted proxy without a certificate to pass on", shows: "nothing", holds: true, registers: open, send: over(proxy) });
  add({
    name: "a registrar by a trusted proxy", shows: "certificate", holds: true, roles: [Role.REGISTRAR], registers: true, manages: true,
    send: over(proxy, { "client-cert": header((await issue("registrar")).certificate) }),
  });
  add({ name: "an admin of an unknown authority by a trusted proxy", shows: "certificate", holds: false, send: over(proxy, { "client-cert": header((await issue("admin", -day, day, strangers)).certificate) }) });
  add({ name: "an admin's certificate passed on by nobody", shows: "certificate", holds: false, send: over(undefined, { "client-cert": header((await issue("admin")).certificate) }) });
  add({ name: "an admin's certificate passed on by a registrar", shows: "certificate", holds: false, send: over(await issue("registrar"), { "client-cert": header((await issue("admin")).certificate) }) });

  const socketPath = join(folder, "m.sock");
  add({ name: "who comes by the local listener", shows: "certificate", holds: true, registers: true, manages: true, send: (request) => overSocket(socketPath, request) });
  return { program, callers, admin: admin! };
}

/** One exchange over the local listener's socket. */
function overSocket(socketPath: string, { method, path, json, headers = {} }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { socketPath, path, method: method ?? (json === undefined ? "GET" : "POST"), headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers }, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(json === undefined ? undefined : JSON.stringify(json));
  });
}
