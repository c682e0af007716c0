// P41: an update reaches nothing that a registration could not, whatever is registered, whatever is asked next, and whatever the policy says.

import { clone } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import { compilePolicy, type CompiledPolicy } from "../../src/domain/policy.js";
import type { CustomAttribute } from "../../src/domain/validate.js";
import { metadataOf } from "../../src/service/client-record.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry } from "../connect/fixture.js";
import { anyPolicy, plainMetadata } from "../domain/arbitrary-policy.js";
import { likelyMetadata } from "../domain/arbitrary-metadata.js";
import { bearer, nobody, perform, service } from "./calls.js";

const { registerClient, updateClient } = RegistrationService.method;
const attributes = new Map<string, CustomAttribute>([["example_attribute", { name: "example_attribute", type: "string", maxBytes: 64, setBy: "client" }]]);
const registry = createRegistry();

/** The registry where this policy is that of the open way in; `beside` are others that are configured. */
function under(policy: CompiledPolicy, ...beside: CompiledPolicy[]): Registry {
  const realm = registry.realms.get("default")!;
  const waysIn = new Map([...realm.waysIn, ["open", { enabled: true, manage: true, policy }] as const]);
  const policies = new Map([policy, ...beside].map((one) => [one.name, one]));
  return { ...registry, realms: new Map([["default", { ...realm, waysIn, policies, customAttributes: attributes }]]) };
}

/** What came of it: the stored metadata, or the rules that were broken. */
async function outcome(run: () => Promise<{ client?: { clientId?: string | undefined } | undefined }>): Promise<{ metadata: ClientMetadata } | { refused: readonly string[] }> {
  try {
    const { client } = await run();
    return { metadata: metadataOf(registry.store.clients.find("default", client!.clientId!)!.client) };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.violations.length === 0) throw error;
    return { refused: error.violations.map(({ field, rule }) => `${field} ${rule}`) };
  }
}

/** Mostly what a client would ask that means well, and now and then anything. */
const asked = fc.oneof({ weight: 4, arbitrary: plainMetadata }, { weight: 1, arbitrary: likelyMetadata });
const copy = (metadata: ClientMetadata) => clone(ClientMetadataSchema, metadata);
const policies = anyPolicy(attributes).map((policy) => compilePolicy(policy, "1", attributes));

it("registering A and updating it by B comes to what registering B comes to, whoever updates", async () => {
  let updated = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(policies, asked, asked, fc.boolean(), async (policy, a, b, byOperator) => {
      const world = under(policy);
      const first = await perform(world, registerClient, { metadata: copy(a) }, nobody).catch(() => undefined);
      if (first === undefined) return;
      const clientId = first.client!.clientId!;
      const evidence = byOperator ? service("admin") : bearer(first.credentials!.registrationAccessToken!);
      const byUpdate = await outcome(() => perform(world, updateClient, { clientId, metadata: copy(b) }, evidence));
      const byRegistration = await outcome(() => perform(world, registerClient, { metadata: copy(b) }, nobody));
      expect(byUpdate).toEqual(byRegistration);
      if ("metadata" in byUpdate) updated += 1;
      else refused += 1;
    }),
    { numRuns: 600 },
  );
  // Otherwise it would say nothing.
  expect(Math.min(updated, refused)).toBeGreaterThan(10);
});

it("the policy that a client came in by goes on guarding it when the way in is bound to another", async () => {
  await fc.assert(
    fc.asyncProperty(policies, policies, asked, asked, async (policy, later, a, b) => {
      const other = { ...later, name: "later" };
      const first = await perform(under(policy), registerClient, { metadata: copy(a) }, nobody).catch(() => undefined);
      if (first === undefined) return;
      const clientId = first.client!.clientId!;
      const evidence = bearer(first.credentials!.registrationAccessToken!);
      const byUpdate = await outcome(() => perform(under(other, policy), updateClient, { clientId, metadata: copy(b) }, evidence));
      expect(byUpdate).toEqual(await outcome(() => perform(under(policy), registerClient, { metadata: copy(b) }, nobody)));
      if ("metadata" in byUpdate) expect(registry.store.clients.find("default", clientId)!.client.policy).toBe(policy.name);
    }),
    { numRuns: 300 },
  );
});

it("what is registered may be sent back as it is, under any policy", async () => {
  await fc.assert(
    fc.asyncProperty(policies, asked, async (policy, a) => {
      const world = under(policy);
      const first = await perform(world, registerClient, { metadata: copy(a) }, nobody).catch(() => undefined);
      if (first === undefined) return;
      const again = await perform(world, updateClient, { clientId: first.client!.clientId!, metadata: copy(first.client!.metadata!) }, bearer(first.credentials!.registrationAccessToken!));
      expect([again.client!.metadata, again.decisions]).toEqual([first.client!.metadata, []]);
    }),
    { numRuns: 600 },
  );
});
