// What the domain needs from outside. The comment on a port is its contract; one suite tests each sentence for every store. Each has
// a file in ports/; who needs one takes it from here.

import type { ChangeReader, ClientChangeLister } from "./ports/change-log.js";
import type { ClientCounter, ClientLister, ClientReader } from "./ports/clients.js";
import type { IdempotencyReader } from "./ports/idempotency.js";
import type { InitialAccessTokenLister, InitialAccessTokenReader } from "./ports/initial-access-tokens.js";
import type { SoftwareBlockReader } from "./ports/software-blocks.js";
import type { Writer } from "./ports/writer.js";

export type * from "./ports/change-log.js";
export type * from "./ports/clients.js";
export type * from "./ports/clock.js";
export type * from "./ports/idempotency.js";
export type * from "./ports/initial-access-tokens.js";
export type * from "./ports/principal.js";
export type * from "./ports/software-blocks.js";
export type * from "./ports/writer.js";

/** One store: all ports over the same data. */
export interface Store extends Writer {
  readonly clients: ClientReader;
  readonly lister: ClientLister & InitialAccessTokenLister & ClientChangeLister;
  readonly initialAccessTokens: InitialAccessTokenReader;
  readonly counter: ClientCounter;
  readonly idempotency: IdempotencyReader;
  readonly softwareBlocks: SoftwareBlockReader;
  readonly changes: ChangeReader;
  /** Whether writes are accepted at this moment; readiness looks at it. */
  writable(): boolean;
  /** Finishes what waits, then lets go of the data. Commits after it reject with `store_unavailable`. */
  close(): Promise<void>;
}
