import { resolve } from "node:path";
import { isLoopback, parseListen } from "./listen-address.js";
import type { LocalListen } from "./loaded-configuration.js";

/** What the shortest of the usual systems takes for a socket's path; Node would cut a longer one without a word. */
const longestSocketPath = 103;

/** Where `local_listen` means, or a sentence that says what is wrong with it. A relative path is one from `folder`. */
export function parseLocalListen(text: string, folder: string): LocalListen | string {
  if (text.startsWith("unix:")) {
    // gRPC's names: unix:PATH, and unix:// before an absolute one.
    const name = text.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
    if (name === "" || name.startsWith("//") || name.endsWith("/")) return "must name a socket's file, such as unix:matricula.sock or unix:/run/matricula/matricula.sock";
    const path = resolve(folder, name);
    const bytes = Buffer.byteLength(path);
    return bytes > longestSocketPath ? `names a socket whose whole path has ${bytes} bytes; ${longestSocketPath} are possible` : { kind: "socket", path };
  }
  const addresses = parseListen(text);
  if (typeof addresses === "string") return "must be unix:PATH or a loopback host:port, such as 127.0.0.1:8480";
  if (!addresses.every(isLoopback)) return "is not a loopback address: without TLS it is for this machine alone; use localhost, 127.0.0.1, [::1] or unix:PATH";
  return { kind: "addresses", addresses };
}
