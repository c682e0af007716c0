import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import { CommandError, OutputClosed, UsageError } from "./io.js";
import { terminalText } from "./terminal-text.js";

/** Where the call went, to say so. */
export interface Destination {
  readonly url: string;
  readonly ca: string;
}

/** The service refused, or there is no word from it. */
export class ServiceError extends CommandError {
  /** Whether the service may have done what was asked all the same. */
  readonly maybeDone: boolean;

  constructor(message: string, maybeDone: boolean) {
    super(message);
    this.maybeDone = maybeDone;
  }

  /** The one doorway for what a call throws; errors of the command line's own pass. */
  static from(error: unknown, destination: Destination): Error {
    if (error instanceof CommandError || error instanceof UsageError || error instanceof OutputClosed) return error;
    const known = ConnectError.from(error);
    const trouble = connectionTrouble(known, destination);
    if (trouble !== undefined) return new ServiceError(trouble, false);
    return new ServiceError(refusal(known, destination).join("\n"), isMaybeDone(known));
  }
}

/** What the service answered: the RFC's code, each violation, the reason, when to try again. */
function refusal(error: ConnectError, { url }: Destination): string[] {
  const [registration] = error.findDetails(RegistrationErrorSchema);
  const [info] = error.findDetails(ErrorInfoSchema);
  const [retry] = error.findDetails(RetryInfoSchema);
  const violations = registration?.violations ?? [];
  const lines = [headline(error, registration?.error ?? "", violations.length, url)];
  for (const { field, description, rule, clause } of violations) {
    // Many descriptions open with the field themselves.
    const sentence = description.startsWith(`${field}: `) ? description.slice(field.length + 2) : description;
    lines.push(`  ${field}: ${sentence} (${[rule, clause].filter((part) => part !== "").join(", ")})`);
  }
  if (info !== undefined) {
    const about = Object.entries(info.metadata).map(([name, value]) => `${name} ${value}`);
    lines.push(`  reason: ${[info.reason, ...about].join(", ")}`);
  }
  const seconds = Number(retry?.retryDelay?.seconds ?? 0n);
  if (seconds > 0) lines.push(`  try again in ${seconds} s`);
  return lines.map(terminalText);
}

function headline(error: ConnectError, code: string, violations: number, url: string): string {
  if (!isAnswered(error) && brokenOff.has(error.code)) {
    return `${url} broke the connection off without an answer, as one does that refuses the client certificate: ${error.rawMessage}`;
  }
  if (code !== "" && violations > 0) return `${code}: ${violations === 1 ? "the service found a mistake" : `the service found ${violations} mistakes`} in the ${code === "invalid_request" ? "configuration" : "metadata"}`;
  const name = code === "" ? Code[error.code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase() : code;
  if (error.code === Code.DeadlineExceeded) return `${name}: ${url} did not answer in time; --timeout gives it longer`;
  return `${name}: ${error.rawMessage}`;
}

/** What connect-node makes of a stream or connection that ends before the answer; this program cancels nothing itself. */
const brokenOff: ReadonlySet<Code> = new Set([Code.Canceled, Code.Aborted]);

const isAnswered = (error: ConnectError) => error.findDetails(ErrorInfoSchema).length > 0;

/** No answer that tells: a deadline, or a connection that broke. */
function isMaybeDone(error: ConnectError): boolean {
  if (error.code === Code.DeadlineExceeded) return true;
  return !isAnswered(error) && [Code.Unavailable, Code.Aborted, Code.Canceled, Code.Internal, Code.Unknown].includes(error.code);
}

/** What kept the call from ever reaching the service, by the code of Node's error. */
const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's address cannot be found out at this moment",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to its network",
};

const untrusted: ReadonlySet<string> = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CERT_SIGNATURE_FAILURE", "CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "ERR_TLS_CERT_ALTNAME_INVALID",
  "INVALID_PURPOSE", "INVALID_CA",
]);

function connectionTrouble(error: ConnectError, { url, ca }: Destination): string | undefined {
  for (const { code, message } of causes(error)) {
    if (code === undefined) continue;
    const reason = unreachable[code];
    if (reason !== undefined) return `cannot reach ${url}: ${reason} (${code}); is the service running? It is started by: matricula serve`;
    if (untrusted.has(code)) return `the certificate of ${url} is not trusted: ${message} (${code}); its authority is looked for in ${ca}, --ca names another file`;
    if (code.startsWith("ERR_SSL_") || code === "ERR_HTTP2_ERROR" || code === "EPROTO") return `${url} does not speak TLS as is needed: ${terminalText(message)}`;
  }
  return undefined;
}

function causes(error: ConnectError): { code: string | undefined; message: string }[] {
  const found: { code: string | undefined; message: string }[] = [];
  for (let cause = error.cause; cause instanceof Error && found.length < 8; cause = cause.cause) {
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
    found.push({ code, message: cause.message });
  }
  return found;
}
