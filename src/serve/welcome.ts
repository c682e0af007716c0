// What a newcomer is told: two lines to paste that get a first client.

import { fileURLToPath } from "node:url";
import { firstTokenFile } from "./first-token.js";

/** Quotes a word for a POSIX shell. */
const quote = (word: string) => (/^[A-Za-z0-9_./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const metadata = '{"redirect_uris":["https://client.example/callback"]}';

/** The lines, with absolute paths; the token is read from its file and never printed. */
export function welcome(data: string, url: string, ca: string): string {
  const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
  return [
    "Register a first client:",
    `  curl --cacert ${quote(ca)} -H "Authorization: Bearer $(cat ${quote(firstTokenFile(data))})" -H 'Content-Type: application/json' -d '${metadata}' ${url}/register`,
    "or over gRPC with the administrator's certificate:",
    `  echo '${metadata}' | npx --prefix ${quote(root)} matricula register --data ${quote(data)} -f - --show-secret`,
    "",
  ].join("\n");
}
