// The TypeScript package's copy gives the verdicts that the service gives: the rows of test/service/verdict-rows.ts, from the copy where it
// decides by itself, and by asking where it says so.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Code, ConnectError } from "@connectrpc/connect";
import { createClientCache, type ClientCache } from "../../gen/ts/src/cache/client-cache.js";
import type { Verdict } from "../../gen/ts/src/cache/verdicts.js";
import { ServiceError } from "../../gen/ts/src/errors.js";
import { resilient } from "../../gen/ts/src/resilient.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { transportOf } from "../program/doors.js";
import { issuer, realm, tokenEndpoint } from "../service/authentication.js";
import { bearer, nobody, perform } from "../service/calls.js";
import { ecAssertion, groups, prepareVerdicts, world } from "../service/verdict-rows.js";

let service: ReturnType<typeof transportOf>;
let cache: ClientCache;

beforeAll(async () => {
  await prepareVerdicts();
  service = transportOf({ url: world.baseUrl, ca: world.ca, identity: world.identities.verifier }, "gRPC");
  cache = await openCache(realm);
});
afterAll(async () => {
  await cache.close();
  service.close();
  await world.close();
});

/** A copy that is current. While it is `cut` the service cannot be asked. */
async function openCache(of: string, around: { cut?: boolean } = {}, file?: string): Promise<ClientCache> {
  const { transport } = service;
  const asking: typeof transport = {
    stream: transport.stream.bind(transport),
    unary: (...args) => (around.cut === true ? Promise.reject(new ConnectError("cut off", Code.Unavailable)) : transport.unary(...args)),
  };
  const made = createClientCache({ transport: resilient(asking), realm: of, audiences: [issuer, tokenEndpoint], clock: world.now, file });
  await new Promise<void>((resolve) => made.onChange(({ kind }) => kind === "current" && resolve()));
  return made;
}

const textOf = (verdict: Verdict | "ask") =>
  verdict === "ask" ? verdict : verdict.outcome === "authenticated" ? `ok ${verdict.method} ${verdict.credential}`.trim() : verdict.reason;

/** The service's sentence is its own. */
const wanted = (expected: string | RegExp) => (typeof expected === "string" ? expected : /^\^([A-Z_]+)/.exec(expected.source)?.[1] ?? expected);

/** What the copy cannot decide: a group, or a row. */
const asked: ReadonlySet<string> = new Set(["client_secret_jwt", "claims in another spelling", "the subject in another spelling (MTLS-02)", "another certificate for dn", "an expired secret (T-20)", "a wrong secret where the right one has expired"]);

for (const [group, rows] of Object.entries(groups)) {
  describe(group, () => {
    it.each(rows.filter(([name]) => name !== "a client of another realm"))("%s", async (name, request, expected) => {
      const { realm: _, ...presented } = await request();
      const decided = textOf(cache.decide(presented));
      const verdict = textOf(await cache.authenticate(presented));
      if (wanted(expected) instanceof RegExp) expect(verdict).toMatch(wanted(expected));
      else expect(verdict).toBe(wanted(expected));
      if (decided === "ask") expect(asked.has(name) || asked.has(group), "is decided by the copy").toBe(true);
      // One that is deleted is unknown to a copy, until it asks.
      else if (decided !== "UNKNOWN") expect(decided).toBe(verdict);
    });
  });
}

it("an assertion is taken once, and `decide` uses none up", async () => {
  const request = await ecAssertion()();
  for (let i = 0; i < 2; i += 1) expect(textOf(cache.decide(request))).toBe("ok private_key_jwt ec");
  expect(textOf(await cache.authenticate(request))).toBe("ok private_key_jwt ec");
  for (const verdict of [cache.decide(request), await cache.authenticate(request)]) expect(textOf(verdict)).toBe("BAD_CREDENTIAL");
});

it("an assertion of more characters than the service takes is refused unread", async () => {
  expect(textOf(cache.decide(await ecAssertion({ text: "x".repeat(8_000) })()))).toBe("ok private_key_jwt ec");
  expect(textOf(cache.decide(await ecAssertion({ text: "x".repeat(13_000) })()))).toBe("BAD_CREDENTIAL");
});

