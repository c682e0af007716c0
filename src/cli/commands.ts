import { addUser } from "./add-user.js";
import { findCommand } from "./arguments.js";
import { filterNames } from "./client-filter.js";
import { meantNames, resume, suspend } from "./client-states.js";
import type { Command } from "./command.js";
import { count } from "./count.js";
import { createToken } from "./create-token.js";
import { deleteClient } from "./delete.js";
import { explain } from "./explain.js";
import { commandHelp, overview, wrap } from "./help.js";
import { printLines } from "./io.js";
import { listTokens } from "./list-tokens.js";
import { list } from "./list.js";
import { listUsers } from "./list-users.js";
import { memberFields, taggedFields } from "./metadata-fields.js";
import { modify } from "./modify.js";
import { connectionOptions } from "./options.js";
import { deletePolicy, listPolicies, putPolicy, reload, showPolicy, testPolicy } from "./policies.js";
import { read } from "./read.js";
import { register } from "./register.js";
import { remove } from "./remove.js";
import { revokeToken } from "./revoke-token.js";
import { rotateSecret, rotateToken } from "./rotate.js";
import { showToken } from "./show-token.js";
import { removeUser } from "./remove-user.js";
import { blockSoftware, listSoftwareBlocks, unblockSoftware } from "./software-blocks.js";
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
    options: ["json", "metadata-only", "secrets", ...connectionOptions],
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
    name: "modify",
    summary: "change what the file names of a client's metadata: null removes, the rest stays",
    usage: "CLIENT_ID -f FILE|- [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["file", "etag", "credentials-out", "show-secret", "json", ...connectionOptions],
    required: ["file"],
    details: memberHelp,
    example: "matricula modify CLIENT_ID -f part.json",
    run: modify,
  },
  {
    name: "suspend",
    summary: "hold a client, or all that match: they authenticate nowhere until they are resumed",
    usage: "CLIENT_ID | FILTER... --yes [OPTION...]",
    operands: [],
    optionalOperands: 1,
    options: ["reason", "etag", ...meantNames, "yes", "json", ...connectionOptions],
    example: "matricula suspend --software-id com.example.app --reason leaked --yes",
    run: suspend,
  },
  {
    name: "resume",
    summary: "end a suspension, of one client or of all that match",
    usage: "CLIENT_ID | FILTER... --yes [OPTION...]",
    operands: [],
    optionalOperands: 1,
    options: ["reason", "etag", ...meantNames, "yes", "json", ...connectionOptions],
    example: "matricula resume CLIENT_ID",
    run: resume,
  },
  {
    name: "remove",
    summary: "delete a client for good, whoever it belongs to, and say why",
    usage: "CLIENT_ID [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["reason", "etag", "json", ...connectionOptions],
    example: "matricula remove CLIENT_ID --reason abandoned",
    run: remove,
  },
  {
    name: "rotate-secret",
    summary: "make a new client secret; those before it live on for the overlap",
    usage: "CLIENT_ID [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["label", "overlap", "etag", "credentials-out", "show-secret", "json", ...connectionOptions],
    example: "matricula rotate-secret CLIENT_ID --overlap 7d --credentials-out client.env",
    run: rotateSecret,
  },
  {
    name: "rotate-token",
    summary: "make a new registration access token; the one before it lives until this one is first used",
    usage: "CLIENT_ID [OPTION...]",
    operands: ["CLIENT_ID"],
    options: ["etag", "credentials-out", "show-secret", "json", ...connectionOptions],
    example: "matricula rotate-token CLIENT_ID --credentials-out client.env",
    run: rotateToken,
  },
  {
    name: "list",
    summary: "list clients in the order of their registration",
    usage: "[OPTION...]",
    operands: [],
    options: ["all", "newest", "page-size", "page-token", ...filterNames, "json", ...connectionOptions],
    example: "matricula list --state suspended --issued-from 2026-01-01",
    run: list,
  },
  {
    name: "count",
    summary: "count clients",
    usage: "[OPTION...]",
    operands: [],
    options: [...filterNames, "json", ...connectionOptions],
    example: "matricula count --used-before 2026-01-01",
    run: count,
  },
  {
    name: "explain",
    summary: "say what would be decided if somebody registered this, and why; nothing is registered",
    usage: "-f FILE|- [--as PRINCIPAL] [--policy NAME] [OPTION...]",
    operands: [],
    options: ["file", "as", "policy", "json", ...connectionOptions],
    required: ["file"],
    example: "matricula explain -f client.json --as certificate:spiffe://example.com/orders",
    run: explain,
  },
  {
    name: "policy list",
    summary: "list the policies of a realm, and the ways in that are bound to them",
    usage: "[OPTION...]",
    operands: [],
    options: ["json", ...connectionOptions],
    example: "matricula policy list",
    run: listPolicies,
  },
  {
    name: "policy show",
    summary: "show a policy, as JSON",
    usage: "NAME [OPTION...]",
    operands: ["NAME"],
    options: ["json", ...connectionOptions],
    example: "matricula policy show mobile",
    run: showPolicy,
  },
  {
    name: "policy test",
    summary: "run a policy over the clients there are: who would be refused or changed, and why",
    usage: "FILE.yaml|NAME|- [--all] [OPTION...]",
    operands: ["POLICY"],
    options: ["all", "json", ...connectionOptions],
    example: "matricula policy test house.yaml --all",
    run: testPolicy,
  },
  {
    name: "policy put",
    summary: "put a policy in force, new or in the place of the stored one of its name",
    usage: "FILE.yaml|- [--if-version VERSION] [OPTION...]",
    operands: ["FILE"],
    options: ["if-version", "json", ...connectionOptions],
    example: "matricula policy put house.yaml",
    run: putPolicy,
  },
  {
    name: "policy delete",
    summary: "take a stored policy out of force",
    usage: "NAME [--in-use] [--if-version VERSION] [OPTION...]",
    operands: ["NAME"],
    options: ["in-use", "if-version", "json", ...connectionOptions],
    example: "matricula policy delete house",
    run: deletePolicy,
  },
  {
    name: "reload",
    summary: "have the service read its configuration again: all of it takes effect, or nothing",
    usage: "[OPTION...]",
    operands: [],
    options: ["json", ...connectionOptions],
    example: "matricula reload",
    run: reload,
  },
  {
    name: "token create",
    summary: "make an initial access token: who holds it may register clients",
    usage: "[--name NAME] [--uses N] [--lifetime TIME] [OPTION...]",
    operands: [],
    options: ["name", "uses", "lifetime", "owner", "purpose", "policy", "force", "redirect-host", "bound-to", "credentials-out", "show-secret", "json", ...connectionOptions],
    example: "matricula token create --name ci --uses 10 --lifetime 30d --credentials-out token.env",
    run: createToken,
  },
  {
    name: "token list",
    summary: "list initial access tokens in the order in which they were made",
    usage: "[--usable] [OPTION...]",
    operands: [],
    options: ["usable", "all", "page-size", "page-token", "json", ...connectionOptions],
    example: "matricula token list --usable",
    run: listTokens,
  },
  {
    name: "token show",
    summary: "show what is on record of an initial access token; the token itself is not",
    usage: "ID [OPTION...]",
    operands: ["ID"],
    options: ["json", ...connectionOptions],
    example: "matricula token show ID",
    run: showToken,
  },
  {
    name: "token revoke",
    summary: "end an initial access token at once; its clients stay unless they are to go with it",
    usage: "ID [--delete-clients] [OPTION...]",
    operands: ["ID"],
    options: ["delete-clients", "json", ...connectionOptions],
    example: "matricula token revoke ID --delete-clients",
    run: revokeToken,
  },
  {
    name: "software block",
    summary: "admit software no more: an issuer, a software-id, or one statement by its jti or sha256:DIGEST",
    usage: "KIND VALUE [--issuer ISSUER] [--suspend] [--reason TEXT] [OPTION...]",
    operands: ["KIND", "VALUE"],
    options: ["issuer", "suspend", "reason", "json", ...connectionOptions],
    example: "matricula software block software-id 4NRB1-0XZABZI9E6-5SM3R --suspend --reason leaked",
    run: blockSoftware,
  },
  {
    name: "software unblock",
    summary: "admit it again; clients that are suspended stay so",
    usage: "KIND VALUE [--issuer ISSUER] [--reason TEXT] [OPTION...]",
    operands: ["KIND", "VALUE"],
    options: ["issuer", "reason", "json", ...connectionOptions],
    example: "matricula software unblock software-id 4NRB1-0XZABZI9E6-5SM3R",
    run: unblockSoftware,
  },
  {
    name: "software list",
    summary: "list what software is blocked",
    usage: "[OPTION...]",
    operands: [],
    options: ["all", "page-size", "page-token", "json", ...connectionOptions],
    example: "matricula software list",
    run: listSoftwareBlocks,
  },
  {
    name: "user add",
    summary: "add an HTTP Basic user to a file, or change the password; it is read from standard input",
    usage: "NAME --users FILE [--policy NAME] [--generate] [OPTION...]",
    operands: ["NAME"],
    options: ["users", "policy", "generate", "credentials-out", "show-secret", "json"],
    required: ["users"],
    example: "matricula user add alice --users users --generate --credentials-out alice.env",
    run: addUser,
  },
  {
    name: "user remove",
    summary: "remove an HTTP Basic user from a file",
    usage: "NAME --users FILE [--json]",
    operands: ["NAME"],
    options: ["users", "json"],
    required: ["users"],
    example: "matricula user remove alice --users users",
    run: removeUser,
  },
  {
    name: "user list",
    summary: "list the HTTP Basic users of a file",
    usage: "--users FILE [--json]",
    operands: [],
    options: ["users", "json"],
    required: ["users"],
    example: "matricula user list --users users",
    run: listUsers,
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
