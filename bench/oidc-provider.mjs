// npm oidc-provider as its documentation starts it: open registration, the in-memory adapter it comes with, behind the same TLS.

import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import Provider from "oidc-provider";

const [, , cert, key, port] = process.argv;
const server = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key), allowHTTP1: true });
server.listen(Number(port), "127.0.0.1", () => {
  const url = `https://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, {
    features: { registration: { enabled: true, initialAccessToken: false }, devInteractions: { enabled: false } },
    // What the body asks for and is not there by default. Everything else in it is taken or ignored as it is.
    scopes: ["openid", "offline_access", "profile"],
  });
  server.on("request", provider.callback());
  console.log(`oidc-provider listening on ${url}`);
});
