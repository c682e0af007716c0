// Calls as the doors make them, without a door.

import { create, type DescMethodUnary, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Change, CommitResult, Store } from "../../src/domain/ports.js";
import { methodNamed } from "../../src/service/access.js";
import type { Call } from "../../src/service/call.js";
import type { Evidence } from "../../src/service/caller.js";
import { arrive, beginCall, receive } from "../../src/service/front.js";
import type { Registry } from "../../src/service/registry.js";
import { useCases, type RequestMessage } from "../../src/service/use-cases.js";

export const nobody: Evidence = { certificate: { kind: "none" }, authorization: undefined };
export const bearer = (token: string): Evidence => ({ certificate: { kind: "none" }, authorization: `Bearer ${token}` });
export const service = (name: string): Evidence => ({ certificate: { kind: "accepted", uris: [`spiffe://test/${name}`], dnsNames: [], subject: `CN=${name}`, fingerprint: name }, authorization: undefined });

/** Makes a call to the use case of a method. Rejects with RegistryError. */
export async function perform<Method extends DescMethodUnary>(
  registry: Registry,
  method: Method,
  request: MessageInitShape<Method["input"]>,
  evidence: Evidence,
  more: Partial<Call> = {},
): Promise<MessageShape<Method["output"]>> {
  const message = create(method.input, request as never) as RequestMessage;
  const arrival = arrive("grpc", methodNamed(`${method.parent.typeName}.${method.name}`), evidence, undefined);
  try {
    receive(registry, arrival);
    const call = await beginCall(registry, arrival, message.realm);
    const useCase = useCases.find((row) => row.method === method)!;
    return (await useCase.run(registry, { ...call, ...more }, message)) as MessageShape<Method["output"]>;
  } finally {
    registry.limits.leave(arrival);
  }
}

/** A client that anybody has registered. */
export async function registered(registry: Registry) {
  const { client, credentials } = await perform(registry, RegistrationService.method.registerClient, { metadata: { redirectUris: ["https://client.example/cb"] } }, nobody);
  return { clientId: client!.clientId!, token: credentials!.registrationAccessToken!, secret: credentials!.clientSecret! };
}

/** A store that keeps what is committed to it, and can hold commits back until they are let go together. */
export function watched(store: Store): Store & { readonly units: (readonly Change[])[]; hold(count: number): void } {
  const units: (readonly Change[])[] = [];
  let waiting: (() => void)[] = [];
  let wanted = 0;
  return {
    ...store,
    units,
    hold: (count) => void (wanted = count),
    async commit(unit): Promise<CommitResult> {
      units.push(unit);
      if (wanted > 0) {
        // Everybody has read before anybody writes: the race is certain.
        await new Promise<void>((go) => {
          waiting.push(go);
          if (waiting.length === wanted) {
            wanted = 0;
            for (const next of waiting) next();
            waiting = [];
          }
        });
      }
      return store.commit(unit);
    },
  };
}
