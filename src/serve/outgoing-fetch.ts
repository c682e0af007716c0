import type { OutgoingFetchConfiguration } from "../config/loaded-configuration.js";
import { RegistryError } from "../domain/errors.js";
import { createFetcher, FetcherBusyError, type FetcherOptions } from "../net/fetcher.js";
import type { Fetch } from "../service/fetch.js";
import { readAuthorities } from "./authorities.js";

/** How the service goes to URLs that clients have named. */
export interface OutgoingFetch {
  readonly fetch: Fetch;
  readonly close: () => void;
}

/** Strangers name these hosts: none of them may take all that there is. */
const limits = { perHost: 32, atOnce: 128 } as const;

/** Makes it ready; undefined where nothing is fetched. Throws a sentence when it cannot be made. */
export async function openOutgoingFetch(configuration: OutgoingFetchConfiguration | undefined, options: Partial<FetcherOptions> = {}): Promise<OutgoingFetch | undefined> {
  if (configuration === undefined) return undefined;
  const { internalHosts, caFile } = configuration;
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
  const { fetch, close } = createFetcher({ addresses: "public", internalHosts, ...limits, ...(ca === undefined ? {} : { ca }), ...options });
  return {
    close,
    fetch: (request) =>
      fetch(request).catch((error: unknown) => {
        throw error instanceof FetcherBusyError ? new RegistryError("overloaded", "too much is being fetched; try again", { retryAfter: 1 }) : error;
      }),
  };
}
