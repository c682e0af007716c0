import { toJson } from "@bufbuild/protobuf";
import { InitialAccessTokenSchema, InitialAccessTokenService, type InitialAccessToken } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { timeText } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { pagePrinter, printPages, type RowForm } from "./pages.js";
import { terminalText } from "./terminal-text.js";
import { tokenState } from "./token-text.js";
import { parseCount } from "./values.js";

const largestPage = 500;

/** matricula token list */
export async function listTokens(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const isAll = options.all === true;
  const pageSize = options["page-size"] === undefined ? (isAll ? largestPage : 0) : parseCount("--page-size", options["page-size"], 1, largestPage);
  const printer = pagePrinter(io, form, options.json === true);
  await withService(invocation, InitialAccessTokenService, ({ client, call, realm }) =>
    printPages(printer, { pageToken: options["page-token"], isAll }, async (pageToken) => {
      const page = await client.listInitialAccessTokens({ realm, pageSize, pageToken, usable: options.usable === true }, call);
      return { rows: page.initialAccessTokens, nextPageToken: page.nextPageToken };
    }),
  );
  return 0;
}

const form: RowForm<InitialAccessToken> = {
  member: "initial_access_tokens",
  json: (token) => toJson(InitialAccessTokenSchema, token),
  columns: [
    { name: "ID", width: 26, text: ({ id }) => terminalText(id) },
    { name: "STATE", width: 7, text: (token) => tokenState(token, Math.floor(Date.now() / 1000)) },
    { name: "EXPIRES", width: 20, text: ({ expiresAt }) => timeText(expiresAt) },
    { name: "USES LEFT", width: 10, text: ({ usesLeft }) => String(usesLeft ?? "any number") },
    { name: "CLIENTS", width: 7, text: ({ clients }) => String(clients) },
    { name: "OWNER", width: 20, text: ({ owner }) => terminalText(owner || "-") },
    { name: "NAME", width: 0, text: ({ name }) => terminalText(name || "-") },
  ],
};
