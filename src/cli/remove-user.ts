import { composed } from "../users/password-hash.js";
import { withoutUser } from "../users/users-file.js";
import type { Invocation } from "./command.js";
import { printLines, UsageError } from "./io.js";
import { openLocalUsers } from "./local-users.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula user remove NAME */
export async function removeUser(invocation: Invocation): Promise<number> {
  const { io, options, operands } = invocation;
  const name = composed(operands[0]!);
  const file = await openLocalUsers(invocation, { mayBeNew: false });
  if (!file.users.has(name)) throw new UsageError(`${file.path} has no user ${terminalText(name)}`);
  await file.replace(withoutUser(file.text, name));
  await printLines(io, [options.json === true ? terminalJson({}) : `Removed ${terminalText(name)}.`]);
  return 0;
}
