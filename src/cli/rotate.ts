import { ClientAdminService, RotateClientSecretResponseSchema, RotateRegistrationAccessTokenResponseSchema } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { deliverClient } from "./client-answer.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { callWithSecrets, openSecretOutput } from "./secret-output.js";
import { parseCount, parseDuration } from "./values.js";

const longestOverlap = 31_536_000;

/** matricula rotate-secret CLIENT_ID */
export async function rotateSecret(invocation: Invocation): Promise<number> {
  const { options, operands } = invocation;
  const overlap = options.overlap === undefined ? undefined : overlapOf(options.overlap);
  await withService(invocation, ClientAdminService, async ({ client, call, realm }) => {
    const output = await openSecretOutput(invocation, "always");
    const request = { realm, clientId: operands[0]!, etag: options.etag ?? "", label: options.label ?? "", ...(overlap === undefined ? {} : { overlap }) };
    const answer = await callWithSecrets(output, () => client.rotateClientSecret(request, call));
    await deliverClient(invocation, { heading: "Rotated: this is the new secret.", schema: RotateClientSecretResponseSchema, answer, output });
  });
  return 0;
}

/** Unlike other durations it may be none. */
function overlapOf(text: string): number {
  const seconds = /^0+(?:ms|s|m|h|d)?$/.test(text) ? 0 : Math.ceil(parseDuration("--overlap", text));
  return parseCount("--overlap in seconds", String(seconds), 0, longestOverlap);
}

/** matricula rotate-token CLIENT_ID */
export async function rotateToken(invocation: Invocation): Promise<number> {
  const { options, operands } = invocation;
  await withService(invocation, ClientAdminService, async ({ client, call, realm }) => {
    const output = await openSecretOutput(invocation, "always");
    const answer = await callWithSecrets(output, () => client.rotateRegistrationAccessToken({ realm, clientId: operands[0]!, etag: options.etag ?? "" }, call));
    const heading = "Rotated: this is the new registration access token. The one before it works until this one is first used, 24 hours at most.";
    await deliverClient(invocation, { heading, schema: RotateRegistrationAccessTokenResponseSchema, answer, output });
  });
  return 0;
}
