import { X509Certificate } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ensureDevelopmentPki } from "../../src/net/development-pki.js";
import { loadTlsFiles } from "../../src/net/tls.js";
import { DAY_MS, withFolder } from "./fixture.js";

const now = new Date();
const FILES = ["admin.key", "admin.pem", "ca.key", "ca.pem", "server.key", "server.pem"];

async function contents(dir: string): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(FILES.map(async (name) => [name, await readFile(join(dir, name), "utf8")] as const)));
}

async function certificate(dir: string, name: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(join(dir, name)));
}

describe("a development PKI", () => {
  test("is made with its files, modes, names and usages", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "data", "pki");
      const paths = await ensureDevelopmentPki(dir, { now, hosts: ["registry.example", "192.0.2.7"] });
      expect((await readdir(dir)).sort()).toEqual(FILES);
      expect(await readdir(join(folder, "data"))).toEqual(["pki"]);
      expect((await stat(dir)).mode & 0o777).toBe(0o700);
      for (const name of FILES) expect([name, (await stat(join(dir, name))).mode & 0o777]).toEqual([name, name.endsWith(".key") ? 0o600 : 0o644]);
      for (const key of [paths.adminKey, paths.caKey, paths.serverKey]) expect(await readFile(key, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);

      const [ca, admin, server] = [await certificate(dir, "ca.pem"), await certificate(dir, "admin.pem"), await certificate(dir, "server.pem")];
      expect([ca.ca, admin.ca, server.ca]).toEqual([true, false, false]);
      expect([admin.checkIssued(ca), server.checkIssued(ca), admin.verify(ca.publicKey), server.verify(ca.publicKey)]).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(new Set([ca.serialNumber, admin.serialNumber, server.serialNumber]).size).toBe(3);
      expect(admin.subjectAltName).toBe("URI:spiffe://matricula/admin");
      expect(admin.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
      expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
      for (const host of ["localhost", "registry.example"]) expect(server.checkHost(host)).toBe(host);
      for (const address of ["127.0.0.1", "::1", "192.0.2.7"]) expect(server.checkIP(address)).toBe(address);
      expect(server.checkHost("other.example")).toBeUndefined();
      await loadTlsFiles({ certificate: paths.serverCertificate, key: paths.serverKey, clientCa: paths.ca });
    }));

  test("is kept as it is on the second call", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      const before = await contents(dir);
      await ensureDevelopmentPki(dir, { now: new Date(now.getTime() + 300 * DAY_MS) });
      expect(await contents(dir)).toEqual(before);
    }));

  test("may be made by two processes at once", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await Promise.all([ensureDevelopmentPki(dir, { now }), ensureDevelopmentPki(dir, { now })]);
      await ensureDevelopmentPki(dir, { now });
      expect(await readdir(folder)).toEqual(["pki"]);
    }));

  test("renews its leaves, and nothing else, 30 days before their end", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      const before = await contents(dir);
      const later = new Date(now.getTime() + 336 * DAY_MS);
      await ensureDevelopmentPki(dir, { now: later });
      const after = await contents(dir);
      expect(FILES.filter((name) => before[name] !== after[name])).toEqual(["admin.pem", "server.pem"]);
      expect(Date.parse((await certificate(dir, "server.pem")).validTo)).toBeGreaterThan(later.getTime() + 360 * DAY_MS);
    }));

  test("renews the server certificate when a host is missing from it", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      const before = await contents(dir);
      await ensureDevelopmentPki(dir, { now, hosts: ["new.example"] });
      const after = await contents(dir);
      expect(FILES.filter((name) => before[name] !== after[name])).toEqual(["server.pem"]);
      expect((await certificate(dir, "server.pem")).checkHost("new.example")).toBe("new.example");
    }));

  test("without the key of its authority is used until its certificates expire", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      const paths = await ensureDevelopmentPki(dir, { now });
      await rm(paths.caKey);
      const before = await readFile(paths.serverCertificate, "utf8");
      await ensureDevelopmentPki(dir, { now: new Date(now.getTime() + 360 * DAY_MS), hosts: ["new.example"] });
      expect(await readFile(paths.serverCertificate, "utf8")).toBe(before);
      await expect(ensureDevelopmentPki(dir, { now: new Date(now.getTime() + 366 * DAY_MS) })).rejects.toThrow(/server\.pem expired .* ca\.key/);
    }));

  test.each(FILES.filter((name) => name !== "ca.key"))("without %s is an error that names the file", (name) =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      await rm(join(dir, name));
      await expect(ensureDevelopmentPki(dir, { now })).rejects.toThrow(`${join(dir, name)} is missing`);
    }),
  );

  test.each(["admin.key", "ca.key", "server.key"])("with the wrong %s is an error", (name) =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      await ensureDevelopmentPki(join(folder, "other"), { now });
      await copyFile(join(folder, "other", name), join(dir, name));
      await expect(ensureDevelopmentPki(dir, { now })).rejects.toThrow(`${join(dir, name)} does not belong to`);
    }),
  );

  test.each(FILES)("with a %s that is cut short is an error that says what to do", (name) =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      const whole = await readFile(join(dir, name), "utf8");
      await writeFile(join(dir, name), whole.slice(0, 60));
      await expect(ensureDevelopmentPki(dir, { now })).rejects.toThrow(new RegExp(`${name} is not a readable .* made anew`));
    }),
  );

  test("whose leaves come from another authority is an error", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      await ensureDevelopmentPki(dir, { now });
      await ensureDevelopmentPki(join(folder, "other"), { now });
      for (const name of ["ca.pem", "ca.key"]) await copyFile(join(folder, "other", name), join(dir, name));
      await expect(ensureDevelopmentPki(dir, { now })).rejects.toThrow(/server\.pem is not signed by the ca\.pem/);
    }));

  test("makes leaves anew when both files of one are deleted", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      const paths = await ensureDevelopmentPki(dir, { now });
      await rm(paths.adminCertificate);
      await rm(paths.adminKey);
      await ensureDevelopmentPki(dir, { now });
      expect((await readdir(dir)).sort()).toEqual(FILES);
    }));

  test("closes a key that others could read", () =>
    withFolder(async (folder) => {
      const dir = join(folder, "pki");
      const paths = await ensureDevelopmentPki(dir, { now });
      const { chmod } = await import("node:fs/promises");
      await chmod(paths.adminKey, 0o644);
      await ensureDevelopmentPki(dir, { now });
      expect((await stat(paths.adminKey)).mode & 0o777).toBe(0o600);
    }));
});
