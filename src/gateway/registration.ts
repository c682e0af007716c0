// The registration endpoint (RFC 7591 section 3) and the client configuration endpoint (RFC 7592 section 2), as rows.

import { create } from "@bufbuild/protobuf";
import { DeleteClientRequestSchema, ReadClientRequestSchema } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import { methodNamed, type MethodRow } from "../service/access.js";
import { withViolations, type Call } from "../service/call.js";
import { deleteClient } from "../service/delete-client.js";
import { readClient } from "../service/read-client.js";
import { registerClient } from "../service/register-client.js";
import type { Registry } from "../service/registry.js";
import { updateClient } from "../service/update-client.js";
import type { ClientAnswer } from "./client-information.js";
import type { HttpRequest } from "./exchange.js";
import { ifMatch, registerRequest, signedRegisterRequest, signedUpdateRequest, updateRequest, validateOnly } from "./registration-request.js";

/** One HTTP method of an endpoint. */
export interface Operation {
  readonly row: MethodRow;
  /** Whether a JSON body is read. */
  readonly body: boolean;
  readonly status: number;
  /** Runs the use case; undefined is an answer without a body. Throws RegistryError. */
  readonly run: (registry: Registry, call: Call, clientId: string, request: HttpRequest, body: Uint8Array) => Promise<ClientAnswer | undefined> | ClientAnswer | undefined;
}

// UKOB-01: one text of the specification says the first, another the second.
const signedType = /^application\/(?:jwt|jose) *(?:;|$)/i;

/** Whether a request says that its body is signed. */
export const isSigned = ({ headers }: HttpRequest) => signedType.test(headers["content-type"] ?? "");

const row = (name: string) => methodNamed(`matricula.v1.RegistrationService.${name}`);

const read: Operation = {
  row: row("ReadClient"),
  body: false,
  status: 200,
  run: (registry, call, clientId) => readClient(registry, call, create(ReadClientRequestSchema, { realm: call.realm.name, clientId })),
};

/** The registration endpoint's methods. */
export const registrationEndpoint: ReadonlyMap<string, Operation> = new Map([
  [
    "POST",
    {
      row: row("RegisterClient"),
      body: true,
      status: 201,
      run: (registry, call, _clientId, request, body) => {
        const { message, violations } = (isSigned(request) ? signedRegisterRequest : registerRequest)(call.realm, request, body);
        return registerClient(registry, withViolations(call, violations), message);
      },
    },
  ],
]);

/** The client configuration endpoint's methods. */
export const configurationEndpoint: ReadonlyMap<string, Operation> = new Map([
  ["GET", read],
  ["HEAD", read],
  [
    "PUT",
    {
      row: row("UpdateClient"),
      body: true,
      status: 200,
      run: (registry, call, clientId, request, body) => {
        const { message, violations } = (isSigned(request) ? signedUpdateRequest : updateRequest)(call.realm, clientId, request, body);
        return updateClient(registry, withViolations(call, violations), message);
      },
    },
  ],
  [
    "DELETE",
    {
      row: row("DeleteClient"),
      body: false,
      status: 204,
      run: async (registry, call, clientId, request) => {
        // Taken for a deletion it would do what was only asked about.
        if (validateOnly(request)) throw new RegistryError("invalid_request", "validate_only goes with a registration or an update alone");
        await deleteClient(registry, call, create(DeleteClientRequestSchema, { realm: call.realm.name, clientId, etag: ifMatch(request) }));
        return undefined;
      },
    },
  ],
]);

