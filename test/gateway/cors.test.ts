// Pages read what the gateway answers (Fetch standard, "CORS protocol"): all of it, or it might as well not be there.

import { afterAll, beforeAll, expect, test } from "vitest";
import { RegistryError } from "../../src/domain/errors.js";
import { createRegistry, makeInitialAccessToken } from "../connect/fixture.js";
import { exchangeJson } from "./exchange-json.js";
import { example, startGateway, type GatewayServer } from "./fixture.js";

let server: GatewayServer;
let limited: GatewayServer;
beforeAll(async () => {
  server = await startGateway();
  const registry = createRegistry();
  const refuse = () => {
    throw new RegistryError("rate_limited", "too many", { retryAfter: 7, rate: { name: "network", limit: 1, window: 60, remaining: 0, reset: 7 } });
  };
  limited = await startGateway({ registry: { ...registry, limits: { ...registry.limits, enter: refuse } } });
});
afterAll(() => Promise.all([server.close(), limited.close()]));

/** CORS-safelisted response-header names, and those that the browser itself or the connection is for. */
const readable = ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"];
const notForPages = ["connection", "date", "keep-alive", "transfer-encoding", "vary"];

test("every header of an answer can be read by the page that got it", async () => {
  const origin = "https://app.example";
  const json = JSON.parse(example) as object;
  const token = await makeInitialAccessToken(server.registry);
  const registered = await exchangeJson(server, "POST", "/register", { origin, prefer: "return=decisions" }, { ...json, grant_types: ["authorization_code", "implicit"] });
  const own = { origin, authorization: `Bearer ${registered.body["registration_access_token"]}` };
  const path = `/register/${registered.body["client_id"]}`;
  const answers = [
    registered,
    await exchangeJson(server, "POST", "/register", { origin, authorization: `Bearer ${token}` }, json),
    await exchangeJson(server, "GET", path, own),
    await exchangeJson(server, "PUT", path, { ...own, "if-match": '"7"' }, { ...json, client_id: registered.body["client_id"] }),
    await exchangeJson(server, "GET", path, { origin }),
    await exchangeJson(server, "PATCH", path, own),
    await exchangeJson(server, "POST", "/register", { origin, "content-type": "text/plain" }, json),
    await exchangeJson(limited, "POST", "/register", { origin }, json),
    await exchangeJson(server, "DELETE", path, own),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 412, 401, 405, 415, 429, 204]);
  const seen = new Set<string>();
  for (const { status, headers } of answers) {
    const exposed = String(headers["access-control-expose-headers"]).toLowerCase().split(/ *, */);
    const names = Object.keys(headers).filter((name) => !name.startsWith("access-control-") && !readable.includes(name) && !notForPages.includes(name));
    expect(names.filter((name) => !exposed.includes(name)), `${status}`).toEqual([]);
    names.forEach((name) => seen.add(name));
  }
  // What was looked at is what is promised: nothing is exposed that is never sent.
  expect([...seen].sort()).toEqual(["accept", "accept-post", "allow", "etag", "matricula-decisions", "preference-applied", "ratelimit", "ratelimit-policy", "retry-after", "www-authenticate"]);
});

test("a page of an origin that is not allowed reads nothing", async () => {
  const narrow = await startGateway({ corsOrigins: new Map([["default", ["https://app.example"]]]) });
  const [allowed, other] = [await exchangeJson(narrow, "POST", "/register", { origin: "https://app.example" }, {}), await exchangeJson(narrow, "POST", "/register", { origin: "https://other.example" }, {})];
  expect([allowed.headers["access-control-allow-origin"], allowed.headers["vary"]]).toEqual(["https://app.example", "origin"]);
  expect([other.headers["access-control-allow-origin"], other.headers["access-control-expose-headers"], other.headers["vary"]]).toEqual([undefined, undefined, "origin"]);
  await narrow.close();
});
