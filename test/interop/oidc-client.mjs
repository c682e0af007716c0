// An OpenID Connect client that knows nothing but its authorization server: openid-client, in a process of its own that trusts the service's
// authority by NODE_EXTRA_CA_CERTS. It reads commands, one a line, and answers each with a line of JSON.
//
//   node oidc-client.mjs ISSUER

import { createInterface } from "node:readline";
import * as client from "openid-client";
import { createBrowser } from "./browser.mjs";

const issuer = new URL(process.argv[2]);
const redirectUri = "https://client.example/callback";
const browse = createBrowser(fetch, redirectUri);
let configuration;

async function codeFlow() {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(configuration, { redirect_uri: redirectUri, scope: "openid", state, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" });
  const tokens = await client.authorizationCodeGrant(configuration, await browse(url), { pkceCodeVerifier: verifier, expectedState: state });
  return { sub: tokens.claims().sub, aud: tokens.claims().aud };
}

async function clientCredentials() {
  const { token_type } = await client.clientCredentialsGrant(configuration);
  return { token_type };
}

const commands = {
  /** By the registration endpoint of the provider's own discovery. */
  async register() {
    const metadata = { redirect_uris: [redirectUri], grant_types: ["authorization_code", "client_credentials"], response_types: ["code"], client_name: "An OpenID Connect client" };
    configuration = await client.dynamicClientRegistration(issuer, metadata);
    return { ...configuration.clientMetadata(), registration_endpoint: configuration.serverMetadata().registration_endpoint };
  },
  async metadata() {
    return configuration.serverMetadata();
  },
  code: codeFlow,
  token: clientCredentials,
  /** Token requests one after the other until they have taken so many milliseconds: how many, and which did not succeed. */
  async load(ms) {
    const failures = [];
    let count = 0;
    for (const until = performance.now() + Number(ms); performance.now() < until; count += 1) await clientCredentials().catch((error) => failures.push(String(error.error ?? error)));
    return { count, failures };
  },
  /** Token requests until one is refused: by what, and after how many milliseconds. */
  async untilRefused() {
    const from = performance.now();
    for (;;) {
      try {
        await clientCredentials();
      } catch (error) {
        return { error: error.error, status: error.status, ms: performance.now() - from };
      }
      if (performance.now() - from > 20_000) return { error: "none", ms: 20_000 };
    }
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...rest] = line.split(" ");
  const answer = await commands[name](...rest).catch((error) => ({ failed: String(error.cause?.message ?? error.message ?? error), error: error.error, status: error.status }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
