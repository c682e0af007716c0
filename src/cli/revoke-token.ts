import { toJson } from "@bufbuild/protobuf";
import { InitialAccessTokenService, RevokeInitialAccessTokenResponseSchema, type RevokeInitialAccessTokenResponse } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { note, printLines } from "./io.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula token revoke ID: calls again for as long as the service has clients left to delete. */
export async function revokeToken(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const deleteClients = options["delete-clients"] === true;
  const id = operands[0]!;
  const answer = await withService(invocation, InitialAccessTokenService, async ({ client, call, realm }) => {
    let clientsDeleted = 0;
    for (;;) {
      const part: RevokeInitialAccessTokenResponse = await client.revokeInitialAccessToken({ realm, id, deleteClients }, call);
      clientsDeleted += part.clientsDeleted;
      if (!part.more) return { ...part, clientsDeleted };
      await note(io, `${clientsDeleted} clients deleted so far`);
    }
  });
  const sentence = `Revoked ${terminalText(id)}${deleteClients ? ` and deleted ${answer.clientsDeleted === 1 ? "1 client" : `${answer.clientsDeleted} clients`}` : ""}.`;
  await printLines(io, [options.json === true ? terminalJson(toJson(RevokeInitialAccessTokenResponseSchema, answer), 2) : sentence]);
  return 0;
}
