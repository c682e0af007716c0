import { toJson } from "@bufbuild/protobuf";
import { ClientDirectoryService, CountClientsResponseSchema } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { filterOf } from "./client-filter.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { printLines } from "./io.js";
import { terminalJson } from "./terminal-text.js";

/** matricula count */
export async function count(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const filter = filterOf(options);
  const answer = await withService(invocation, ClientDirectoryService, ({ client, call, realm }) => client.countClients({ realm, filter }, call));
  await printLines(io, [options.json === true ? terminalJson(toJson(CountClientsResponseSchema, answer, { alwaysEmitImplicit: true }), 2) : String(answer.clients)]);
  return 0;
}
