import { create, toJson, type Message } from "@bufbuild/protobuf";
import { ClientDirectoryService, ClientFilterSchema, type ClientFilter, type ListClientsResponse } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientSchema, ClientStateSchema, type Client, type ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { ownerText, stateText, timeText } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { note, printLines, UsageError, write, type Io } from "./io.js";
import type { OptionName, OptionValues } from "./options.js";
import { terminalJson, terminalText } from "./terminal-text.js";
import { parseCount, parseTime } from "./values.js";

/** The option for each condition: a condition that is added to the filter and forgotten here does not compile. */
export const filterOptions = {
  states: "state",
  ownerId: "owner-id",
  wayIn: "way-in",
  policy: "policy",
  softwareId: "software-id",
  issuedFrom: "issued-from",
  issuedBefore: "issued-before",
} as const satisfies Record<Exclude<keyof ClientFilter, keyof Message>, OptionName>;

/** Clients on a page when all of them are asked for. */
const largestPage = 500;

/** matricula list */
export async function list(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const filter = filterOf(options);
  const isAll = options.all === true;
  const pageSize = options["page-size"] === undefined ? (isAll ? largestPage : 0) : parseCount("--page-size", options["page-size"], 1, largestPage);
  const printer = options.json === true ? jsonPrinter(io) : textPrinter(io);
  await withService(invocation, ClientDirectoryService, async ({ client, call, realm }) => {
    let pageToken = options["page-token"] ?? "";
    for (;;) {
      const page: ListClientsResponse = await client.listClients({ realm, pageSize, pageToken, filter }, call);
      pageToken = page.nextPageToken;
      await printer.page(page.clients);
      if (!isAll || pageToken === "") return printer.end(pageToken);
    }
  });
  return 0;
}

function filterOf(options: OptionValues): ClientFilter {
  const time = (name: "issued-from" | "issued-before") => (options[name] === undefined ? undefined : parseTime(`--${name}`, options[name]));
  const issuedFrom = time(filterOptions.issuedFrom);
  const issuedBefore = time(filterOptions.issuedBefore);
  return create(ClientFilterSchema, {
    states: (options[filterOptions.states] ?? []).map(stateOf),
    ownerId: options[filterOptions.ownerId] ?? "",
    wayIn: options[filterOptions.wayIn] ?? "",
    policy: options[filterOptions.policy] ?? "",
    softwareId: options[filterOptions.softwareId] ?? "",
    ...(issuedFrom === undefined ? {} : { issuedFrom }),
    ...(issuedBefore === undefined ? {} : { issuedBefore }),
  });
}

function stateOf(written: string): ClientState {
  const prefixLength = ClientStateSchema.sharedPrefix?.length ?? 0;
  const states = ClientStateSchema.values.filter(({ number }) => number !== 0).map(({ name, number }) => ({ name: name.slice(prefixLength).toLowerCase(), number }));
  const found = states.find(({ name }) => name === written.toLowerCase());
  if (found === undefined) throw new UsageError(`--state takes one of: ${states.map(({ name }) => name).join(", ")}`);
  return found.number;
}

/** Prints as the pages come: a registry of ten million clients fits in no memory. */
interface PagePrinter {
  page(clients: readonly Client[]): Promise<void>;
  end(nextPageToken: string): Promise<void>;
}

function jsonPrinter(io: Io): PagePrinter {
  let count = 0;
  let isOpen = false;
  return {
    async page(clients) {
      let text = isOpen ? "" : '{"clients": [';
      isOpen = true;
      for (const client of clients) text += `${count++ === 0 ? "" : ","}\n  ${terminalJson(toJson(ClientSchema, client))}`;
      if (text !== "") await write(io.stdout, text);
    },
    async end(nextPageToken) {
      await write(io.stdout, `${count === 0 ? "" : "\n"}], "next_page_token": ${terminalJson(nextPageToken)}}\n`);
    },
  };
}

function textPrinter(io: Io): PagePrinter {
  let isFirst = true;
  return {
    async page(clients) {
      const rows = clients.map((client) => [
        client.clientId ?? "", stateText(client), timeText(client.clientIdIssuedAt ?? 0), ownerText(client.owner), terminalText(client.metadata?.clientName ?? "-"),
      ]);
      if (isFirst) rows.unshift(["CLIENT_ID", "STATE", "REGISTERED", "OWNER", "NAME"]);
      isFirst = false;
      const widths = [26, 9, 20, 36, 0];
      await printLines(io, rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()));
    },
    async end(nextPageToken) {
      if (nextPageToken !== "") await note(io, `there are more: add --all, or --page-token ${nextPageToken}`);
    },
  };
}
