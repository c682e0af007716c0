// Rate limits at the doors: who is counted by what, what a refusal says, and that it costs no body.

import * as https from "node:https";
import { afterEach, describe, expect, it } from "vitest";
import type { LimitOptions } from "../../src/service/limits/limits.js";
import { exchange, type HttpAnswer } from "./doors.js";
import { startWorld, type IdentityName, type World } from "./world.js";

let world: World | undefined;
let now = 0;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function limited(options: Partial<LimitOptions>): Promise<World> {
  now = 0;
  return (world = await startWorld({ monotonic: () => now, ...options }));
}

const client = { redirect_uris: ["https://app.example/cb"] };

interface Caller {
  readonly identity?: IdentityName;
  readonly authorization?: string;
  readonly metadata?: object;
}

function register(door: "gateway" | "Connect", realm: string, { identity, authorization, metadata = client }: Caller = {}): Promise<HttpAnswer> {
  const files = identity === undefined ? undefined : world!.identities[identity];
  const options: https.RequestOptions = {
    method: "POST", ca: world!.ca, agent: false, ...(files === undefined ? {} : { cert: files.certificate, key: files.key }),
    headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
  };
  const path = door === "gateway" ? (realm === "default" ? "/register" : `/realms/${realm}/register`) : "/matricula.v1.RegistrationService/RegisterClient";
  return exchange(world!.baseUrl + path, options, JSON.stringify(door === "gateway" ? metadata : { realm, metadata }));
}

const statuses = async (answers: readonly Promise<HttpAnswer>[]) => (await Promise.all(answers)).map(({ status }) => status);

