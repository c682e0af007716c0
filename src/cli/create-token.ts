import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { CreateInitialAccessTokenResponseSchema, InitialAccessTokenSchema, InitialAccessTokenService, type CreateInitialAccessTokenResponse } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { memberLines } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { readMetadata } from "./input.js";
import { note, printLines, UsageError } from "./io.js";
import { callWithSecrets, openSecretOutput, shownAnswer } from "./secret-output.js";
import { terminalJson } from "./terminal-text.js";
import { tokenLines } from "./token-text.js";
import { parseCount, parseDuration } from "./values.js";

/** matricula token create */
export async function createToken(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const uses = options.uses === undefined ? 0 : parseCount("--uses", options.uses, 1, 1_000_000_000);
  const lifetime = options.lifetime === undefined ? 0 : Math.ceil(parseDuration("--lifetime", options.lifetime));
  parseCount("--lifetime in seconds", String(lifetime), 0, 0xffff_ffff);
  const file = options.force === undefined ? undefined : await readMetadata(io, options.force);
  if (file !== undefined && file.assigned.size > 0) throw new UsageError(`${options.force!} has what the service alone assigns: ${[...file.assigned.keys()].join(", ")}`);
  const request = {
    name: options.name ?? "", uses, lifetime, owner: options.owner ?? "", purpose: options.purpose ?? "", policy: options.policy ?? "",
    redirectHosts: [...(options["redirect-host"] ?? [])], boundTo: options["bound-to"] ?? "", ...(file === undefined ? {} : { force: file.metadata }),
  };
  await withService(invocation, InitialAccessTokenService, async ({ client, call, realm }) => {
    const output = await openSecretOutput(invocation, "always");
    const answer = await callWithSecrets(output, () => client.createInitialAccessToken({ realm, ...request }, call));
    await output.file?.write(fileMembers(answer));
    const shown = shownAnswer(CreateInitialAccessTokenResponseSchema, answer, output.shown);
    await printLines(io, options.json === true ? [terminalJson(shown.json, 2)] : answerLines(shown.answer));
    if (output.file !== undefined) await note(io, `the token is in ${output.file.path}`);
  });
  return 0;
}

function answerLines({ initialAccessToken, token }: CreateInitialAccessTokenResponse): string[] {
  return ["Created.", "", ...tokenLines(initialAccessToken), ...memberLines(token === "" ? {} : { token })];
}

function fileMembers({ initialAccessToken, token }: CreateInitialAccessTokenResponse): Record<string, string | number> {
  const record = initialAccessToken === undefined ? {} : (toJson(InitialAccessTokenSchema, initialAccessToken) as JsonObject);
  const members: Record<string, string | number> = { initial_access_token: token };
  for (const [name, value] of Object.entries(record)) if (typeof value === "string" || typeof value === "number") members[`initial_access_token_${name}`] = value;
  return members;
}
