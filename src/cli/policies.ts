import { create, toJson } from "@bufbuild/protobuf";
import {
  GetPolicyResponseSchema, ListPoliciesResponseSchema, PolicyRecordSchema, PolicyService, ReloadConfigurationResponseSchema, TestedClientSchema, TestPolicyRequestSchema,
  type PolicyRecord, type TestedClient, type TestPolicyRequest, type TestPolicyResponse,
} from "../../gen/ts/matricula/v1/policy_service_pb.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { explainedDecision, refusalLines } from "./decision-text.js";
import { readText } from "./input.js";
import { note, printLines } from "./io.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula policy list */
export async function listPolicies(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const answer = await withService(invocation, PolicyService, ({ client, call, realm }) => client.listPolicies({ realm }, call));
  await printLines(io, options.json === true ? [terminalJson(toJson(ListPoliciesResponseSchema, answer), 2)] : table(answer.policies));
  return 0;
}

function table(policies: readonly PolicyRecord[]): string[] {
  const row = (cells: readonly string[]) => cells.map((cell, i) => cell.padEnd([20, 13, 11, 0][i]!)).join("  ").trimEnd();
  return [
    row(["NAME", "VERSION", "READY-MADE", "WAYS IN"]),
    ...policies.map(({ policy, version, readyMade, waysIn, mistake }) => row([terminalText(policy?.name ?? ""), mistake === "" ? version : "(mistake)", readyMade ? "yes" : "no", terminalText(waysIn.join(", "))])),
  ];
}

/** matricula policy show NAME */
export async function showPolicy(invocation: Invocation): Promise<number> {
  const { io, operands } = invocation;
  const answer = await withService(invocation, PolicyService, ({ client, call, realm }) => client.getPolicy({ realm, name: operands[0]! }, call));
  await printLines(io, [terminalJson(toJson(GetPolicyResponseSchema, answer), 2)]);
  return 0;
}

/** matricula policy test POLICY; ends with 1 when a client would be refused. */
export async function testPolicy(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const candidate = await candidateOf(invocation, operands[0]!);
  const isJson = options.json === true;
  const last = await withService(invocation, PolicyService, async ({ client, call, realm }) => {
    for (let pageToken = ""; ; ) {
      const answer = await client.testPolicy(create(TestPolicyRequestSchema, { realm, candidate, allClients: options.all === true, pageSize: 500, pageToken }), call);
      await printLines(io, answer.clients.flatMap((tested) => (isJson ? [terminalJson(toJson(TestedClientSchema, tested))] : testedLines(tested))));
      if (answer.nextPageToken === "") return answer;
      pageToken = answer.nextPageToken;
      if (!isJson) await note(io, progress(answer));
    }
  });
  await note(io, progress(last));
  return last.refused > 0 ? 1 : 0;
}

/** What looks like a file is one; a policy's name has no slash and does not end so. */
async function candidateOf({ io }: Invocation, operand: string): Promise<TestPolicyRequest["candidate"]> {
  if (operand !== "-" && !/[/\\]|\.ya?ml$/.test(operand)) return { case: "name", value: operand };
  return { case: "document", value: await readText(io, operand) };
}

function testedLines({ clientId, clientName, refusal, decisions, expired, withoutCertificate }: TestedClient): string[] {
  const who = `${terminalText(clientId)}${clientName === "" ? "" : ` (${terminalText(clientName)})`}`;
  const lines = refusal === undefined ? decisions.flatMap(explainedDecision) : refusalLines(refusal);
  return [
    ...(lines.length === 0 ? [] : [`${who} would be ${refusal === undefined ? "changed" : "refused"}:`, ...lines.map((line) => `  ${line}`)]),
    ...(expired ? [`${who} has expired by the policy's client_lifetime`] : []),
    ...(withoutCertificate ? [`${who} lacks the certificate that the policy requires`] : []),
  ];
}

const progress = ({ tested, total, refused, changed, version, expired, withoutCertificate }: TestPolicyResponse) =>
  `${tested} of ${Math.max(total, tested)} clients tested with version ${version}: ${refused} would be refused, ${changed} changed` +
  `${expired > 0 ? `, ${expired} have expired` : ""}${withoutCertificate > 0 ? `, ${withoutCertificate} lack a certificate` : ""}`;

/** matricula policy put FILE */
export async function putPolicy(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const document = await readText(io, operands[0]!);
  const { policy } = await withService(invocation, PolicyService, ({ client, call, realm }) => client.putPolicy({ realm, document, expectedVersion: options["if-version"] ?? "" }, call));
  await printLines(io, options.json === true ? [terminalJson(policy === undefined ? {} : toJson(PolicyRecordSchema, policy), 2)] : [terminalText(`${policy?.policy?.name} is in force, version ${policy?.version}.`)]);
  return 0;
}

/** matricula policy delete NAME */
export async function deletePolicy(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  await withService(invocation, PolicyService, ({ client, call, realm }) => client.deletePolicy({ realm, name: operands[0]!, expectedVersion: options["if-version"] ?? "", force: options["in-use"] === true }, call));
  await printLines(io, [options.json === true ? "{}" : terminalText(`${operands[0]} is deleted.`)]);
  return 0;
}

/** matricula reload */
export async function reload(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const answer = await withService(invocation, PolicyService, ({ client, call, realm }) => client.reloadConfiguration({ realm }, call));
  if (options.json === true) await printLines(io, [terminalJson(toJson(ReloadConfigurationResponseSchema, answer), 2)]);
  else await printLines(io, ["Reloaded.", ...(answer.restartNeeded.length === 0 ? [] : [terminalText(`These have changed and wait for a restart: ${answer.restartNeeded.join(", ")}`)])]);
  return 0;
}
