import type { ListenAddress } from "./loaded-configuration.js";

/** The addresses that `listen` means, or a sentence that says what is wrong with it. */
export function parseListen(listen: string): readonly ListenAddress[] | string {
  const match = /^(.*):(\d{1,5})$/.exec(listen);
  if (match === null) return "must be host:port, such as localhost:8443 or [::1]:8443";
  const [, host = "", digits = ""] = match;
  const port = Number(digits);
  if (port > 65_535) return "must have a port between 0 and 65535";
  if (host === "localhost") return [{ host: "127.0.0.1", port }, { host: "::1", port }];
  const address = parseIpAddress(host);
  return address === undefined ? "must name localhost or an IP address; 0.0.0.0 and [::] mean all addresses, and IPv6 stands in brackets" : [{ host: address, port }];
}

export function isLoopback({ host }: ListenAddress): boolean {
  return host === "::1" || host.startsWith("127.");
}

/** An IP address as it is written in a URL; IPv6 without its brackets and in its short form. */
function parseIpAddress(host: string): string | undefined {
  const inBrackets = /^\[[\da-f:.]+\]$/i.test(host);
  if (!inBrackets && !/^\d+\.\d+\.\d+\.\d+$/.test(host)) return undefined;
  const url = `http://${host}/`;
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  // URL reads 010.0.0.1 as octal: what it writes otherwise is not what was meant.
  return inBrackets ? hostname.slice(1, -1) : hostname === host ? host : undefined;
}
