import { toJson } from "@bufbuild/protobuf";
import { ClientAdminService, RemoveClientResponseSchema } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { printLines } from "./io.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula remove CLIENT_ID */
export async function remove(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const clientId = operands[0]!;
  const answer = await withService(invocation, ClientAdminService, ({ client, call, realm }) =>
    client.removeClient({ realm, clientId, etag: options.etag ?? "", reason: options.reason ?? "" }, call),
  );
  await printLines(io, [options.json === true ? terminalJson(toJson(RemoveClientResponseSchema, answer)) : `Removed ${terminalText(clientId)}.`]);
  return 0;
}
