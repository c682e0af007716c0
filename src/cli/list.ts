import { toJson } from "@bufbuild/protobuf";
import { ClientDirectoryService, ClientOrder } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientSchema, type Client } from "../../gen/ts/matricula/v1/client_pb.js";
import { filterOf } from "./client-filter.js";
import { ownerText, stateText, timeText } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { note } from "./io.js";
import { pagePrinter, printPages, type RowForm } from "./pages.js";
import { terminalText } from "./terminal-text.js";
import { parseCount } from "./values.js";

/** Clients on a page when all of them are asked for. */
const largestPage = 500;

/** matricula list */
export async function list(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const filter = filterOf(options);
  const order = options.newest === true ? ClientOrder.ISSUED_DESCENDING : ClientOrder.ISSUED;
  const isAll = options.all === true;
  const pageSize = options["page-size"] === undefined ? (isAll ? largestPage : 0) : parseCount("--page-size", options["page-size"], 1, largestPage);
  const printer = pagePrinter(io, form, options.json === true);
  await withService(invocation, ClientDirectoryService, ({ client, call, realm }) =>
    printPages(printer, { pageToken: options["page-token"], isAll }, async (pageToken) => {
      const page = await client.listClients({ realm, pageSize, pageToken, filter, order }, call);
      if (page.leftOut > 0) await note(io, `left out, as their stored record is damaged: ${page.leftOut} of this page; the service's log names them`);
      return { rows: page.clients, nextPageToken: page.nextPageToken };
    }),
  );
  return 0;
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
