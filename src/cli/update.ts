import { RegistrationService, UpdateClientResponseSchema } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { deliverClient } from "./client-answer.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { readAsked } from "./input.js";
import { UsageError } from "./io.js";
import type { MetadataFile } from "./metadata-file.js";
import { repeatable } from "./repeatable.js";
import { callWithSecrets, openSecretOutput } from "./secret-output.js";

/** matricula update CLIENT_ID -f FILE */
export async function update(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const clientId = invocation.operands[0]!;
  const { request: asked, assigned } = await readAsked(io, options.file!);
  const clientSecret = checkAssigned(assigned, clientId);
  await repeatable(invocation, (idempotencyKey) =>
    withService(invocation, RegistrationService, async ({ client, call, realm }) => {
      // Most updates make no secret; one that does, unseen, can be asked for again by its idempotency key.
      const output = await openSecretOutput(invocation, "perhaps");
      const request = { realm, clientId, ...asked, idempotencyKey, etag: options.etag ?? "", ...(clientSecret === undefined ? {} : { clientSecret }) };
      const answer = await callWithSecrets(output, () => client.updateClient(request, call));
      await deliverClient(invocation, { heading: "Updated.", schema: UpdateClientResponseSchema, answer, output, key: idempotencyKey });
    }),
  );
  return 0;
}

/** RFC 7592 section 2.2: the client's id and its current secret may be in an update, the other assigned members must not. */
function checkAssigned(assigned: MetadataFile["assigned"], clientId: string): string | undefined {
  const { client_id: id = clientId, client_secret: secret, ...others } = Object.fromEntries(assigned);
  const mistakes = Object.keys(others).map((name) => `${name} must not be in an update; leave it out (RFC 7592 section 2.2)`);
  if (id !== clientId) mistakes.push("client_id in the file is another client's than the command line names");
  if (secret !== undefined && typeof secret !== "string") mistakes.push("client_secret must be a string");
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return secret as string | undefined;
}
