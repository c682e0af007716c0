import { toJson } from "@bufbuild/protobuf";
import { ExplainRegistrationResponseSchema, PolicyService, type ExplainRegistrationResponse } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { memberLines } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { explainedDecision, refusalLines } from "./decision-text.js";
import { readMetadata } from "./input.js";
import { printLines } from "./io.js";
import { metadataMembers } from "./metadata-file.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula explain -f FILE; ends with 1 when the registration would be refused. */
export async function explain(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const { metadata } = await readMetadata(io, options.file!);
  const request = { metadata, principal: options.as ?? "", policy: options.policy ?? "" };
  const answer = await withService(invocation, PolicyService, ({ client, call, realm }) => client.explainRegistration({ realm, ...request }, call));
  await printLines(io, options.json === true ? [terminalJson(toJson(ExplainRegistrationResponseSchema, answer), 2)] : explanation(answer));
  return answer.refusal === undefined && answer.obstacle === "" ? 0 : 1;
}

function explanation({ wayIn, policy, policyVersion, metadata, decisions, refusal, obstacle }: ExplainRegistrationResponse): string[] {
  const lines = [terminalText(`The way in is ${wayIn}, the policy ${policy}, version ${policyVersion}.`)];
  if (obstacle !== "") lines.push(terminalText(`Registration would be refused whatever is asked: ${obstacle}.`));
  if (refusal !== undefined) {
    lines.push("", terminalText(`This would be refused with ${refusal.error}:`), ...refusalLines(refusal).map(indent));
    return lines;
  }
  lines.push("", decisions.length === 0 ? "It would be registered as asked." : "Otherwise than was asked:", ...decisions.flatMap(explainedDecision).map(indent));
  if (metadata !== undefined) lines.push("", "What would be registered:", ...memberLines(metadataMembers(metadata)).map(indent));
  return lines;
}

const indent = (line: string) => `  ${line}`;