describe("a client that its policy lets expire when it is not used", () => {
  const made: ClientCache[] = [];
  const open = async (around?: { cut?: boolean }) => {
    const one = await openCache("guarded", around);
    made.push(one);
    return one;
  };
  afterEach(async () => {
    for (const one of made.splice(0)) await one.close();
    world.setClock(0);
  });

  async function register() {
    const metadata = { redirectUris: ["https://a.example.com/cb"], clientName: "App", tokenEndpointAuthMethod: "client_secret_post" };
    const { client, credentials } = await perform(world.registry, RegistrationService.method.registerClient, { realm: "guarded", metadata }, nobody);
    return { clientId: client!.clientId!, clientSecret: credentials!.clientSecret!, token: credentials!.registrationAccessToken! };
  }

  it("is asked for once it has expired as far as the copy knows, and is as the service says", async () => {
    const [idle, elsewhere, busy, wrong] = [await register(), await register(), await register(), await register()];
    const [one, other] = [await open(), await open()];
    world.setClock(900);
    expect(textOf(await other.authenticate(elsewhere))).toBe("ok client_secret_post 1");
    expect(textOf(await one.authenticate(busy))).toBe("ok client_secret_post 1");
    for (const each of [one, other]) await each.close();
    await world.registry.uses.flush();

    const copy = await open();
    world.setClock(1100);
    expect([elsewhere, busy].map((each) => textOf(copy.decide(each)))).toEqual(["ok client_secret_post 1", "ok client_secret_post 1"]);
    // Whoever has the wrong secret makes no questions.
    expect(textOf(copy.decide({ ...wrong, clientSecret: idle.clientSecret }))).toBe("BAD_CREDENTIAL");
    expect(copy.decide(idle)).toBe("ask");
    expect(textOf(await copy.authenticate(idle))).toBe("EXPIRED");
    expect(await copy.registration(idle.clientId)).toBeUndefined();
    expect(await copy.registration(busy.clientId)).toMatchObject({ client_id: busy.clientId });
  });

  it("lives on by what the copy itself sees of it, also while the service is away; and what is not known is no verdict then", async () => {
    const [busy, idle] = [await register(), await register()];
    const around = { cut: false };
    const copy = await open(around);
    around.cut = true;
    for (const at of [900, 1800, 2700]) {
      world.setClock(at);
      expect(textOf(await copy.authenticate(busy)), String(at)).toBe("ok client_secret_post 1");
    }
    await expect(copy.authenticate(idle)).rejects.toMatchObject({ code: Code.Unavailable } satisfies Partial<ServiceError>);
    await expect(copy.registration(idle.clientId)).rejects.toBeInstanceOf(ServiceError);
    around.cut = false;
    expect(textOf(await copy.authenticate(idle))).toBe("EXPIRED");
    // Once said, for ten seconds, or until the client changes.
    around.cut = true;
    for (const at of [2700, 2709]) {
      world.setClock(at);
      expect(textOf(await copy.authenticate(idle))).toBe("EXPIRED");
      expect(await copy.registration(idle.clientId)).toBeUndefined();
    }
    world.setClock(2710);
    await expect(copy.authenticate(idle)).rejects.toBeInstanceOf(ServiceError);
  });

  it("is back with its next change, whatever was said before", async () => {
    const client = await register();
    const copy = await open();
    world.setClock(1000);
    expect(textOf(await copy.authenticate(client))).toBe("EXPIRED");
    world.setClock(999);
    await perform(world.registry, RegistrationService.method.updateClient, { realm: "guarded", clientId: client.clientId, metadata: { redirectUris: ["https://b.example.com/cb"], clientName: "B", tokenEndpointAuthMethod: "client_secret_post" } }, bearer(client.token));
    await expect.poll(() => copy.get(client.clientId)?.metadata?.clientName).toBe("B");
    world.setClock(1001);
    expect(textOf(copy.decide(client))).toBe("ok client_secret_post 1");
  });

  it("is known with its last use to the next copy, by its file", async () => {
    const client = await register();
    const file = join(await mkdtemp(join(tmpdir(), "matricula-uses-")), "clients");
    const first = await openCache("guarded", {}, file);
    world.setClock(900);
    expect(textOf(await first.authenticate(client))).toBe("ok client_secret_post 1");
    await first.close();
    world.setClock(1800);
    const second = await openCache("guarded", { cut: true }, file);
    made.push(second);
    expect(textOf(await second.authenticate(client))).toBe("ok client_secret_post 1");
    await rm(dirname(file), { recursive: true });
  });

  it("keeps what is known of its uses when it changes", async () => {
    const client = await register();
    const around = { cut: false };
    const copy = await open(around);
    world.setClock(900);
    await copy.authenticate(client);
    // The service hears of the use later than of the change, which is dated earlier.
    world.setClock(1);
    await perform(world.registry, RegistrationService.method.updateClient, { realm: "guarded", clientId: client.clientId, metadata: { redirectUris: ["https://b.example.com/cb"], clientName: "B" } }, bearer(client.token));
    await expect.poll(() => copy.get(client.clientId)?.metadata?.clientName).toBe("B");
    world.setClock(1800);
    expect(copy.get(client.clientId)?.lastUsedAt).toBe(copy.get(client.clientId)!.clientIdIssuedAt! + 900);
  });
});