describe.each(["gateway", "Connect"] as const)("at the door %s", (door) => {
  const created = door === "gateway" ? 201 : 200;

  it("open registrations are counted by network; 429 says when to come again, and by which limit (RATE-01, RATE-03, RATE-04, RATE-05, RATE-06, RATE-09)", async () => {
    await limited({ rates: { network: { burst: 2, perMinute: 6 } } });
    expect(await statuses([register(door, "open"), register(door, "open")])).toEqual([created, created]);
    const refused = await register(door, "open");
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({ "retry-after": "10", "ratelimit-policy": '"network";q=2;w=20', ratelimit: '"network";r=0;t=10', "cache-control": "no-store" });
    // RATE-07: in one style, of which older drafts and folklore have others.
    expect(Object.keys(refused.headers).filter((name) => name.includes("ratelimit")).sort()).toEqual(["ratelimit", "ratelimit-policy"]);
    if (door === "gateway") expect(JSON.parse(refused.body)).toMatchObject({ error: "temporarily_unavailable" });
    else expect(JSON.parse(refused.body)).toMatchObject({ code: "resource_exhausted" });
    now += 10_000;
    expect((await register(door, "open")).status).toBe(created);
    expect((await register(door, "open")).status).toBe(429);
  });

  it("who shows a credential is not counted by network", async () => {
    await limited({ rates: { network: { burst: 1, perMinute: 1 } } });
    const token = await world!.makeInitialAccessToken("open");
    expect((await register(door, "open")).status).toBe(created);
    expect((await register(door, "open")).status).toBe(429);
    expect(await statuses([register(door, "open", { authorization: `Bearer ${token}` }), register(door, "open", { identity: "orders", metadata: { grant_types: ["client_credentials"] } })])).toEqual([created, created]);
  });

  it("tokens are counted each for itself", async () => {
    await limited({ rates: { credential: { burst: 1, perMinute: 60 } } });
    const [one, other] = [await world!.makeInitialAccessToken("default"), await world!.makeInitialAccessToken("default")];
    const by = (token: string) => register(door, "default", { authorization: `Bearer ${token}` });
    expect((await by(one)).status).toBe(created);
    const refused = await by(one);
    expect([refused.status, refused.headers["ratelimit"]]).toEqual([429, '"credential";r=0;t=1']);
    expect((await by(other)).status).toBe(created);
  });

  it("a token that is not valid has no bucket: the limit cannot be used to tell tokens, nor to fill the memory", async () => {
    await limited({ rates: { credential: { burst: 1, perMinute: 1 } } });
    const answers = [register(door, "default", { authorization: "Bearer nonsense" }), register(door, "default", { authorization: "Bearer nonsense" })];
    expect(await statuses(answers)).toEqual([401, 401]);
  });

  it("certificates are counted by the name that they show", async () => {
    await limited({ rates: { certificate: { burst: 1, perMinute: 60 } } });
    const metadata = { grant_types: ["client_credentials"] };
    expect((await register(door, "default", { identity: "orders", metadata })).status).toBe(created);
    expect((await register(door, "default", { identity: "orders", metadata })).status).toBe(429);
    expect((await register(door, "default", { identity: "billing", metadata })).status).toBe(created);
  });

  it("open registrations are counted by software and by the hosts of their redirect URIs; loopback hosts are everybody's", async () => {
    await limited({ rates: { software_id: { burst: 1, perMinute: 60 }, redirect_host: { burst: 2, perMinute: 60 } } });
    const send = (metadata: object) => register(door, "open", { metadata });
    const uri = (host: string, path = "cb") => ({ redirect_uris: [`https://${host}/${path}`] });
    expect((await send({ ...uri("a.example"), software_id: "s" })).status).toBe(created);
    const software = await send({ ...uri("b.example"), software_id: "s" });
    expect([software.status, software.headers["ratelimit"]]).toEqual([429, '"software_id";r=0;t=1']);
    expect((await send(uri("a.example"))).status).toBe(created);
    expect((await send(uri("A.EXAMPLE", "other"))).status).toBe(429);
    const native = { redirect_uris: ["http://127.0.0.1/cb"], application_type: "native", token_endpoint_auth_method: "none" };
    expect(await statuses([send(native), send(native), send(native), send(native)])).toEqual([created, created, created, created]);
  });

  it("is decided before the body is read", async () => {
    await limited({ rates: { network: { burst: 1, perMinute: 1 } } });
    expect((await register(door, "open")).status).toBe(created);
    const path = door === "gateway" ? "/realms/open/register" : "/matricula.v1.RegistrationService/RegisterClient";
    // A body that never comes.
    const status = await new Promise<number>((resolve, reject) => {
      const request = https.request(world!.baseUrl + path, { method: "POST", ca: world!.ca, agent: false, headers: { "content-type": "application/json", "content-length": "60000" } });
      request.on("response", (response) => {
        resolve(response.statusCode!);
        request.destroy();
      });
      request.on("error", reject);
      request.flushHeaders();
    });
    expect(status).toBe(429);
  });

  /** A call whose body never comes to its end. */
  function slow(authorization?: string): { readonly status: Promise<number>; end(): void } {
    const path = door === "gateway" ? "/realms/open/register" : "/matricula.v1.RegistrationService/RegisterClient";
    const body = JSON.stringify(door === "gateway" ? client : { realm: "open", metadata: client });
    const headers = { "content-type": "application/json", "content-length": String(body.length), ...(authorization === undefined ? {} : { authorization }) };
    const request = https.request(world!.baseUrl + path, { method: "POST", ca: world!.ca, agent: false, headers });
    const status = new Promise<number>((resolve, reject) => request.on("response", (response) => resolve(response.resume().statusCode!)).on("error", reject));
    request.write(body.slice(0, 5));
    return { status, end: () => request.end(body.slice(5)) };
  }

  const shed = door === "gateway" ? 503 : 429;

  it("of those who show nothing only a part is in flight: who sends slowly gives way to who comes next", async () => {
    await limited({ openCalls: 1 });
    const first = slow();
    // As soon as it has come in.
    await expect.poll(() => world!.inFlight()).toBe(1);
    expect((await register(door, "open")).status).toBe(created);
    expect(await first.status).toBe(shed);
    await expect.poll(() => world!.inFlight()).toBe(0);
    const second = slow();
    await expect.poll(() => world!.inFlight()).toBe(1);
    second.end();
    expect(await second.status).toBe(created);
  });

  it("who shows a token that is not proven yet takes no place of those who are known", async () => {
    await limited({ openCalls: 1 });
    const token = await world!.makeInitialAccessToken("open");
    const pretended = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    const held = [slow(), slow(`Bearer ${door === "gateway" ? token : pretended}`)];
    await expect.poll(() => world!.inFlight()).toBe(door === "gateway" ? 2 : 1);
    for (const authorization of [`Bearer ${token}`, `Bearer ${token}`]) expect((await register(door, "open", { authorization })).status).toBe(created);
    held.forEach((call) => call.end());
    await Promise.all(held.map(({ status }) => status));
  });

  it("a token is the same however its header is spelled", async () => {
    await limited({ rates: { credential: { burst: 1, perMinute: 60 } } });
    const token = await world!.makeInitialAccessToken("default");
    const spelled = [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token}`, `Bearer ${token} `];
    const answers: number[] = [];
    for (const authorization of spelled) answers.push((await register(door, "default", { authorization })).status);
    expect(answers).toEqual([created, 429, 429, 429]);
  });

  it("what is refused takes nothing from others that name the same host or software", async () => {
    await limited({ rates: { software_id: { burst: 1, perMinute: 1 }, redirect_host: { burst: 1, perMinute: 1 } } });
    const metadata = { ...client, software_id: "s" };
    for (let i = 0; i < 3; i += 1) expect((await register(door, "open", { metadata: { ...metadata, tos_uri: "no URI" } })).status).toBe(400);
    expect((await register(door, "open", { metadata })).status).toBe(created);
  });
});
