// If-Match (RFC 9110 section 13.1.1): a change happens to a version that was named, or not at all.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RegistryError } from "../../src/domain/errors.js";
import type { HttpRequest } from "../../src/gateway/exchange.js";
import { ifMatch } from "../../src/gateway/registration-request.js";
import { get1 } from "../net/fixture.js";
import { example, startGateway, type GatewayServer } from "./fixture.js";
import { exchangeJson, type JsonAnswer } from "./exchange-json.js";

let server: GatewayServer;
beforeAll(async () => {
  server = await startGateway();
});
afterAll(() => server.close());

interface Registered {
  readonly path: string;
  readonly authorization: string;
  readonly clientId: string;
}

/** A client of a given version. */
async function clientOf(version: number): Promise<Registered> {
  const { body } = await exchangeJson(server, "POST", "/register", {}, JSON.parse(example));
  const registered = { clientId: body["client_id"] as string, path: `/register/${body["client_id"]}`, authorization: `Bearer ${body["registration_access_token"]}` };
  for (let at = 1; at < version; at += 1) expect((await update(registered)).status).toBe(200);
  return registered;
}

function update({ clientId, path, authorization }: Registered, headers: Record<string, string> = {}): Promise<JsonAnswer> {
  return exchangeJson(server, "PUT", path, { authorization, ...headers }, { ...JSON.parse(example), client_id: clientId });
}

const remove = ({ path, authorization }: Registered, headers: Record<string, string>) => exchangeJson(server, "DELETE", path, { authorization, ...headers });

describe.each([
  ["PUT", update, 200],
  ["DELETE", remove, 204],
] as const)("%s", (_method, send, done) => {
  test.each([
    ["the version", '"2"', done],
    ["any version", "*", done],
    ["any version, with spaces around", " * ", done],
    ["versions of which one is the client's", '"1", "2"', done],
    ["the same in one piece, with empty elements", ' , "7","2",,', done],
    ["versions of which none is the client's", '"1", "3"', 412],
    ["another version", '"1"', 412],
    ["the version as a weak tag, which never matches strongly", 'W/"2"', 412],
    ["a weak tag and the version", 'W/"2", "2"', done],
    ["a tag that no version has", '"2-gzip"', 412],
    ["one tag with a comma in it", '"1,2"', 412],
    ["nothing", "", 400],
    ["a version without quotes", "2", 400],
    ["half a tag", '"2', 400],
    ["a star in a list", '"1", *', 400],
    ["commas alone", ",,", 400],
    ["a weak tag in small letters", 'w/"2"', 400],
  ])("%s", async (_name, value, status) => {
    const client = await clientOf(2);
    const answer = await send(client, { "if-match": value });
    expect([answer.status, answer.body["error"]]).toEqual([status, status < 400 ? undefined : "invalid_request"]);
    const { headers } = await get1(server, { path: client.path, headers: { authorization: client.authorization } });
    // What was refused has not happened.
    if (status >= 400) expect(headers["etag"]).toBe('"2"');
  });

  test("several header lines are one list", async () => {
    const client = await clientOf(2);
    expect((await send(client, { "if-match": ['"1"', '"2"'] as never })).status).toBe(done);
  });
});

const read = (value: string) => ifMatch({ headers: { "if-match": value } } as unknown as HttpRequest);

/** The grammar of RFC 9110 sections 5.6.1.2 and 8.8.3, character by character. */
function isListOfTags(text: string): boolean {
  let tags = 0;
  let separated = true;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === " " || text[at] === "\t") continue;
    if (text[at] === ",") {
      separated = true;
      continue;
    }
    if (!separated) return false;
    if (text.startsWith("W/", at)) at += 2;
    const end = text.indexOf('"', at + 1);
    if (text[at] !== '"' || end < 0 || text.slice(at + 1, end).includes(" ")) return false;
    at = end;
    tags += 1;
    separated = false;
  }
  return tags > 0;
}

test("every list of entity tags is taken as it is, and nothing that is not one", () => {
  const tag = fc.tuple(fc.constantFrom("", "W/"), fc.string({ unit: fc.constantFrom("!", "#", "a", "9", ",", "~", "\u00e9"), maxLength: 4 })).map(([weak, text]) => `${weak}"${text}"`);
  const element = fc.tuple(fc.constantFrom("", " ", "\t"), fc.oneof(tag, fc.constant("")), fc.constantFrom("", " ")).map((parts) => parts.join(""));
  const list = fc.array(element, { minLength: 1, maxLength: 6 }).map((elements) => elements.join(","));
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(list, fc.constantFrom("", ...'W/", a*'), fc.nat(), (text, char, at) => {
      const changed = text.slice(0, at % (text.length + 1)) + char + text.slice(at % (text.length + 1));
      const lawful = isListOfTags(changed);
      verdicts.add(lawful);
      if (lawful) expect(read(changed)).toBe(changed);
      else if (changed.trim() !== "*") expect(() => read(changed)).toThrow(RegistryError);
    }),
    { numRuns: 500 },
  );
  expect(verdicts.size).toBe(2);
});

test("a long header is read in no time", () => {
  for (const text of [", ".repeat(8_000), `"a"${" ".repeat(16_000)}x`, '"a" ,\t'.repeat(2_700) + "x", '"'.repeat(16_001)]) {
    const began = performance.now();
    expect(() => read(text)).toThrow(RegistryError);
    expect(performance.now() - began).toBeLessThan(200);
  }
});
