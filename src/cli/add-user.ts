import { randomBytes } from "node:crypto";
import { composed, hashPassword } from "../users/password-hash.js";
import { checkPolicyName, checkUserName, withUser } from "../users/users-file.js";
import type { Invocation } from "./command.js";
import { memberLines } from "./client-text.js";
import { note, printLines, UsageError } from "./io.js";
import { openLocalUsers } from "./local-users.js";
import { readPassword } from "./password-input.js";
import { callWithSecrets, openSecretOutput } from "./secret-output.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** 192 bits, as 32 characters that no shell and no header alters. */
const generatedBytes = 24;

/** matricula user add NAME */
export async function addUser(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const name = composed(operands[0]!);
  const problem = checkUserName(name);
  if (problem !== undefined) throw new UsageError(`the name ${problem}`);
  const policyProblem = options.policy === undefined ? undefined : checkPolicyName(options.policy);
  if (policyProblem !== undefined) throw new UsageError(`--policy ${policyProblem}`);
  if (options.generate !== true && options["credentials-out"] !== undefined) throw new UsageError("--credentials-out goes with --generate: a password that is typed is nobody's to write down");

  const file = await openLocalUsers(invocation, { mayBeNew: true });
  const before = file.users.get(name);
  const policy = options.policy ?? before?.policy ?? "";
  const put = async (password: string) => file.replace(withUser(file.text, { name, hash: await hashPassword(password), policy }));
  const shown = { name, ...(policy === "" ? {} : { policy }) };
  const done = before === undefined ? "Added" : "Changed";

  if (options.generate !== true) {
    await put(await readPassword(io, terminalText(name)));
    await printLines(io, options.json === true ? [terminalJson({ user: shown }, 2)] : [`${done} ${terminalText(name)}.`]);
    return 0;
  }
  const output = await openSecretOutput(invocation, "always");
  const password = randomBytes(generatedBytes).toString("base64url");
  await callWithSecrets(output, async () => {
    // First where it is read, then where it is believed: the other way round it could be nobody's.
    await output.file?.write({ user_name: name, user_password: password });
    await put(password);
  });
  const secret = output.shown ? { password } : {};
  await printLines(io, options.json === true ? [terminalJson({ user: shown, ...secret }, 2)] : [`${done}.`, "", ...memberLines({ ...shown, ...secret })]);
  if (output.file !== undefined) await note(io, `the password is in ${output.file.path}`);
  return 0;
}
