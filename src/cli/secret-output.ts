import type { DescMessage, JsonObject, MessageShape } from "@bufbuild/protobuf";
import { toJson } from "@bufbuild/protobuf";
import type { Invocation } from "./command.js";
import { reserveCredentialsFile, type CredentialsFile } from "./credentials-file.js";
import { UsageError } from "./io.js";
import { withoutSecrets } from "./secrets.js";

/** Where the secrets of an answer go. */
export interface SecretOutput {
  readonly file: CredentialsFile | undefined;
  /** Whether standard output may hold them. */
  readonly shown: boolean;
}

/**
 * Decides where secrets go before the service is called. Throws UsageError when the call makes a secret and nobody would see it:
 * standard output that is not a terminal is a log more often than not.
 */
export async function openSecretOutput({ io, options }: Invocation, makesSecret: "always" | "perhaps"): Promise<SecretOutput> {
  const name = options["credentials-out"];
  const shown = options["show-secret"] === true || (io.isTerminal && name === undefined);
  if (name === undefined && !shown && makesSecret === "always") {
    throw new UsageError(
      "this makes a secret that is shown once, and standard output is not a terminal; nothing was done\n" +
        "add --credentials-out FILE to have it written to a new file, or --show-secret to have it printed",
    );
  }
  return { file: name === undefined ? undefined : await reserveCredentialsFile(io.cwd, name), shown };
}

/** An answer as standard output may hold it, and the names of the secrets that it had and must not show. */
export interface ShownAnswer<Desc extends DescMessage> {
  readonly answer: MessageShape<Desc>;
  readonly json: JsonObject;
  readonly hidden: readonly string[];
}

export function shownAnswer<Desc extends DescMessage>(schema: Desc, answer: MessageShape<Desc>, isShown: boolean): ShownAnswer<Desc> {
  if (isShown) return { answer, json: toJson(schema, answer) as JsonObject, hidden: [] };
  const visible = withoutSecrets(schema, answer);
  return { answer: visible.answer, json: toJson(schema, visible.answer) as JsonObject, hidden: visible.removed };
}

/** Runs the call; a file that was reserved for it does not outlive its failure. */
export async function callWithSecrets<Answer>(output: SecretOutput, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    await output.file?.discard();
    throw error;
  }
}
