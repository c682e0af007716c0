import { X509Certificate, constants, createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions, type TlsOptions } from "node:tls";
import { readRevocationLists, splitRevocationLists } from "./revocation-lists.js";

/** Files of one TLS identity, PEM. */
export interface TlsPaths {
  /** The server's certificate, followed by its intermediates. */
  certificate: string;
  key: string;
  /** Authorities whose client certificates are believed. */
  clientCa: string;
  /** Revocation lists for the whole chain; once given, a chain without a valid list is refused. */
  crl?: string;
}

/** The content of `TlsPaths`, read and checked together. */
export interface TlsFiles {
  certificate: string;
  key: string;
  clientCa: string;
  crl?: string;
}

/** Everything a TLS server takes, for start and reload alike. */
export type TlsServerOptions = SecureContextOptions & TlsOptions;

/** TLS 1.3 suites, and of TLS 1.2 only what RFC 9113 appendix A does not forbid to HTTP/2. */
const CIPHERS = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20";

/**
 * The only place where TLS options are put together: `setSecureContext` forgets what it is not given again, and without
 * SSL_OP_NO_TICKET a TLS 1.3 client without a certificate shows up as authorized when it resumes (nodejs/node 35317).
 * TLS 1.2 resumption by session id needs nothing more: Node keeps no session unless someone listens to 'newSession' and 'resumeSession'.
 */
export function buildTlsOptions(files: TlsFiles, handshakeTimeoutMs: number): TlsServerOptions {
  return {
    cert: files.certificate,
    key: files.key,
    // Never left out: without it Node believes every public authority.
    ca: files.clientCa,
    ...(files.crl === undefined ? {} : { crl: splitRevocationLists(files.crl) }),
    // One port for callers with and without a certificate; peer-certificate.ts is the judge.
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
    // Required with requestCert by OpenSSL; Node's default is made from the command line.
    sessionIdContext: "matricula",
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: handshakeTimeoutMs,
  };
}

/** Reads the files and checks that they work together; throws a sentence that names the file. */
export async function loadTlsFiles(paths: TlsPaths): Promise<TlsFiles> {
  const files: TlsFiles = {
    certificate: await readText(paths.certificate),
    key: await readText(paths.key),
    clientCa: await readText(paths.clientCa),
    ...(paths.crl === undefined ? {} : { crl: await readText(paths.crl) }),
  };
  checkTlsFiles(files, paths);
  return files;
}

/** Reads the revocation list again and checks that it works with the rest; throws a sentence that names the file. */
export async function loadRevocationList(files: TlsFiles, paths: TlsPaths): Promise<TlsFiles> {
  const renewed: TlsFiles = { ...files, ...(paths.crl === undefined ? {} : { crl: await readText(paths.crl) }) };
  checkTlsFiles(renewed, paths);
  return renewed;
}

/** Checks that the contents work together; OpenSSL alone takes an authority file with nothing in it. `names` are for the sentence that is thrown. */
export function checkTlsFiles(files: TlsFiles, names: TlsPaths = IN_MEMORY): void {
  const certificate = attempt(`${names.certificate} is not a readable certificate`, () => new X509Certificate(files.certificate));
  const key = attempt(`${names.key} is not a readable private key`, () => createPrivateKey(files.key));
  if (!certificate.checkPrivateKey(key))
    throw new Error(`${names.key} does not belong to ${names.certificate}: the two were not made together, or one of them is old.`);
  attempt(`${names.clientCa} holds no readable certificate`, () => new X509Certificate(files.clientCa));
  if (files.crl !== undefined) {
    const { crl } = files;
    attempt(`${names.crl ?? "the revocation list"} holds no readable revocation list (PEM, X509 CRL)`, () => readRevocationLists(crl));
  }
  attempt(
    `${names.certificate}, ${names.clientCa}${files.crl === undefined ? "" : ` and ${names.crl ?? "the revocation list"}`} cannot be used together`,
    () => createSecureContext(buildTlsOptions(files, 0)),
  );
}

const IN_MEMORY: TlsPaths = { certificate: "the certificate", key: "the private key", clientCa: "the client authority" };

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new Error(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown reason"}).`, { cause });
  }
}

function attempt<T>(sentence: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new Error(`${sentence}.`, { cause });
  }
}
