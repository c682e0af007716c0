import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { CreateInitialAccessTokenResponseSchema, InitialAccessTokenSchema, InitialAccessTokenService, type CreateInitialAccessTokenResponse } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { memberLines } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { note, printLines } from "./io.js";
import { callWithSecrets, openSecretOutput, shownAnswer } from "./secret-output.js";
import { terminalJson } from "./terminal-text.js";
import { parseCount, parseDuration } from "./values.js";

/** matricula token create */
export async function createToken(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const uses = options.uses === undefined ? 0 : parseCount("--uses", options.uses, 1, 1_000_000_000);
  const lifetime = options.lifetime === undefined ? 0 : Math.ceil(parseDuration("--lifetime", options.lifetime));
  parseCount("--lifetime in seconds", String(lifetime), 0, 0xffff_ffff);
  await withService(invocation, InitialAccessTokenService, async ({ client, call, realm }) => {
    const output = await openSecretOutput(invocation, "always");
    const answer = await callWithSecrets(output, () => client.createInitialAccessToken({ realm, name: options.name ?? "", uses, lifetime }, call));
    await output.file?.write(fileMembers(answer));
    const shown = shownAnswer(CreateInitialAccessTokenResponseSchema, answer, output.shown);
    await printLines(io, options.json === true ? [terminalJson(shown.json, 2)] : answerLines(shown.answer));
    if (output.file !== undefined) await note(io, `the token is in ${output.file.path}`);
  });
  return 0;
}

function answerLines({ initialAccessToken, token }: CreateInitialAccessTokenResponse): string[] {
  const record = initialAccessToken === undefined ? {} : (toJson(InitialAccessTokenSchema, initialAccessToken) as JsonObject);
  return ["Created.", "", ...memberLines({ ...record, uses_left: initialAccessToken?.usesLeft ?? "any number", ...(token === "" ? {} : { token }) })];
}

function fileMembers({ initialAccessToken, token }: CreateInitialAccessTokenResponse): Record<string, string | number> {
  const record = initialAccessToken === undefined ? {} : (toJson(InitialAccessTokenSchema, initialAccessToken) as Record<string, string | number>);
  const prefixed = Object.entries(record).map(([name, value]) => [`initial_access_token_${name}`, value]);
  return { initial_access_token: token, ...Object.fromEntries(prefixed) };
}
