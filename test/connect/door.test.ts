// One request, one verdict, whatever the protocol.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { bookRequest, createRegistry, makeInitialAccessToken, register, startDoor, transportOf, wireClient, wireNames, type DoorServer } from "./fixture.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;

describe.each(["Connect JSON", "gRPC", "gRPC-Web"] as const)("%s", (wire) => {
  test("whoever counts is told when the caller has gone, or its time is up", async () => {
    const store = createMemoryStore();
    let counting: (gone: AbortSignal) => void = () => {};
    const count = (_: unknown, gone?: AbortSignal) => new Promise<number>((_resolve, reject) => {
      gone!.addEventListener("abort", () => reject(new RegistryError("deadline_exceeded", "nobody waits")));
      counting(gone!);
    });
    const server = await startDoor({ registry: { ...createRegistry({ store }), store: { ...store, lister: { ...store.lister, count } } } });
    try {
      const transport = transportOf(server, wire, { identity: server.pki.reader });
      for (const leave of ["goes", "waits no longer"]) {
        const begun = new Promise<AbortSignal>((resolve) => (counting = resolve));
        const caller = new AbortController();
        const call = transport.unary(ClientDirectoryService.method.countClients, caller.signal, leave === "goes" ? undefined : 300, undefined, {});
        call.catch(() => {});
        const gone = await begun;
        const fired = new Promise((resolve) => gone.addEventListener("abort", resolve));
        if (leave === "goes") caller.abort();
        await fired;
        await expect(call).rejects.toBeDefined();
      }
    } finally {
      await server.close();
    }
  });
});

