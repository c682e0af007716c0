import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { createClient, type CallOptions, type Client } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { DescService } from "@bufbuild/protobuf";
import type { Invocation } from "./command.js";
import { UsageError } from "./io.js";
import { ServiceError } from "./service-error.js";
import { parseDuration } from "./values.js";

/** A service's client with what every call is given. */
export interface Connection<Service extends DescService> {
  readonly client: Client<Service>;
  readonly call: CallOptions;
  readonly realm: string;
}

/** A page of 500 of the largest clients is below it. */
const largestAnswer = 256 * 1024 * 1024;

/** Opens a connection for `use` and closes it after. Throws UsageError where it cannot be found out how, ServiceError for what `use` meets. */
export async function withService<Service extends DescService, Result>(
  { io, options }: Invocation,
  service: Service,
  use: (connection: Connection<Service>) => Promise<Result>,
): Promise<Result> {
  const data = resolve(io.cwd, options.data ?? "data");
  const at = (given: string | undefined, usual: string) => (given === undefined ? join(data, usual) : resolve(io.cwd, given));
  const timeoutMs = parseDuration("--timeout", options.timeout ?? "30s") * 1000;
  const url = options.url === undefined ? await writtenUrl(join(data, "url")) : options.url;
  const baseUrl = checkUrl(url);
  const files = { ca: at(options.ca, "pki/ca.pem"), cert: at(options.cert, "pki/admin.pem"), key: at(options.key, "pki/admin.key") };
  // One after the other, so that the first that is missing is the one that is named.
  const ca = await readPem("--ca", files.ca);
  const cert = await readPem("--cert", files.cert);
  const key = await readPem("--key", files.key);

  // ALPN and the protocol version are http2's own; the certificate is checked against this one authority.
  const sessions = openSessions(baseUrl, { ca, cert, key }, files);
  const transport = createGrpcTransport({ baseUrl, sessionManager: sessions, readMaxBytes: largestAnswer });
  try {
    return await use({ client: createClient(service, transport), call: { timeoutMs }, realm: options.realm ?? "" });
  } catch (error) {
    throw ServiceError.from(error, { url: baseUrl, ca: files.ca });
  } finally {
    sessions.abort();
  }
}

function openSessions(url: string, pem: { ca: string; cert: string; key: string }, files: { cert: string; key: string }): Http2SessionManager {
  try {
    createSecureContext(pem);
  } catch (error) {
    throw new UsageError(`${files.cert} and ${files.key} are not a certificate and its key: ${(error as Error).message}`);
  }
  return new Http2SessionManager(url, undefined, pem);
}

/** Where the server that runs on the data folder said it is. */
async function writtenUrl(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim() === "" ? "https://localhost:8443" : text.trim();
}

function checkUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.protocol !== "https:" || parsed.username !== "" || parsed.search !== "" || parsed.hash !== "") {
    throw new UsageError(`the service's URL must be one like https://localhost:8443, not ${JSON.stringify(url)}`);
  }
  return parsed.href.replace(/\/$/, "");
}

async function readPem(option: string, file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === "ENOENT"
        ? `${file} is not there; name the service's data folder by --data DIR, or the file by ${option} FILE`
        : `${file} cannot be read: ${error.message}`,
    );
  });
}
