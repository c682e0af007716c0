import { findCommand } from "./arguments.js";
import type { Command } from "./command.js";
import { createToken } from "./create-token.js";
import { deleteClient } from "./delete.js";
import { commandHelp, overview, wrap } from "./help.js";
import { printLines } from "./io.js";
import { list } from "./list.js";
import { memberFields, taggedFields } from "./metadata-fields.js";
import { connectionOptions } from "./options.js";
import { read } from "./read.js";
import { register } from "./register.js";
import { update } from "./update.js";
import { packageVersion } from "./version.js";

/** The table of commands, in the order of the help. */
export const commands: readonly Command[] = [
  {
    name: "serve",
    summary: "run the service",
    usage: "[--data DIR] [--listen HOST:PORT] [--open] [--config FILE]",
    operands: [],
    options: ["data", "listen", "open", "config"],
    example: "matricula serve --data ./data --listen 127.0.0.1:8443",
    run: ({ io, options: { data, listen, open, config } }) =>
      io.serve({
        ...(data === undefined ? {} : { data }),
        ...(listen === undefined ? {} : { listen }),
        ...(open === undefined ? {} : { open }),
        ...(config === undefined ? {} : { config }),
      }),
  },
  {
    name: "register",
    summary: "register a client",
    usage: "-f FILE|- [OPTION...]",
    operands: [],
    options: ["file", "credentials-out", "show-secret", "json", "idempotency-key", ...connectionOptions],
    required: ["file"],
    details: memberHelp,
    example: "matricula register -f client.json --credentials-out client.env",
    run: register,
  },
  {
    name: "read",
    summary: "show a client",
    usage: "CLIENT_ID [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["json", "metadata-only", ...connectionOptions],
    example: "matricula read CLIENT_ID --metadata-only > client.json",
    run: read,
  },
  {
    name: "update",
    summary: "replace a client's metadata: what the file leaves out is deleted or defaulted",
    usage: "CLIENT_ID -f FILE|- [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["file", "etag", "credentials-out", "show-secret", "json", "idempotency-key", ...connectionOptions],
    required: ["file"],
    details: memberHelp,
    example: "matricula update CLIENT_ID -f client.json",
    run: update,
  },
  {
    name: "delete",
    summary: "delete a client for good",
    usage: "CLIENT_ID [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["etag", "json", ...connectionOptions],
    example: "matricula delete CLIENT_ID",
    run: deleteClient,
  },
  {
    name: "list",
    summary: "list clients in the order of their registration",
    usage: "[OPTION...]",
    operands: [],
    options: ["all", "page-size", "page-token", "state", "owner-id", "way-in", "policy", "software-id", "issued-from", "issued-before", "json", ...connectionOptions],
    example: "matricula list --state suspended --issued-from 2026-01-01",
    run: list,
  },
  {
    name: "token create",
    summary: "make an initial access token: who holds it may register clients",
    usage: "[--name NAME] [--uses N] [--lifetime TIME] [OPTION...]",
    operands: [],
    options: ["name", "uses", "lifetime", "credentials-out", "show-secret", "json", ...connectionOptions],
    example: "matricula token create --name ci --uses 10 --lifetime 30d --credentials-out token.env",
    run: createToken,
  },
  {
    name: "help",
    summary: "print this, or the help of one command",
    usage: "[COMMAND]",
    operands: [],
    optionalOperands: 2,
    options: [],
    example: "matricula help register",
    run: async ({ io, operands }) => {
      const command = findCommand(operands, commands);
      await printLines(io, command === undefined ? overview(commands) : commandHelp(command));
      return 0;
    },
  },
  {
    name: "version",
    summary: "print the version",
    usage: "",
    operands: [],
    options: [],
    example: "matricula version",
    run: async ({ io }) => {
      await printLines(io, [`matricula ${await packageVersion()}`]);
      return 0;
    },
  },
];

/** What the file may hold, from the schema. */
function memberHelp(): string[] {
  const names = [...memberFields.keys()].map((name) => (taggedFields.has(name) ? `${name}[#LANGUAGE]` : name));
  return ["Members of FILE:", ...wrap(`${names.join(", ")}, and the custom attributes that the service declares`, 98).map((line) => `  ${line}`), ""];
}