describe.each(wireNames)("%s", (wire) => {
  let server: DoorServer;
  beforeAll(async () => {
    server = await startDoor();
  });
  afterAll(() => server.close());

  test("the book's example is registered, with the policy's decisions", async () => {
    const { answer } = await wireClient(server, wire).call(registerClient, bookRequest);
    expect(answer?.client?.metadata).toMatchObject({
      redirectUris: ["https://client.org/callback", "https://client.org/callback2"],
      grantTypes: ["authorization_code"],
      responseTypes: ["code"],
      tokenEndpointAuthMethod: "client_secret_basic",
    });
    expect(answer?.credentials?.clientSecret).toMatch(/^mcs_/);
    expect(answer?.credentials?.registrationAccessToken).toMatch(/^mrt_/);
    expect(answer?.decisions.map(({ field, rule }) => [field, rule])).toEqual([
      ["grant_types", "policy.rfc7591.grant_types.reduce"],
      ["response_types", "policy.rfc7591.response_types.reduce"],
    ]);
    const { arrival, call, error } = server.finished.at(-1)!;
    expect([arrival.door, arrival.method.name, call?.caller.principal.kind, error]).toEqual([
      { "Connect JSON": "connect", "Connect binary": "connect", gRPC: "grpc", "gRPC-Web": "grpc_web", "grpc-js": "grpc" }[wire],
      "matricula.v1.RegistrationService.RegisterClient",
      "anonymous",
      undefined,
    ]);
  });

  test("all violations come at once, with field, rule, clause and description", async () => {
    const { error } = await wireClient(server, wire).call(registerClient, {
      metadata: { redirectUris: ["https://client.org/#fragment", "https://client.org/ok"], clientUri: "nonsense", tokenEndpointAuthMethod: "none" },
    });
    expect(error).toEqual({
      code: "InvalidArgument",
      message: expect.stringContaining("redirect_uris[0]"),
      reason: "INVALID_REDIRECT_URI",
      domain: "matricula",
      retrySeconds: undefined,
      registration: {
        error: "invalid_redirect_uri",
        violations: [
          expect.objectContaining({ field: "redirect_uris[0]", clause: expect.stringContaining("RFC") }),
          expect.objectContaining({ field: "client_uri", description: expect.stringContaining("client_uri") }),
        ],
      },
    });
    expect(server.finished.at(-1)?.error?.kind).toBe("invalid_redirect_uri");
  });

  test("a client reads, replaces and deletes itself by its token", async () => {
    const { client, credentials } = await register(server);
    const token = credentials!.registrationAccessToken!;
    const own = wireClient(server, wire, { token });
    const clientId = client!.clientId!;
    expect((await own.call(readClient, { clientId })).answer?.client?.clientId).toBe(clientId);
    const metadata = { redirectUris: ["https://client.org/new"] };
    expect((await own.call(updateClient, { clientId, metadata, etag: '"7"' })).error).toMatchObject({ code: "Aborted", reason: "VERSION_CONFLICT" });
    expect((await own.call(updateClient, { clientId, metadata })).answer?.client?.metadata?.redirectUris).toEqual(metadata.redirectUris);
    expect((await own.call(deleteClient, { clientId })).error).toBeUndefined();
    expect((await own.call(readClient, { clientId })).error).toMatchObject({ code: "Unauthenticated", reason: "INVALID_TOKEN" });
  });

  test("a role opens what it opens and nothing else", async () => {
    const { client } = await register(server);
    const { getClient } = ClientDirectoryService.method;
    const request = { clientId: client!.clientId! };
    const answers = await Promise.all([
      wireClient(server, wire).call(getClient, request),
      wireClient(server, wire, { identity: server.pki.registrar }).call(getClient, request),
      wireClient(server, wire, { identity: server.pki.reader }).call(getClient, request),
      wireClient(server, wire, { identity: server.pki.reader }).call(getClient, { clientId: "unknown" }),
      wireClient(server, wire, { identity: server.pki.reader }).call(InitialAccessTokenService.method.getInitialAccessToken, { id: "unknown" }),
    ]);
    // A registrar sees its own clients, and is told that there is no other.
    expect(answers.map(({ error }) => error?.reason)).toEqual(["UNAUTHENTICATED", "NOT_FOUND", undefined, "NOT_FOUND", "PERMISSION_DENIED"]);
  });

  test("an initial access token is made with its terms, found, listed and revoked", async () => {
    const admin = wireClient(server, wire, { identity: server.pki.admin });
    const { createInitialAccessToken, getInitialAccessToken, listInitialAccessTokens, revokeInitialAccessToken } = InitialAccessTokenService.method;
    const terms = { name: "ci", owner: `team ${wire}`, force: { scope: "openid", customAttributes: { example_attribute: "gold" } }, redirectHosts: ["client.org"] };
    const { answer } = await admin.call(createInitialAccessToken, terms);
    expect(answer?.initialAccessToken).toMatchObject({ ...terms, clients: 0 });
    const { id } = answer!.initialAccessToken!;
    const holder = wireClient(server, wire, { token: answer!.token });
    const registered = await holder.call(registerClient, { metadata: { redirectUris: ["https://client.org/cb"], scope: "admin" } });
    expect(registered.answer?.client).toMatchObject({ metadata: { scope: "openid", customAttributes: { example_attribute: "gold" } }, owner: { id: `team ${wire}`, credentialId: id } });
    expect((await holder.call(registerClient, { metadata: { redirectUris: ["https://client.net/cb"] } })).error?.reason).toBe("INVALID_REDIRECT_URI");
    expect((await admin.call(getInitialAccessToken, { id })).answer?.initialAccessToken).toMatchObject({ ...terms, clients: 1 });
    expect((await admin.call(listInitialAccessTokens, { pageSize: 500 })).answer?.initialAccessTokens.map((token) => token.id)).toContain(id);
    expect((await admin.call(revokeInitialAccessToken, { id, deleteClients: true })).answer).toMatchObject({ clientsDeleted: 1, more: false, initialAccessToken: { clients: 0 } });
    expect((await holder.call(registerClient, { metadata: { redirectUris: ["https://client.org/cb"] } })).error?.reason).toBe("INVALID_TOKEN");
    const refused = await admin.call(createInitialAccessToken, { force: { redirectUris: ["https://client.org/cb"] } });
    expect(refused.error).toMatchObject({ code: "InvalidArgument", reason: "INVALID_CLIENT_METADATA" });
    expect(JSON.stringify(refused.error)).toContain("force.redirect_uris");
  });

  test("an initial access token is a way in; nonsense is not", async () => {
    const token = await makeInitialAccessToken(server.registry, 1);
    const request = { metadata: { redirectUris: ["https://client.org/cb"] } };
    expect((await wireClient(server, wire, { token }).call(registerClient, request)).answer?.client?.wayIn).toBe("initial_access_token");
    expect((await wireClient(server, wire, { token }).call(registerClient, request)).error).toMatchObject({ code: "Unauthenticated", reason: "INVALID_TOKEN" });
    expect((await wireClient(server, wire, { token: "nonsense" }).call(registerClient, request)).error?.reason).toBe("INVALID_TOKEN");
  });

  test("a certificate of a strange authority is refused where none is needed", async () => {
    const { error } = await wireClient(server, wire, { identity: server.pki.stranger }).call(registerClient, bookRequest);
    expect(error).toMatchObject({ code: "Unauthenticated", reason: "INVALID_CERTIFICATE" });
  });

  test("so many violations that no header could hold them are cut, and counted", async () => {
    const redirectUris = Array.from({ length: 90 }, (_, i) => `https://client.org/${i}#fragment`);
    const { error } = await wireClient(server, wire).call(registerClient, { metadata: { redirectUris } });
    const violations = error?.registration?.violations ?? [];
    expect(error?.reason).toBe("INVALID_REDIRECT_URI");
    expect(violations.length).toBeGreaterThan(5);
    expect(violations.at(-1)).toMatchObject({ rule: "more", description: `${90 - violations.length + 1} more broken rules are not listed; correct these first` });
  });
});

test("the same request gets the same answer at each protocol, but for what is made new", async () => {
  const answers = [];
  for (const wire of wireNames) {
    const server = await startDoor();
    const { answer } = await wireClient(server, wire).call(registerClient, {
      metadata: {
        ...bookRequest.metadata,
        clientName: "Ünïcode \u{1F600}",
        clientNameLocalized: { fr: "Nom", "ja-Jpan-JP": "名" },
        jwks: { keys: [{ kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", kid: "1", use: "sig" }] },
        customAttributes: { example_attribute: "x", undeclared: 1, example_object: { a: [1, null, { b: true }] } },
      },
    });
    answers.push({ wire, answer: JSON.parse(JSON.stringify(answer)) });
    await server.close();
  }
  const [first, ...others] = answers;
  expect(first!.answer.client.metadata.customAttributes).toEqual({ example_attribute: "x", example_object: { a: [1, null, { b: true }] } });
  // Deterministic randomness and a fixed clock: also ids and secrets are the same.
  for (const { answer, wire } of others) expect(answer, wire).toEqual(first!.answer);
});
