// A gRPC transport whose certificate files may be replaced while it is in use.

import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

export interface TlsFiles {
  /** PEM file of the authority that signed the service's certificate; without it, Node's own authorities. */
  readonly caFile?: string | undefined;
  /** PEM file of the caller's certificate, with its chain. */
  readonly certFile?: string | undefined;
  /** PEM file of its private key. */
  readonly keyFile?: string | undefined;
}

export interface ReloadingOptions extends TlsFiles {
  readonly url: string;
  readonly interceptors?: Interceptor[] | undefined;
  /** Told when changed files cannot be used, at each call until they can; the connection goes on with those before. */
  readonly onReloadError?: ((error: unknown) => void) | undefined;
}

// A peer that went away without a word is found out long before a deadline of minutes, and at once by a call after a pause.
const pings = { pingIntervalMs: 30_000, pingTimeoutMs: 5_000 };
// The manager itself closes a connection that has been idle, so one that was replaced lives exactly as long as its calls and this.
const idleConnectionTimeoutMs = 60_000;

/**
 * The files are looked at before each call (one stat each, shared by calls that start together). When one changed, a new connection is
 * made; calls under way finish on the old one. Files that do not fit together, as between two renames, leave the connection as it is.
 */
export class ReloadingTransport implements Transport {
  readonly #options: ReloadingOptions;
  readonly #sessions = new Set<Http2SessionManager>();
  #transport: Transport | undefined;
  #version = "";
  #checking: Promise<Transport> | undefined;
  #isClosed = false;

  constructor(options: ReloadingOptions) {
    this.#options = options;
  }

  /** Reads the files; rejects when they cannot be used and none before could. */
  check(): Promise<Transport> {
    this.#checking ??= this.#check().finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  unary: Transport["unary"] = async (...call) => (await this.check()).unary(...call);

  stream: Transport["stream"] = async (...call) => (await this.check()).stream(...call);

  /** Ends the connections and what runs on them. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#sessions) session.abort(closed());
    this.#sessions.clear();
  }

  async #check(): Promise<Transport> {
    try {
      // Before the files are read: a change in between is then seen by the next check.
      const version = await versionOf(this.#options);
      if (version !== this.#version || this.#transport === undefined) {
        this.#transport = this.#open(await readFiles(this.#options));
        this.#version = version;
      }
    } catch (error) {
      if (this.#transport === undefined) throw error;
      this.#options.onReloadError?.(error);
    }
    if (this.#isClosed) throw closed();
    return this.#transport;
  }

  #open(pem: Pem): Transport {
    // Throws where the certificate and the key do not fit together.
    createSecureContext(pem);
    for (const old of this.#sessions) {
      if (old.state() === "closed" || old.state() === "error") this.#sessions.delete(old);
    }
    const { url: baseUrl, interceptors } = this.#options;
    const sessionManager = new Http2SessionManager(baseUrl, { ...pings, idleConnectionTimeoutMs }, pem);
    this.#sessions.add(sessionManager);
    return createGrpcTransport({ baseUrl, sessionManager, ...(interceptors && { interceptors }) });
  }
}

type Pem = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

/** Which files these are: a rename changes the inode, a rewrite the time; through links, as mounted secrets are replaced. */
async function versionOf({ caFile, certFile, keyFile }: TlsFiles): Promise<string> {
  const files = [caFile, certFile, keyFile].filter((file) => file !== undefined);
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })));
  return stats.map(({ dev, ino, size, mtimeNs }) => `${dev}:${ino}:${size}:${mtimeNs}`).join(" ");
}

async function readFiles({ caFile, certFile, keyFile }: TlsFiles): Promise<Pem> {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFile(file));
  const [ca, cert, key] = await Promise.all([read(caFile), read(certFile), read(keyFile)]);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function closed(): ConnectError {
  return new ConnectError("the connection is closed", Code.FailedPrecondition);
}
