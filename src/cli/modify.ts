import { ClientAdminService, ModifyClientResponseSchema } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { deliverClient } from "./client-answer.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { readMetadata } from "./input.js";
import { UsageError } from "./io.js";
import { callWithSecrets, openSecretOutput } from "./secret-output.js";

/** matricula modify CLIENT_ID -f FILE: what the file names is changed, null removes, the rest stays. */
export async function modify(invocation: Invocation): Promise<number> {
  const { options, operands } = invocation;
  const { metadata, assigned, paths } = await readMetadata(invocation.io, options.file!);
  if (assigned.size > 0) throw new UsageError(`${options.file!} has what the service alone assigns: ${[...assigned.keys()].join(", ")}`);
  if (paths.length === 0) throw new UsageError(`${options.file!} names nothing to change`);
  await withService(invocation, ClientAdminService, async ({ client, call, realm }) => {
    // A client that comes to need a secret is given one, and nothing would show it again.
    const makesSecret = paths.includes(ClientMetadataSchema.field.tokenEndpointAuthMethod.name) ? "always" : "perhaps";
    const output = await openSecretOutput(invocation, makesSecret);
    const request = { realm, clientId: operands[0]!, metadata, updateMask: { paths: [...paths] }, etag: options.etag ?? "" };
    const answer = await callWithSecrets(output, () => client.modifyClient(request, call));
    await deliverClient(invocation, { heading: "Modified.", schema: ModifyClientResponseSchema, answer, output });
  });
  return 0;
}
