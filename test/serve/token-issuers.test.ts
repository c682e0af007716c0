// The files that issuers of access tokens are configured by: read at the start, and followed.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { TokenIssuerConfiguration } from "../../src/config/configuration.js";
import { openTokenIssuers } from "../../src/serve/token-issuers.js";
import type { Occasion, Shown } from "../../src/service/ways-in/way-in.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "matricula-issuers-"));
});
afterEach(() => rm(folder, { recursive: true }));

const now = 1_719_792_000;
const clock = { seconds: () => now, milliseconds: () => now * 1000 };
const row: TokenIssuerConfiguration = { issuer: "https://login.example", audiences: ["here"], algorithms: ["ES256"], scopes: [], manageScopes: [], claims: [] };

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function open(...tokenIssuers: readonly TokenIssuerConfiguration[]) {
  const lines: string[] = [];
  const say = (level: string) => (fields: object, message: string) => void lines.push(`${level} ${message} ${Object.values(fields).map(String).join(" ")}`);
  const opened = await openTokenIssuers({
    realms: [{ name: "default", tokenIssuers }, { name: "other", tokenIssuers: [] }], clock, log: { info: say("info"), warn: say("warn"), error: say("error") }, watch: { every: () => () => {} },
  });
  onTestFinished(opened.close);
  return { ...opened, lines };
}

async function signer(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const claims = { iss: row.issuer, aud: "here", sub: "alice", client_id: "app", jti: "one", iat: now, exp: now + 60 };
  return {
    set: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid }] }),
    token: await new SignJWT(claims).setProtectedHeader({ typ: "at+jwt", alg: "ES256", kid }).sign(privateKey),
  };
}

const show = async ({ waysIn: [way] }: Awaited<ReturnType<typeof open>>, token: string, realm = "default") => {
  const shown: Shown = { certificate: { kind: "none" }, authorization: { scheme: "bearer", credentials: token } };
  return (async () => (await way!.identify(shown, { registry: { limits: { beginGuess: () => ({ end() {} }) } }, realm: { name: realm }, now, manages: false } as unknown as Occasion)).principal.id)().catch((error: { kind: string }) => error.kind);
};

it("without an issuer there is no way in", async () => expect((await open()).waysIn).toEqual([]));

describe("keys in a file", () => {
  it("are those of the file, now and when it has changed, in the realm that names it", async () => {
    const [old, next] = [await signer("old"), await signer("next")];
    const jwksFile = await put("jwks.json", old.set);
    const opened = await open({ ...row, jwksFile });
    expect([await show(opened, old.token), await show(opened, next.token), await show(opened, old.token, "other")]).toEqual([`${row.issuer}|alice`, "invalid_token", "invalid_token"]);
    await put("jwks.json", next.set);
    await opened.look();
    expect([await show(opened, old.token), await show(opened, next.token)]).toEqual(["invalid_token", `${row.issuer}|alice`]);
    expect(opened.lines).toEqual([expect.stringMatching(/^info file reloaded .*jwks\.json$/)]);
  });

  it("stay when the file becomes none, which the log says", async () => {
    const old = await signer("old");
    const jwksFile = await put("jwks.json", old.set);
    const opened = await open({ ...row, jwksFile });
    for (const break_ of [() => put("jwks.json", "{"), () => rm(jwksFile)]) {
      await break_();
      await opened.look();
      expect(await show(opened, old.token)).toBe(`${row.issuer}|alice`);
    }
    expect(opened.lines).toEqual([expect.stringMatching(/^error .*jwks\.json is no JWK Set/), expect.stringMatching(/^error .*jwks\.json cannot be read \(ENOENT\)/)]);
  });
});

describe("it does not start", () => {
  const introspection = (clientSecretFile: string) => ({ endpoint: "https://login.example/introspect", clientId: "me", clientSecretFile });

  it.each<[string, () => Promise<Partial<TokenIssuerConfiguration>>, RegExp]>([
    ["without its key file", async () => ({ jwksFile: join(folder, "none.json") }), /none\.json cannot be read \(ENOENT\)/],
    ["with a key file that is none", async () => ({ jwksFile: await put("jwks.json", '{"keys": 1}') }), /jwks\.json is no JWK Set: it needs keys/],
    ["without its secret", async () => ({ introspection: introspection(join(folder, "none")) }), /none cannot be read \(ENOENT\)/],
    ["with an empty secret", async () => ({ introspection: introspection(await put("secret", "\n")) }), /secret holds no secret/],
    ["without its authorities", async () => ({ jwksFile: await put("jwks.json", '{"keys": []}'), caFile: join(folder, "ca.pem") }), /ca\.pem cannot be read/],
    ["with authorities that are none", async () => ({ jwksFile: await put("jwks.json", '{"keys": []}'), caFile: await put("ca.pem", "none") }), /ca\.pem holds no readable certificate/],
  ])("%s", async (_, more, message) => {
    await expect(open({ ...row, ...(await more()) })).rejects.toThrow(message);
  });
});
