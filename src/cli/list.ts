import { create, toJson, type Message } from "@bufbuild/protobuf";
import { ClientDirectoryService, ClientFilterSchema, type ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientSchema, ClientStateSchema, type Client, type ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { ownerText, stateText, timeText } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { UsageError } from "./io.js";
import type { OptionName, OptionValues } from "./options.js";
import { pagePrinter, printPages, type RowForm } from "./pages.js";
import { terminalText } from "./terminal-text.js";
import { parseCount, parseTime } from "./values.js";

/** The option for each condition: a condition that is added to the filter and forgotten here does not compile. */
export const filterOptions = {
  states: "state",
  ownerId: "owner-id",
  credentialId: "credential-id",
  wayIn: "way-in",
  policy: "policy",
  softwareId: "software-id",
  issuedFrom: "issued-from",
  issuedBefore: "issued-before",
  grantType: "grant-type",
  redirectHost: "on-host",
  usedFrom: "used-from",
  usedBefore: "used-before",
  name: "client-name",
  softwareStatementIssuer: "statement-issuer",
} as const satisfies Record<Exclude<keyof ClientFilter, keyof Message>, OptionName>;

/** Clients on a page when all of them are asked for. */
const largestPage = 500;

/** matricula list */
export async function list(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const filter = filterOf(options);
  const isAll = options.all === true;
  const pageSize = options["page-size"] === undefined ? (isAll ? largestPage : 0) : parseCount("--page-size", options["page-size"], 1, largestPage);
  const printer = pagePrinter(io, form, options.json === true);
  await withService(invocation, ClientDirectoryService, ({ client, call, realm }) =>
    printPages(printer, { pageToken: options["page-token"], isAll }, async (pageToken) => {
      const page = await client.listClients({ realm, pageSize, pageToken, filter }, call);
      return { rows: page.clients, nextPageToken: page.nextPageToken };
    }),
  );
  return 0;
}

/** The filter that the options ask for. */
export function filterOf(options: OptionValues): ClientFilter {
  const filter = create(ClientFilterSchema, { states: (options[filterOptions.states] ?? []).map(stateOf) });
  for (const member of textConditions) filter[member] = options[filterOptions[member]] ?? "";
  for (const member of timeConditions) {
    const name = filterOptions[member];
    const written = options[name];
    if (written !== undefined) filter[member] = parseTime(`--${name}`, written);
  }
  return filter;
}

const textConditions = ["ownerId", "credentialId", "wayIn", "policy", "softwareId", "grantType", "redirectHost", "name", "softwareStatementIssuer"] as const;
const timeConditions = ["issuedFrom", "issuedBefore", "usedFrom", "usedBefore"] as const;

function stateOf(written: string): ClientState {
  const prefixLength = ClientStateSchema.sharedPrefix?.length ?? 0;
  const states = ClientStateSchema.values.filter(({ number }) => number !== 0).map(({ name, number }) => ({ name: name.slice(prefixLength).toLowerCase(), number }));
  const found = states.find(({ name }) => name === written.toLowerCase());
  if (found === undefined) throw new UsageError(`--state takes one of: ${states.map(({ name }) => name).join(", ")}`);
  return found.number;
}

const form: RowForm<Client> = {
  member: "clients",
  json: (client) => toJson(ClientSchema, client),
  columns: [
    { name: "CLIENT_ID", width: 26, text: ({ clientId }) => clientId ?? "" },
    { name: "STATE", width: 9, text: stateText },
    { name: "REGISTERED", width: 20, text: ({ clientIdIssuedAt }) => timeText(clientIdIssuedAt ?? 0) },
    { name: "OWNER", width: 36, text: ({ owner }) => ownerText(owner) },
    { name: "NAME", width: 0, text: ({ metadata }) => terminalText(metadata?.clientName ?? "-") },
  ],
};
