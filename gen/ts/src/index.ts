/**
 * Client of Matricula. Start with {@link connect}; the generated messages and services are under `matricula-client/matricula/v1/`.
 *
 * @module
 */

export { bearer, connect, type ConnectOptions, type Matricula } from "./connect.js";
export { RegistrationError, ServiceError, type Reason } from "./errors.js";
export type { ReloadingOptions, TlsFiles } from "./reloading.js";
export { resilient, type ResilienceOptions } from "./resilient.js";
export { Code } from "@connectrpc/connect";
