// Foreign OAuth clients as a program of their own: they use Node's fetch with no help of ours, and trust the service's authority by
// NODE_EXTRA_CA_CERTS. Plain JavaScript, as it runs without a test runner. One line of JSON on standard output.
//
//   node foreign-client.mjs WHAT ISSUER [INITIAL_ACCESS_TOKEN]

const [what, issuer, initialAccessToken] = process.argv.slice(2);

const metadata = {
  redirect_uris: ["https://client.example/callback"],
  client_name: "A foreign client",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "client_secret_basic",
};

async function openidClient(algorithm) {
  const client = await import("openid-client");
  const configuration = await client.dynamicClientRegistration(new URL(issuer), metadata, undefined, { algorithm, ...(initialAccessToken && { initialAccessToken }) });
  // Its own discovery once more, as an application that has registered before does it.
  const discovered = await client.discovery(new URL(issuer), configuration.clientMetadata().client_id, configuration.clientMetadata().client_secret, undefined, { algorithm });
  const authorize = client.buildAuthorizationUrl(discovered, { redirect_uri: metadata.redirect_uris[0], scope: "openid", state: "s" });
  return { server: discovered.serverMetadata(), client: configuration.clientMetadata(), authorize: authorize.href };
}

async function oauth4webapi(algorithm) {
  const oauth = await import("oauth4webapi");
  const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), { algorithm }));
  const response = await oauth.dynamicClientRegistrationRequest(server, metadata, initialAccessToken && { initialAccessToken });
  return { server, client: await oauth.processDynamicClientRegistrationResponse(response) };
}

async function oauth4webapiRefused() {
  const oauth = await import("oauth4webapi");
  const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2" }));
  try {
    await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(server, { ...metadata, redirect_uris: ["javascript:alert(1)"] }, { initialAccessToken }));
  } catch (error) {
    return { name: error.constructor.name, error: error.error, status: error.status };
  }
}

async function oauth4webapiChallenged() {
  const oauth = await import("oauth4webapi");
  const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2" }));
  try {
    await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(server, metadata));
  } catch (error) {
    return { name: error.constructor.name, status: error.status, schemes: error.cause.map(({ scheme }) => scheme) };
  }
}

async function mcp() {
  const auth = await import("@modelcontextprotocol/sdk/client/auth.js");
  const server = await auth.discoverAuthorizationServerMetadata(issuer);
  const older = await auth.discoverOAuthMetadata(issuer);
  const client = await auth.registerClient(issuer, { metadata: server, clientMetadata: metadata });
  return { server, older, client };
}

/** All that an MCP client does by itself until a person has to log in. */
async function mcpWhole() {
  const { auth } = await import("@modelcontextprotocol/sdk/client/auth.js");
  let client;
  let authorize;
  const result = await auth(
    {
      redirectUrl: metadata.redirect_uris[0],
      clientMetadata: metadata,
      clientInformation: () => client,
      saveClientInformation: (information) => (client = information),
      tokens: () => undefined,
      saveTokens() {},
      saveCodeVerifier() {},
      codeVerifier: () => "",
      redirectToAuthorization: (url) => (authorize = url.href),
    },
    { serverUrl: issuer },
  );
  return { result, client, authorize };
}

const all = {
  "openid-client oidc": () => openidClient("oidc"),
  "openid-client oauth2": () => openidClient("oauth2"),
  "oauth4webapi oidc": () => oauth4webapi("oidc"),
  "oauth4webapi oauth2": () => oauth4webapi("oauth2"),
  "oauth4webapi refused": oauth4webapiRefused,
  "oauth4webapi challenged": oauth4webapiChallenged,
  mcp,
  "mcp whole": mcpWhole,
};

console.log(JSON.stringify(await all[what]()));
