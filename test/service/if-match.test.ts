// If-Match at the gateway (RFC 9110 section 13.1.1, HTTP-13): a version, any, or one that is gone.

import { describe, expect, it } from "vitest";
import { ifMatch } from "../../src/gateway/registration-request.js";
import type { HttpRequest } from "../../src/gateway/exchange.js";

const request = (headers: Record<string, string>) => ({ headers }) as unknown as HttpRequest;

describe("If-Match", () => {
  it.each([
    ["absent: any version", {}, ""],
    ["*: any version of a client that is there", { "if-match": "*" }, ""],
    ["a version", { "if-match": '"3"' }, '"3"'],
    ["a weak tag, which never matches strongly", { "if-match": 'W/"3"' }, 'W/"3"'],
  ])("%s", (_name, headers, etag) => expect(ifMatch(request(headers))).toBe(etag));
});
