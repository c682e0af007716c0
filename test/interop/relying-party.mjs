// Relying parties of every kind that a client may register as: openid-client, which knows the issuer and nothing else. It hosts what a client
// hosts, reads commands, one a line, and answers each with a line of JSON.
//
//   node relying-party.mjs SERVER_CERTIFICATE SERVER_KEY      says where it hosts
//   {"run": NAME, "issuer": URL, "ca": FILE, "certificates": {"certificate": FILE, "key": FILE, "other": …}}

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";
import * as client from "openid-client";
import { createBrowser } from "./browser.mjs";

const redirectUri = "https://client.example/callback";
const otherUri = "https://elsewhere.example/callback";
const loggedOutUri = "https://client.example/logged-out";

/** What this party hosts: the document that says which redirect URIs belong together, and where it is told of logouts. */
const logouts = [];
const host = https.createServer({ cert: readFileSync(process.argv[2]), key: readFileSync(process.argv[3]) }, async (request, response) => {
  if (request.url === "/redirect-uris.json") return response.end(JSON.stringify([redirectUri, otherUri]));
  let body = "";
  for await (const chunk of request) body += chunk;
  logouts.push(decodeJwt(new URLSearchParams(body).get("logout_token")));
  response.end();
});
host.listen(0, "127.0.0.1");
await once(host, "listening");
const origin = `https://localhost:${host.address().port}`;
process.stdout.write(`${origin}\n`);

/** `fetch` with an authority, and for the issuer a certificate of one's own; each time over a connection of its own. */
const fetchAs = ({ issuer, ca }, identity) => async (url, { method = "GET", headers, body } = {}) => {
  const request = https.request(url, { method, ca: readFileSync(ca), agent: false, headers: Object.fromEntries(new Headers(headers)), ...(String(url).startsWith(issuer) && identity) });
  request.end(body?.toString());
  const [answer] = await once(request, "response");
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  const text = Buffer.concat(chunks);
  const made = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) made.append(answer.rawHeaders[i], answer.rawHeaders[i + 1]);
  return new Response(answer.statusCode === 204 || answer.statusCode === 304 ? null : text, { status: answer.statusCode, headers: made });
};

const identityOf = ({ certificate, key }) => ({ cert: readFileSync(certificate), key: readFileSync(key) });

/** A key pair, and its public half as it stands in `jwks`. */
async function keyPair(alg, use) {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...pair, jwk: { ...(await exportJWK(pair.publicKey)), use, alg, kid: `own ${alg}` } };
}

