import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { UsageError, write } from "./io.js";

/** Asks on a terminal for what nobody may read over a shoulder: nothing that is typed is shown. Throws UsageError when it is given up. */
export async function askSecret(terminal: NodeJS.ReadStream, out: Writable, question: string): Promise<string> {
  // The line editor echoes to its output: this one swallows it.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const editor = createInterface({ input: terminal, output: silent, terminal: true, historySize: 0 });
  const answer = new Promise<string>((resolve, reject) => {
    const giveUp = () => reject(new UsageError("nothing was typed; nothing was done"));
    editor.once("line", resolve);
    editor.once("SIGINT", giveUp);
    editor.once("close", giveUp);
  });
  // Where the question cannot even be asked, nobody waits for the answer.
  answer.catch(() => {});
  try {
    // Not before: until the editor has the terminal, the terminal itself shows what is typed.
    await write(out, question);
    return await answer;
  } finally {
    editor.close();
    await write(out, "\n");
  }
}
