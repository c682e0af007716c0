import { RegistryError } from "../domain/errors.js";
import type { ClientRecord } from "../domain/ports.js";
import { etagOf } from "./client-view.js";

/** The error of a write that met another one. */
export const versionConflict = () => new RegistryError("version_conflict", "the client has changed since it was read; read it again");

/** Throws version_conflict when an etag is given and names another version. */
export function demandVersion(client: ClientRecord, etag: string): void {
  if (etag !== "" && etag !== etagOf(client)) throw versionConflict();
}
