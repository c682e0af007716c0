import { createClient, type CallOptions, type Client, type Transport } from "@connectrpc/connect";
import { ClientDirectoryService } from "../matricula/v1/client_directory_service_pb.js";
import { InitialAccessTokenService } from "../matricula/v1/initial_access_token_service_pb.js";
import { RegistrationService } from "../matricula/v1/registration_service_pb.js";
import { ReloadingTransport, type ReloadingOptions } from "./reloading.js";
import { resilient, type ResilienceOptions } from "./resilient.js";

/** Where the service is, and who the caller is: by certificate, by token, or both. */
export interface ConnectOptions extends ReloadingOptions, ResilienceOptions {
  /** The service, such as "https://matricula.example:8443". */
  readonly url: string;
}

/** The services of one Matricula, over one connection. */
export interface Matricula extends AsyncDisposable {
  /** Register, read, update and delete clients. */
  readonly registration: Client<typeof RegistrationService>;
  /** Read every client, as an authorization server does. */
  readonly directory: Client<typeof ClientDirectoryService>;
  /** Hand out initial access tokens. */
  readonly initialAccessTokens: Client<typeof InitialAccessTokenService>;
  /** For `createClient` of @connectrpc/connect with any other generated service. */
  readonly transport: Transport;
  /** Ends the connection; calls under way fail. */
  close(): Promise<void>;
}

/**
 * Reads the certificate files and returns the services' clients. The connection is made by the first call, and again when it broke or
 * when the files changed. Rejects when the files cannot be read or do not fit together.
 *
 * Calls reject with {@link ServiceError}, or {@link RegistrationError} for a registration that breaks rules. They end within 10 seconds
 * (`timeoutMs`), and are repeated up to three times when the service is UNAVAILABLE and repeating is safe: reads, RegisterClient and
 * UpdateClient by an idempotency key that is set when the request has none, DeleteClient because what is gone stays gone.
 */
export async function connect(options: ConnectOptions): Promise<Matricula> {
  // A token and a certificate's identity are for the service alone.
  if (!URL.canParse(options.url) || new URL(options.url).protocol !== "https:") throw new TypeError(`the url must be an https one, not ${JSON.stringify(options.url)}`);
  if ((options.certFile === undefined) !== (options.keyFile === undefined)) throw new TypeError("certFile and keyFile go together");
  const connection = new ReloadingTransport(options);
  await connection.check();
  const transport = resilient(connection, options);
  const close = async () => connection.close();
  return {
    registration: createClient(RegistrationService, transport),
    directory: createClient(ClientDirectoryService, transport),
    initialAccessTokens: createClient(InitialAccessTokenService, transport),
    transport,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The options of a call with a token of its own: `readClient({ clientId }, bearer(token))`. */
export function bearer(token: string): CallOptions {
  return { headers: { authorization: `Bearer ${token}` } };
}
