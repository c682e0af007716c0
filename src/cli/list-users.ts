import type { Invocation } from "./command.js";
import { printLines } from "./io.js";
import { openLocalUsers } from "./local-users.js";
import { terminalJson, terminalText } from "./terminal-text.js";

/** matricula user list */
export async function listUsers(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const { users } = await openLocalUsers(invocation, { mayBeNew: false });
  const rows = [...users.values()].map(({ name, policy }) => ({ name, ...(policy === "" ? {} : { policy }) }));
  if (options.json === true) {
    await printLines(io, [terminalJson({ users: rows }, 2)]);
    return 0;
  }
  const width = Math.max(0, ...rows.map(({ name }) => terminalText(name).length));
  await printLines(io, rows.map(({ name, policy }) => (policy === undefined ? terminalText(name) : `${terminalText(name).padEnd(width)}  ${policy}`)));
  return 0;
}
