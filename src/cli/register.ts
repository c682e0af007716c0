import { RegisterClientResponseSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { deliverClient } from "./client-answer.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { readAsked } from "./input.js";
import { note } from "./io.js";
import { repeatable } from "./repeatable.js";
import { callWithSecrets, openSecretOutput } from "./secret-output.js";

/** matricula register -f FILE */
export async function register(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const { request, assigned } = await readAsked(io, options.file!);
  // RFC 7591 section 6: a client may not choose what the service assigns; like the gateway, this goes on without it.
  if (assigned.size > 0) await note(io, `left out, as the service assigns it: ${[...assigned.keys()].join(", ")}`);
  await repeatable(invocation, (idempotencyKey) =>
    withService(invocation, RegistrationService, async ({ client, call, realm }) => {
      const output = await openSecretOutput(invocation, "always");
      const answer = await callWithSecrets(output, () => client.registerClient({ realm, ...request, idempotencyKey }, call));
      await deliverClient(invocation, { heading: "Registered.", schema: RegisterClientResponseSchema, answer, output, key: idempotencyKey });
    }),
  );
  return 0;
}
