import { X509Certificate, createPrivateKey } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isIP } from "node:net";
import { createAuthority, issueCertificate, type KeyAndCertificate } from "./certificate.js";
import { syncFolder, writeDurably } from "./durable-file.js";

/** Where the parts of a development PKI lie. */
export interface PkiPaths {
  ca: string;
  caKey: string;
  adminCertificate: string;
  adminKey: string;
  serverCertificate: string;
  serverKey: string;
}

export interface DevelopmentPkiOptions {
  now: Date;
  /** Further names and addresses the server is reached by; the loopback ones are always there. */
  hosts?: readonly string[];
}

/** The identity of the certificate that may do everything on a fresh installation. */
export const ADMIN_URI = "spiffe://matricula/admin";

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "::1"];
const DAY_MS = 86_400_000;
/** Long enough that nobody meets its end, as nothing renews the authority: a new one invalidates every certificate it issued. */
const CA_DAYS = 3650;
/** Below the 398 days that Apple's clients accept of a server. */
const LEAF_DAYS = 365;
const RENEW_DAYS = 30;
/** A client whose clock is late must not find a certificate of the future. */
const SKEW_MS = 3_600_000;

/** Makes a certificate authority, a server and an admin certificate in `dir`, or keeps the valid ones that lie there. Throws a sentence that says what to do. */
export async function ensureDevelopmentPki(dir: string, options: DevelopmentPkiOptions): Promise<PkiPaths> {
  await mkdir(dirname(dir), { recursive: true });
  const existing = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (existing.length === 0) await createAsWhole(dir, options);
  else await complete(dir, options);
  return pathsIn(dir);
}

function pathsIn(dir: string): PkiPaths {
  const at = (name: string): string => join(dir, name);
  return {
    ca: at("ca.pem"),
    caKey: at("ca.key"),
    adminCertificate: at("admin.pem"),
    adminKey: at("admin.key"),
    serverCertificate: at("server.pem"),
    serverKey: at("server.key"),
  };
}