/** One run: a client that has registered, and what it can do. */
async function party(told, metadata, { authentication, identity } = {}) {
  const fetch = fetchAs(told, identity);
  const configuration = await client.dynamicClientRegistration(new URL(told.issuer), { redirect_uris: [redirectUri], client_name: "A relying party", ...metadata }, authentication, { [client.customFetch]: fetch });
  const go = createBrowser(fetch, "https://client.example/");
  const verifier = client.randomPKCECodeVerifier();
  const parameters = async (more) => ({ redirect_uri: redirectUri, scope: "openid", state: "of one's own", code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256", ...more });
  const grant = (url, options) => client.authorizationCodeGrant(configuration, url, { pkceCodeVerifier: verifier, expectedState: "of one's own" }, undefined, options);
  const tokens = async (more) => grant(await go(client.buildAuthorizationUrl(configuration, await parameters(more))));
  return { configuration, fetch, go, parameters, grant, tokens, registered: configuration.clientMetadata() };
}

const claimsOf = (tokens) => ({ sub: tokens.claims().sub, aud: tokens.claims().aud });
const failure = (promise) => promise.then(() => "none", (error) => error.error ?? error.cause?.error ?? String(error.cause?.message ?? error.message));

const runs = {
  /** Two on one host, and two that a document says to belong together. */
  async pairwise(told) {
    const subjects = {};
    for (const [name, metadata] of Object.entries({
      host: {},
      sameHost: { redirect_uris: [`${redirectUri}/2`, redirectUri] },
      sector: { redirect_uris: [redirectUri, otherUri], sector_identifier_uri: `${origin}/redirect-uris.json` },
      sameSector: { sector_identifier_uri: `${origin}/redirect-uris.json` },
    })) {
      const { tokens, configuration } = await party(told, { subject_type: "pairwise", ...metadata });
      const got = await tokens();
      subjects[name] = claimsOf(got).sub;
      await client.fetchUserInfo(configuration, got.access_token, subjects[name]);
    }
    return subjects;
  },

  /** Signed by the provider with ES256 and encrypted to the client's key: the ID Token, and what userinfo answers. */
  async encrypted(told) {
    const key = await keyPair("RSA-OAEP-256", "enc");
    const { configuration, tokens, fetch, registered } = await party(told, {
      id_token_signed_response_alg: "ES256", id_token_encrypted_response_alg: "RSA-OAEP-256", id_token_encrypted_response_enc: "A256GCM",
      userinfo_signed_response_alg: "ES256", userinfo_encrypted_response_alg: "RSA-OAEP-256",
      jwks: { keys: [key.jwk] },
    });
    client.enableNonRepudiationChecks(configuration);
    client.enableDecryptingResponses(configuration, ["A256GCM", "A128CBC-HS256"], { key: key.privateKey, alg: "RSA-OAEP-256", kid: key.jwk.kid });
    const got = await tokens();
    const { sub } = await client.fetchUserInfo(configuration, got.access_token, got.claims().sub);
    const userinfo = await fetch(configuration.serverMetadata().userinfo_endpoint, { headers: { authorization: `Bearer ${got.access_token}` } });
    return { sub, ...headers(got.id_token), registered, userinfo: { type: userinfo.headers.get("content-type"), ...headers(await userinfo.text()) } };
  },

  /** Userinfo that is signed and not encrypted. */
  async signed(told) {
    const { configuration, tokens, fetch } = await party(told, { userinfo_signed_response_alg: "ES256" });
    client.enableNonRepudiationChecks(configuration);
    const got = await tokens();
    const { sub } = await client.fetchUserInfo(configuration, got.access_token, got.claims().sub);
    const userinfo = await fetch(configuration.serverMetadata().userinfo_endpoint, { headers: { authorization: `Bearer ${got.access_token}` } });
    return { sub, idToken: headers(got.id_token), userinfo: headers(await userinfo.text()) };
  },

  /** A request object by value, which this client has said to sign always. */
  async requestObject(told) {
    const key = await keyPair("ES256", "sig");
    const other = await keyPair("RS256", "sig");
    const { configuration, parameters, grant, go, fetch } = await party(told, { request_object_signing_alg: "ES256", require_signed_request_object: true, jwks: { keys: [key.jwk, other.jwk] } });
    const asked = async (pair) => client.buildAuthorizationUrlWithJAR(configuration, await parameters(), { key: pair.privateKey, kid: pair.jwk.kid });
    const got = await grant(await go(await asked(key)));
    const refused = async (url) => errorIn(await fetch(String(url), { redirect: "manual" }));
    return { ...claimsOf(got), unsigned: await refused(client.buildAuthorizationUrl(configuration, await parameters())), otherAlgorithm: await refused(await asked(other)) };
  },

  async privateKeyJwt(told) {
    const key = await keyPair("ES256", "sig");
    const other = await keyPair("ES256", "sig");
    const metadata = { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "ES256", grant_types: ["authorization_code", "client_credentials", "refresh_token"], jwks: { keys: [key.jwk] } };
    const own = { key: key.privateKey, kid: key.jwk.kid };
    const { configuration, tokens, registered } = await party(told, metadata, { authentication: client.PrivateKeyJwt(own) });
    const got = await tokens({ scope: "openid offline_access", prompt: "consent" });
    const refreshed = await client.refreshTokenGrant(configuration, got.refresh_token);
    const { active } = await client.tokenIntrospection(configuration, refreshed.access_token);
    await client.tokenRevocation(configuration, refreshed.access_token);
    const { active: revoked } = await client.tokenIntrospection(configuration, refreshed.access_token);
    const stranger = await client.discovery(new URL(told.issuer), registered.client_id, registered, client.PrivateKeyJwt({ key: other.privateKey, kid: other.jwk.kid }), { [client.customFetch]: fetchAs(told) });
    return { ...claimsOf(got), active, revoked, hasSecret: registered.client_secret !== undefined, stranger: await failure(client.clientCredentialsGrant(stranger)) };
  },

  async tlsClientAuth(told) {
    const name = new X509Certificate(readFileSync(told.certificates.own.certificate)).subjectAltName.replace("DNS:", "");
    const metadata = { token_endpoint_auth_method: "tls_client_auth", tls_client_auth_san_dns: name, tls_client_certificate_bound_access_tokens: true, grant_types: ["authorization_code", "client_credentials"] };
    return byCertificate(told, metadata, told.certificates.own, told.certificates.other);
  },

  async selfSigned(told) {
    const certificate = new X509Certificate(readFileSync(told.certificates.selfSigned.certificate));
    const jwk = { ...certificate.publicKey.export({ format: "jwk" }), x5c: [certificate.raw.toString("base64")] };
    const metadata = { token_endpoint_auth_method: "self_signed_tls_client_auth", jwks: { keys: [jwk] }, grant_types: ["authorization_code", "client_credentials"] };
    return byCertificate(told, metadata, told.certificates.selfSigned, told.certificates.own);
  },

  /** The request goes to the provider before the browser does. */
  async pushed(told) {
    const { configuration, parameters, grant, go, fetch } = await party(told, { require_pushed_authorization_requests: true });
    const got = await grant(await go(await client.buildAuthorizationUrlWithPAR(configuration, await parameters())));
    return { ...claimsOf(got), direct: errorIn(await fetch(String(client.buildAuthorizationUrl(configuration, await parameters())), { redirect: "manual" })) };
  },

  /** The answer to the browser is signed (JARM). */
  async signedResponse(told) {
    const { configuration, tokens } = await party(told, { authorization_signed_response_alg: "ES256" });
    client.useJwtResponseMode(configuration);
    return claimsOf(await tokens());
  },

  /** Tokens that are bound to a key (DPoP), as the client has said they always are. */
  async bound(told) {
    const { configuration, parameters, grant, go } = await party(told, { dpop_bound_access_tokens: true });
    const url = client.buildAuthorizationUrl(configuration, await parameters());
    const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair("ES256"));
    const got = await grant(await go(url), { DPoP });
    const { sub } = await client.fetchUserInfo(configuration, got.access_token, got.claims().sub, { DPoP });
    return { sub, type: got.token_type, without: await failure(grant(await go(url))) };
  },

  /** Two clients in one browser's session: one starts the logout, and both are told of it. */
  async logout(told) {
    const metadata = { backchannel_logout_uri: `${origin}/logged-out`, backchannel_logout_session_required: true, post_logout_redirect_uris: [loggedOutUri] };
    const { configuration, tokens, go } = await party(told, metadata);
    const got = await tokens();
    const home = await go(client.buildEndSessionUrl(configuration, { id_token_hint: got.id_token, post_logout_redirect_uri: loggedOutUri, state: "gone" }));
    const [{ aud, sub, sid, events }] = logouts;
    const unregistered = await failure(go(client.buildEndSessionUrl(configuration, { id_token_hint: got.id_token, post_logout_redirect_uri: "https://client.example/another" })));
    return { home: home.href, told: logouts.length, isMine: aud === got.claims().aud && sub === got.claims().sub && typeof sid === "string", events: Object.keys(events), unregistered };
  },
};

/** Tokens by a certificate, and what comes of another one and of none. */
async function byCertificate(told, metadata, own, other) {
  const authentication = client.TlsClientAuth();
  const { configuration, tokens, registered } = await party(told, metadata, { authentication, identity: identityOf(own) });
  const got = await tokens();
  const { sub } = await client.fetchUserInfo(configuration, got.access_token, got.claims().sub);
  const as = (identity) => client.discovery(new URL(told.issuer), registered.client_id, registered, authentication, { [client.customFetch]: fetchAs(told, identity) });
  return {
    sub, hasSecret: registered.client_secret !== undefined, bound: registered.tls_client_certificate_bound_access_tokens,
    other: await failure(client.clientCredentialsGrant(await as(identityOf(other)))), none: await failure(client.clientCredentialsGrant(await as())),
  };
}

/** How a token was made: what is encrypted is so inside. */
function headers(token) {
  const { alg, enc } = decodeProtectedHeader(token);
  return enc === undefined ? { alg } : { alg, enc };
}

/** The error that the provider sends back to the client's page, or shows on its own. */
function errorIn(response) {
  const location = response.headers.get("location");
  return location === null ? response.status : new URL(location).searchParams.get("error") ?? location;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { run, ...told } = JSON.parse(line);
  const answer = await runs[run](told).catch((error) => ({ failed: String(error.cause?.message ?? error.message ?? error), error: error.error, cause: error.cause }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
host.close();
host.closeAllConnections();
