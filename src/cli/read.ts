import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { ClientDirectoryService, GetClientResponseSchema } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientSecretSchema, type ClientSecret } from "../../gen/ts/matricula/v1/client_pb.js";
import { ReadClientResponseSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { deliverClient } from "./client-answer.js";
import { clientLines, memberLines } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { printLines, UsageError } from "./io.js";
import { metadataMembers } from "./metadata-file.js";
import { terminalJson } from "./terminal-text.js";

/** matricula read CLIENT_ID */
export async function read(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  if (options.secrets === true) return readWithSecrets(invocation);
  const answer = await withService(invocation, RegistrationService, ({ client, call, realm }) => client.readClient({ realm, clientId: operands[0]! }, call));
  const metadata = answer.client?.metadata;
  if (options["metadata-only"] === true) await printLines(io, [terminalJson(metadata === undefined ? {} : metadataMembers(metadata), 2)]);
  else await deliverClient(invocation, { heading: "Client.", schema: ReadClientResponseSchema, answer, output: { file: undefined, shown: false } });
  return 0;
}

/** The directory knows of secrets; a client's own reading does not. */
async function readWithSecrets(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  if (options["metadata-only"] === true) throw new UsageError("--secrets and --metadata-only do not go together");
  const answer = await withService(invocation, ClientDirectoryService, ({ client, call, realm }) => client.getClient({ realm, clientId: operands[0]! }, call));
  const lines = () => ["Client.", "", ...clientLines(answer.client, undefined), ...answer.secrets.flatMap(secretLines)];
  await printLines(io, options.json === true ? [terminalJson(toJson(GetClientResponseSchema, answer), 2)] : lines());
  return 0;
}

function secretLines(secret: ClientSecret): string[] {
  const { label, ...times } = toJson(ClientSecretSchema, secret, { alwaysEmitImplicit: true }) as JsonObject;
  return ["", ...memberLines({ secret: label ?? "", ...times, ...(secret.lastUsedAt === undefined ? { last_used_at: 0 } : {}) })];
}
