import type { DescMessage, JsonObject, MessageShape } from "@bufbuild/protobuf";
import { toJson } from "@bufbuild/protobuf";
import { ClientCredentialsSchema, ClientSchema, type Client, type ClientCredentials } from "../../gen/ts/matricula/v1/client_pb.js";
import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import { clientLines, decisionLines } from "./client-text.js";
import type { Invocation } from "./command.js";
import { note, printLines } from "./io.js";
import { assignedNames } from "./metadata-fields.js";
import { repetition } from "./repeatable.js";
import { shownAnswer, type SecretOutput } from "./secret-output.js";
import { withoutSecrets } from "./secrets.js";
import { terminalJson } from "./terminal-text.js";

/** What register, read and update answer alike. */
interface ClientAnswer {
  readonly client?: Client | undefined;
  readonly credentials?: ClientCredentials | undefined;
  readonly decisions?: readonly Decision[];
}

export interface Delivery<Desc extends DescMessage> {
  /** What was done, for a person. */
  readonly heading: string;
  readonly schema: Desc;
  readonly answer: MessageShape<Desc> & ClientAnswer;
  readonly output: SecretOutput;
  /** The idempotency key of the call, where it had one. */
  readonly key?: string;
}

/** Writes the credentials file, if any, and then prints the answer: what is shown once is safe before anything else can fail. */
export async function deliverClient<Desc extends DescMessage>({ io, options }: Invocation, delivery: Delivery<Desc>): Promise<void> {
  const { schema, answer, output, key } = delivery;
  const hasSecret = withoutSecrets(schema, answer).removed.length > 0;
  const isWritten = output.file !== undefined && hasSecret;
  if (isWritten) await output.file.write(credentialMembers(answer));
  else await output.file?.discard();

  const shown = shownAnswer(schema, answer, output.shown);
  if (options.json === true) await printLines(io, [terminalJson(shown.json, 2)]);
  else {
    const { client, credentials, decisions } = shown.answer as ClientAnswer;
    await printLines(io, [delivery.heading, "", ...clientLines(client, credentials), ...decisionLines(decisions ?? [])]);
  }
  if (isWritten) await note(io, `the credentials are in ${output.file.path}`);
  else if (output.file !== undefined) await note(io, `no secret was made: ${output.file.path} was not written`);
  else if (shown.hidden.length > 0) {
    await note(io, `not shown: ${shown.hidden.join(", ")}${key === undefined ? "" : `; with --show-secret or --credentials-out FILE added, ${repetition(key)}`}`);
  }
}

/** What a client needs to remember, by the names of RFC 7591 section 3.2.1 and RFC 7592 section 3. */
function credentialMembers({ client, credentials }: ClientAnswer): Record<string, string | number> {
  const all: JsonObject = {
    ...(client === undefined ? {} : (toJson(ClientSchema, client) as JsonObject)),
    ...(credentials === undefined ? {} : (toJson(ClientCredentialsSchema, credentials) as JsonObject)),
  };
  const members: Record<string, string | number> = {};
  for (const name of assignedNames) {
    const value = all[name];
    if (typeof value === "string" || typeof value === "number") members[name] = value;
  }
  return members;
}
