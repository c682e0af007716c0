import { toJson } from "@bufbuild/protobuf";
import { DeleteClientResponseSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { printLines } from "./io.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula delete CLIENT_ID */
export async function deleteClient(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const clientId = operands[0]!;
  const answer = await withService(invocation, RegistrationService, ({ client, call, realm }) =>
    client.deleteClient({ realm, clientId, etag: options.etag ?? "" }, call),
  );
  await printLines(io, [options.json === true ? terminalJson(toJson(DeleteClientResponseSchema, answer)) : `Deleted ${terminalText(clientId)}.`]);
  return 0;
}
