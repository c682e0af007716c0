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
export { createClientCache, type CacheEvent, type ClientCache, type ClientCacheOptions } from "./cache/client-cache.js";
export { registrationJson } from "./cache/registration-json.js";
export type { Presented } from "./cache/presented.js";
export type { Refusal, Verdict } from "./cache/verdicts.js";
