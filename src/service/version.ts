import { RegistryError } from "../domain/errors.js";
import type { ClientRecord } from "../domain/ports.js";
import { etagOf } from "./client-view.js";

/** The error of a write that met another one. */
export const versionConflict = () => new RegistryError("version_conflict", "the client has changed since it was read; read it again");

/** The error of a write that has lost every race: a caller that named no version set no condition that could have failed. */
export const lostAgain = (etag: string) =>
  etag === "" ? new RegistryError("overloaded", "too many writes to this client at once; try again", { retryAfter: 1 }) : versionConflict();

/**
 * Throws version_conflict when etags are given and none of them, divided by commas, names the client's version. They are compared
 * strongly (RFC 9110 section 8.8.3.2): a weak one names none.
 */
export function demandVersion(client: ClientRecord, etags: string): void {
  if (etags !== "" && !etags.split(",").some((etag) => etag.trim() === etagOf(client))) throw versionConflict();
}
