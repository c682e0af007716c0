/** Why a store refuses to open. */
export type StoreOpenCode =
  | "library_too_old"
  | "already_open"
  | "schema_too_new"
  | "not_durable"
  | "network_file_system"
  | "not_a_file"
  | "corrupt"
  | "foreign_file"
  | "cannot_open"
  | "not_built";

/** A refusal at start-up. `message` is one sentence or two for the operator: what is wrong and what to do. */
export class StoreOpenError extends Error {
  override readonly name = "StoreOpenError";
  readonly code: StoreOpenCode;

  constructor(code: StoreOpenCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
