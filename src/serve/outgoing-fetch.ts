import type { OutgoingFetchConfiguration } from "../config/loaded-configuration.js";
import { createFetcher, type Fetcher } from "../net/fetcher.js";
import { readAuthorities } from "./authorities.js";

/** The fetcher of URLs that clients have named; undefined where nothing is fetched. Throws a sentence when it cannot be made. */
export async function openOutgoingFetch(configuration: OutgoingFetchConfiguration | undefined): Promise<Fetcher | undefined> {
  if (configuration === undefined) return undefined;
  const { internalHosts, caFile } = configuration;
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
  // Strangers name these: few at once, so that one of them cannot take all.
  return createFetcher({ addresses: "public", internalHosts, perHost: 8, atOnce: 64, ...(ca === undefined ? {} : { ca }) });
}
