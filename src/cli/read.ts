import { ReadClientResponseSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { deliverClient } from "./client-answer.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { printLines } from "./io.js";
import { metadataMembers } from "./metadata-file.js";
import { terminalJson } from "./terminal-text.js";

/** matricula read CLIENT_ID */
export async function read(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const answer = await withService(invocation, RegistrationService, ({ client, call, realm }) => client.readClient({ realm, clientId: operands[0]! }, call));
  const metadata = answer.client?.metadata;
  if (options["metadata-only"] === true) await printLines(io, [terminalJson(metadata === undefined ? {} : metadataMembers(metadata), 2)]);
  else await deliverClient(invocation, { heading: "Client.", schema: ReadClientResponseSchema, answer, output: { file: undefined, shown: false } });
  return 0;
}
