/** A question to another server. */
export interface OutgoingRequest {
  readonly url: string;
  /** GET when absent. */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Its whole answer, whatever the status. */
export interface OutgoingAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * How the service goes to another server: bounded in time, size and number, and never redirected. Rejects with an Error, whose message
 * is for the log alone, when there is no whole answer; with RegistryError overloaded when nothing was asked for want of capacity.
 */
export type Fetch = (request: OutgoingRequest) => Promise<OutgoingAnswer>;
