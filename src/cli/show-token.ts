import { toJson } from "@bufbuild/protobuf";
import { GetInitialAccessTokenResponseSchema, InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { printLines } from "./io.js";
import { terminalJson } from "./terminal-text.js";
import { tokenLines } from "./token-text.js";

/** matricula token show ID */
export async function showToken(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const answer = await withService(invocation, InitialAccessTokenService, ({ client, call, realm }) => client.getInitialAccessToken({ realm, id: operands[0]! }, call));
  await printLines(io, options.json === true ? [terminalJson(toJson(GetInitialAccessTokenResponseSchema, answer), 2)] : tokenLines(answer.initialAccessToken));
  return 0;
}
