import type { RateLimits } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { Report } from "./configuration-error.js";
import type { BucketName, ConfiguredRate, ConfiguredRates } from "./loaded-configuration.js";

/** Wrong passwords are always counted. */
const always = { failures: { burst: 10, perMinute: 10 } } as const satisfies Partial<Record<BucketName, ConfiguredRate>>;

/**
 * What else stands where others than this machine come and the file says nothing of rates. One address can be thousands of
 * installations behind one gateway, each of which registers once: the network's bucket is deep and fills at a pace that a disk forgets.
 */
const beyondLoopback = {
  network: { burst: 1_000, perMinute: 300 },
  software_id: { burst: 10_000, perMinute: 3_000 },
  redirect_host: { burst: 10_000, perMinute: 3_000 },
} as const satisfies Partial<Record<BucketName, ConfiguredRate>>;

/** The token buckets. */
export function readRates(written: RateLimits | undefined, isPublic: boolean, report: Report): ConfiguredRates {
  const said = written === undefined ? {} : {
    network: written.network, credential: written.credential, certificate: written.certificate,
    software_id: written.softwareId, redirect_host: written.redirectHost, failures: written.failures,
  } satisfies Record<BucketName, unknown>;
  const buckets: Partial<Record<BucketName, ConfiguredRate>> = { ...always, ...(isPublic && written === undefined ? beyondLoopback : {}) };
  for (const [name, rate] of Object.entries(said)) {
    if (rate === undefined) continue;
    if (rate.burst === 0 || rate.perMinute === 0) report(["limits", "rates", name], "needs both burst and per_minute");
    buckets[name as BucketName] = { burst: rate.burst, perMinute: rate.perMinute };
  }
  return { buckets, prefixes: { ipv4: written?.ipv4Prefix ?? 32, ipv6: written?.ipv6Prefix ?? 56 } };
}
