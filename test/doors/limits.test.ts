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

  it("only a part of the calls in flight is for those who show nothing; a place is free again when its call has ended", async () => {
    await limited({ openCalls: 1 });
    const path = door === "gateway" ? "/realms/open/register" : "/matricula.v1.RegistrationService/RegisterClient";
    const body = JSON.stringify(door === "gateway" ? client : { realm: "open", metadata: client });
    const slow = https.request(world!.baseUrl + path, { method: "POST", ca: world!.ca, agent: false, headers: { "content-type": "application/json", "content-length": String(body.length) } });
    const answered = new Promise<number>((resolve, reject) => slow.on("response", (response) => resolve(response.resume().statusCode!)).on("error", reject));
    slow.write(body.slice(0, 5));
    // The second is refused as soon as the first has come in, which takes as long as it takes.
    await expect.poll(async () => (await register(door, "open")).status).toBe(door === "gateway" ? 503 : 429);
    const token = await world!.makeInitialAccessToken("open");
    expect((await register(door, "open", { authorization: `Bearer ${token}` })).status).toBe(created);
    slow.end(body.slice(5));
    expect(await answered).toBe(created);
    await expect.poll(async () => (await register(door, "open")).status).toBe(created);
  });
});
