// Uses of clients, told to the service in batches: each client once, with its last use.

import type { Client } from "@connectrpc/connect";
import type { ClientDirectoryService } from "../../matricula/v1/client_directory_service_pb.js";

const mostInOne = 1000;
/** Clients whose use waits while the service is away; beyond that the oldest are let go. */
const mostWaiting = 100_000;

export class UseReports {
  readonly #directory: Client<typeof ClientDirectoryService>;
  readonly #realm: string;
  readonly #timer: NodeJS.Timeout;
  #waiting = new Map<string, { usedAt: number; secretLabel: string }>();
  #sending: Promise<void> | undefined;

  constructor(directory: Client<typeof ClientDirectoryService>, realm: string, intervalMs: number) {
    this.#directory = directory;
    this.#realm = realm;
    this.#timer = setInterval(() => void this.send(), intervalMs).unref();
  }

  add(clientId: string, usedAt: number, secretLabel: string): void {
    // Behind those that were used before it.
    this.#waiting.delete(clientId);
    this.#waiting.set(clientId, { usedAt, secretLabel });
    if (this.#waiting.size > mostWaiting) this.#waiting.delete(this.#waiting.keys().next().value!);
  }

  /** Sends what waits; what does not arrive waits on. Never rejects. */
  send(): Promise<void> {
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, mostInOne);
      try {
        await this.#directory.reportClientUse({ realm: this.#realm, uses: batch.map(([clientId, use]) => ({ clientId, ...use })) }, { timeoutMs: 5_000 });
      } catch {
        return; // A use that is not told is no loss to anybody who authenticates.
      }
      // One that came in meanwhile is another.
      for (const [clientId, use] of batch) if (this.#waiting.get(clientId) === use) this.#waiting.delete(clientId);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.send();
  }
}
