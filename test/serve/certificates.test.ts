// The revocation list as an operator replaces it: what it revokes is refused on live connections too, without a signal.

import { rename, rm, writeFile } from "node:fs/promises";
import type http2 from "node:http2";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openCertificates, type Certificates } from "../../src/serve/certificates.js";
import { testPki, type Pki } from "../connect/fixture.js";
import { example, startGateway, type GatewayServer } from "../gateway/fixture.js";
import { answerOf, revocationList, serverFiles, session2, withFolder } from "../net/fixture.js";

let pki: Pki;
let server: GatewayServer | undefined;
let certificates: Certificates | undefined;
let log: string[];
beforeAll(async () => {
  pki = await testPki();
});
beforeEach(() => void (log = []));
afterEach(async () => {
  certificates?.stop();
  await server?.close();
  server = certificates = undefined;
});

/** Nobody looks unless the test does. */
const never = { every: () => () => {} };

interface Operator {
  /** Puts a file in place as a whole, as an operator should. */
  replace(name: "server.pem" | "server.key" | "ca.pem" | "clients.crl", text: string): Promise<void>;
  readonly crl: string;
}

async function inFolder(run: (operator: Operator) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    const replace = async (name: string, text: string) => {
      await writeFile(at(`${name}.new`), text);
      await rename(at(`${name}.new`), at(name));
    };
    for (const [name, text] of [["server.pem", pki.tls.certificate], ["server.key", pki.tls.key], ["ca.pem", pki.tls.clientCa], ["clients.crl", await revocationList(pki.ca)]] as const) await replace(name, text);
    const paths = { certificate: at("server.pem"), key: at("server.key"), clientCa: at("ca.pem"), crl: at("clients.crl") };
    certificates = await openCertificates(paths, { info: (_fields, message) => log.push(message), error: (fields, message) => log.push(`${message}: ${(fields as { error: Error }).error.message}`) }, never);
    server = await startGateway({ tls: certificates.files });
    certificates.follow(server.reload);
    await run({ replace, crl: paths.crl });
  });
}

/** What a registration on a live connection gets at the JSON door, and what a call gets at the RPC door. */
async function askBoth(session: http2.ClientHttp2Session): Promise<readonly [status: number, error: unknown, grpcStatus: unknown]> {
  const registration = session.request({ ":method": "POST", ":path": "/register", "content-type": "application/json" });
  registration.end(example);
  const { status, body } = await answerOf(registration);
  const call = session.request({ ":method": "POST", ":path": "/matricula.v1.RegistrationService/RegisterClient", "content-type": "application/proto" });
  call.end(Buffer.from("121b0a1968747470733a2f2f636c69656e742e6578616d706c652f6362", "hex"));
  const answer = await answerOf(call);
  return [status, (JSON.parse(body) as { error?: string }).error, answer.status === 200 ? 200 : (JSON.parse(answer.body) as { code: string }).code];
}

const accepted = [201, undefined, 200] as const;
const refused = [401, "invalid_token", "unauthenticated"] as const;

test("a certificate on a new list is refused with the next request of its live connection, at both doors; others go on", () =>
  inFolder(async ({ replace }) => {
    const [registrar, admin] = [await session2({ ...server!, identity: pki.registrar }), await session2({ ...server!, identity: pki.admin })];
    expect(await askBoth(registrar)).toEqual(accepted);
    await certificates!.look();
    expect(log).toEqual([]);
    await replace("clients.crl", await revocationList(pki.ca, [pki.registrar]));
    await certificates!.look();
    expect(await askBoth(registrar)).toEqual(refused);
    expect(await askBoth(admin)).toEqual(accepted);
    expect(log).toEqual(["revocation list reloaded"]);
    await replace("clients.crl", await revocationList(pki.ca));
    await certificates!.look();
    expect(await askBoth(registrar)).toEqual(accepted);
    registrar.close();
    admin.close();
  }));

test("a list that cannot be read, or is gone, changes nothing but the log, once", () =>
  inFolder(async ({ replace, crl }) => {
    await replace("clients.crl", await revocationList(pki.ca, [pki.registrar]));
    await certificates!.look();
    const session = await session2({ ...server!, identity: pki.reader });
    for (const spoil of [() => replace("clients.crl", ""), () => replace("clients.crl", "half a li"), () => rm(crl)]) {
      await spoil();
      await certificates!.look();
      await certificates!.look();
      expect(await askBoth(await session2({ ...server!, identity: pki.registrar }))).toEqual(refused);
    }
    expect(log).toEqual(["revocation list reloaded", ...Array.from({ length: 2 }, () => expect.stringMatching(/^revocation list not reloaded; what was there stays: .*clients\.crl holds no readable/)), expect.stringMatching(/clients\.crl cannot be read \(ENOENT\)/)]);
    await replace("clients.crl", await revocationList(pki.ca, [pki.reader]));
    await certificates!.look();
    expect(await askBoth(session)).toEqual(refused);
    session.close();
  }));

test("a list has effect while the other files do not fit together; a signal takes those that do", () =>
  inFolder(async ({ replace }) => {
    const next = await serverFiles(pki.ca);
    const session = await session2({ ...server!, identity: pki.registrar });
    await replace("server.pem", next.certificate);
    await certificates!.reload();
    expect(log).toEqual([expect.stringMatching(/^certificates not reloaded; what was there stays: .*server\.key does not belong to .*server\.pem/)]);
    await replace("clients.crl", await revocationList(pki.ca, [pki.registrar]));
    await certificates!.look();
    expect(await askBoth(session)).toEqual(refused);
    await replace("server.key", next.key);
    await certificates!.reload();
    expect(log.slice(1)).toEqual(["revocation list reloaded", "certificates reloaded"]);
    expect(await askBoth(session)).toEqual(refused);
    session.close();
  }));

test("what was read before anybody followed is handed over", () =>
  withFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    const texts = { "server.pem": pki.tls.certificate, "server.key": pki.tls.key, "ca.pem": pki.tls.clientCa, "clients.crl": await revocationList(pki.ca) };
    for (const [name, text] of Object.entries(texts)) await writeFile(at(name), text);
    certificates = await openCertificates({ certificate: at("server.pem"), key: at("server.key"), clientCa: at("ca.pem"), crl: at("clients.crl") }, { info() {}, error() {} }, never);
    const newer = await revocationList(pki.ca, [pki.registrar]);
    await writeFile(at("clients.crl"), newer);
    await certificates.look();
    const seen: (string | undefined)[] = [];
    certificates.follow(({ crl }) => seen.push(crl));
    expect(seen).toEqual([newer]);
  }));