/** The first time, the folder appears with everything in it or not at all; of two processes that start together, one loses the rename and reads. */
async function createAsWhole(dir: string, options: DevelopmentPkiOptions): Promise<void> {
  const draft = await mkdtemp(`${dir}.`);
  try {
    await complete(draft, options);
    await rename(draft, dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    return complete(dir, options);
  }
  await syncFolder(dirname(dir));
}

async function complete(dir: string, options: DevelopmentPkiOptions): Promise<void> {
  await chmod(dir, 0o700);
  const paths = pathsIn(dir);
  const leaves = leavesOf(paths, options);
  const authority = await readAuthority(paths, options.now);
  if (authority === undefined) {
    for (const leaf of leaves) {
      if ((await readPair(leaf)) !== undefined) {
        throw new Error(
          `${paths.ca} is missing although ${leaf.certificatePath} is there. Put it back, or delete the folder ${dir} to get a new authority and new certificates.`,
        );
      }
    }
    const created = await createAuthority({ subject: "CN=Matricula development CA", ...validity(options.now, CA_DAYS) });
    await writePair({ certificatePath: paths.ca, keyPath: paths.caKey }, created);
    for (const leaf of leaves) await writePair(leaf, await issueLeaf(leaf, created, options.now));
    return;
  }
  for (const leaf of leaves) await keepOrRenew(leaf, authority, options.now);
}

interface PairPaths {
  certificatePath: string;
  keyPath: string;
}

interface Leaf extends PairPaths {
  subject: string;
  usage: "client" | "server";
  uris: readonly string[];
  dns: readonly string[];
}

function leavesOf(paths: PkiPaths, options: DevelopmentPkiOptions): Leaf[] {
  const dns = [...new Set([...LOOPBACK_HOSTS, ...(options.hosts ?? [])])];
  return [
    { certificatePath: paths.serverCertificate, keyPath: paths.serverKey, subject: "CN=localhost", usage: "server", uris: [], dns },
    { certificatePath: paths.adminCertificate, keyPath: paths.adminKey, subject: "CN=admin", usage: "client", uris: [ADMIN_URI], dns: [] },
  ];
}

async function keepOrRenew(leaf: Leaf, authority: Authority, now: Date): Promise<void> {
  const pair = await readPair(leaf);
  const { certificatePath } = leaf;
  if (pair === undefined) {
    if (authority.key === undefined)
      throw new Error(`${certificatePath} is missing and cannot be made without ca.key beside it. Put one of them back.`);
    return writePair(leaf, await issueLeaf(leaf, { ...authority, key: authority.key }, now));
  }
  const certificate = new X509Certificate(pair.certificate);
  if (!certificate.verify(new X509Certificate(authority.certificate).publicKey)) {
    throw new Error(
      `${certificatePath} is not signed by the ca.pem beside it. Put the right ca.pem back, or delete ${certificatePath} and ${leaf.keyPath} to have them made anew.`,
    );
  }
  const expiresInMs = Date.parse(certificate.validTo) - now.getTime();
  if (expiresInMs > RENEW_DAYS * DAY_MS && holdsNames(certificate, leaf)) return;
  if (authority.key !== undefined) {
    const renewed = await issueLeaf(leaf, { ...authority, key: authority.key }, now, pair.key);
    return writeDurably(certificatePath, renewed.certificate, 0o644);
  }
  if (expiresInMs <= 0)
    throw new Error(
      `${certificatePath} expired on ${certificate.validTo} and cannot be renewed without ca.key beside it. Put ca.key back, or replace the certificate.`,
    );
}

function holdsNames(certificate: X509Certificate, leaf: Leaf): boolean {
  const holdsHosts = leaf.dns.every(
    (host) => (isIP(host) === 0 ? certificate.checkHost(host, { subject: "never" }) : certificate.checkIP(host)) !== undefined,
  );
  return holdsHosts && leaf.uris.every((uri) => certificate.subjectAltName?.includes(`URI:${uri}`));
}

function issueLeaf(leaf: Leaf, ca: KeyAndCertificate, now: Date, key?: string): Promise<KeyAndCertificate> {
  const { subject, usage, uris, dns } = leaf;
  return issueCertificate({ ca, subject, usage, uris, dns, ...validity(now, LEAF_DAYS), ...(key === undefined ? {} : { key }) });
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - SKEW_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

/** The key may lie elsewhere: then nothing is renewed. */
interface Authority {
  certificate: string;
  key: string | undefined;
}

async function readAuthority(paths: PkiPaths, now: Date): Promise<Authority | undefined> {
  const certificatePem = await readIfThere(paths.ca);
  const key = await readIfThere(paths.caKey);
  if (certificatePem === undefined && key === undefined) return undefined;
  if (certificatePem === undefined) throw halfWritten(paths.ca, paths.caKey);
  const certificate = parseCertificate(paths.ca, certificatePem);
  if (!certificate.ca)
    throw new Error(`${paths.ca} is not a certificate authority. Put the right file back, or delete the folder to have everything made anew.`);
  if (Date.parse(certificate.validTo) <= now.getTime())
    throw new Error(
      `${paths.ca} expired on ${certificate.validTo}. Delete the folder it lies in: a new authority and new certificates are made at the next start.`,
    );
  if (key !== undefined) await checkKey({ certificatePath: paths.ca, keyPath: paths.caKey }, certificate, key);
  return { certificate: certificatePem, key };
}

async function readPair(pair: PairPaths): Promise<KeyAndCertificate | undefined> {
  const certificate = await readIfThere(pair.certificatePath);
  const key = await readIfThere(pair.keyPath);
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined) throw halfWritten(pair.certificatePath, pair.keyPath);
  if (key === undefined) throw halfWritten(pair.keyPath, pair.certificatePath);
  await checkKey(pair, parseCertificate(pair.certificatePath, certificate), key);
  return { certificate, key };
}

async function checkKey(pair: PairPaths, certificate: X509Certificate, key: string): Promise<void> {
  let matches: boolean;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new Error(
      `${pair.keyPath} is not a readable private key. Put the right file back, or delete it and ${pair.certificatePath} to have both made anew.`,
      { cause },
    );
  }
  if (!matches)
    throw new Error(`${pair.keyPath} does not belong to ${pair.certificatePath}. Put the right pair back, or delete both to have them made anew.`);
  // A key that a backup or an editor has left readable for others is closed again.
  if (((await stat(pair.keyPath)).mode & 0o077) !== 0) await chmod(pair.keyPath, 0o600);
}

function parseCertificate(path: string, content: string): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch (cause) {
    throw new Error(`${path} is not a readable certificate. Put the right file back, or delete it and its key to have both made anew.`, { cause });
  }
}

function halfWritten(missing: string, present: string): Error {
  return new Error(`${missing} is missing although ${present} is there. Put it back, or delete ${present} as well to have both made anew.`);
}

async function writePair(pair: PairPaths, made: KeyAndCertificate): Promise<void> {
  await writeDurably(pair.keyPath, made.key, 0o600);
  await writeDurably(pair.certificatePath, made.certificate, 0o644);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
