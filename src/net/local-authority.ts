import { checkAuthority } from "./authority.js";
import type { PlainErrorKind } from "./plain-answer.js";
import type { ServerRequest } from "./request.js";

/** Names that no page of the web can have: whoever rebinds a name of its own to this machine still sends that name. */
const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/**
 * Why a request of the local listener is not served; undefined when it is. A browser on this machine reaches a loopback port for any
 * page that it shows: what has an Origin, or is for another host, is refused. No browser reaches a socket, whatever it is called there.
 */
export function refuseLocal(request: ServerRequest, socketPath: string | undefined): PlainErrorKind | undefined {
  if (socketPath !== undefined) nameSocket(request, socketPath);
  const authority = checkAuthority(request);
  if (authority === undefined) return "badAuthority";
  if (request.headers.origin !== undefined) return "fromPage";
  return socketPath === undefined && !loopbackName.test(authority) ? "notLocal" : undefined;
}

/** Some gRPC libraries name a socket by its path, which is no host: for them it is localhost. */
function nameSocket(request: ServerRequest, path: string): void {
  const isPath = (name: unknown) => name === path || name === encodeURIComponent(path);
  for (const name of ["host", ":authority"]) if (isPath(request.headers[name])) request.headers[name] = "localhost";
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) if (raw[at]!.toLowerCase() === "host" && isPath(raw[at + 1])) raw[at + 1] = "localhost";
}
