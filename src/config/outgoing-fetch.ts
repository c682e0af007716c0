import { resolve } from "node:path";
import type { OutgoingFetch } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { Report } from "./configuration-error.js";
import type { OutgoingFetchConfiguration } from "./loaded-configuration.js";
import type { Path } from "./path.js";

/** How the service goes to URLs that clients have named; undefined where it does not. */
export function readOutgoingFetch(written: OutgoingFetch | undefined, folder: string, path: Path, report: Report): OutgoingFetchConfiguration | undefined {
  const { enabled = true, internalHosts = [], caFile = "" } = written ?? {};
  internalHosts.forEach((host, i) => {
    const problem = checkHost(host);
    if (problem !== undefined) report([...path, "internal_hosts", i], problem);
  });
  if (!enabled) return undefined;
  return { internalHosts: new Set(internalHosts.map(hostOf)), ...(caFile === "" ? {} : { caFile: resolve(folder, caFile) }) };
}

/** As a URL has it: in lower case, and without the port that https has by itself. */
const hostOf = (host: string) => (URL.canParse(`https://${host}`) ? new URL(`https://${host}`).host : host);

function checkHost(host: string): string | undefined {
  if (host.includes("*")) return "is a pattern; each host is named by itself";
  const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined;
  // What a URL would make another text of was meant otherwise.
  if (url === undefined || url.host !== host.toLowerCase().replace(/:443$/, "")) return "must be a host, such as keys.internal.example or keys.internal.example:8443";
  return undefined;
}
