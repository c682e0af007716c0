// matricula software ...: what is admitted no more.

import { toJson } from "@bufbuild/protobuf";
import {
  BlockSoftwareResponseSchema, SoftwareBlockKind, SoftwareBlockSchema, SoftwareBlockService, type BlockSoftwareResponse, type SoftwareBlock,
} from "../../gen/ts/matricula/v1/software_block_service_pb.js";
import { timeText } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { note, printLines, UsageError } from "./io.js";
import { pagePrinter, printPages, type RowForm } from "./pages.js";
import { terminalJson, terminalText } from "./terminal-text.js";
import { parseCount } from "./values.js";

const kinds: ReadonlyMap<string, SoftwareBlockKind> = new Map([
  ["issuer", SoftwareBlockKind.ISSUER], ["software-id", SoftwareBlockKind.SOFTWARE_ID], ["statement", SoftwareBlockKind.STATEMENT],
]);
const kindText = (kind: SoftwareBlockKind) => [...kinds].find(([, one]) => one === kind)?.[0] ?? "unknown";

function keyOf({ operands: [word = "", value = ""], options }: Invocation): { kind: SoftwareBlockKind; value: string; issuer: string } {
  const kind = kinds.get(word);
  if (kind === undefined) throw new UsageError(`KIND is one of ${[...kinds.keys()].join(", ")}`);
  return { kind, value, issuer: options.issuer ?? "" };
}

/** matricula software block KIND VALUE: calls again for as long as the service has clients left to suspend. */
export async function blockSoftware(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const key = keyOf(invocation);
  const suspendClients = options.suspend === true;
  const answer = await withService(invocation, SoftwareBlockService, async ({ client, call, realm }) => {
    let clientsSuspended = 0;
    for (;;) {
      const part: BlockSoftwareResponse = await client.blockSoftware({ realm, ...key, reason: options.reason ?? "", suspendClients }, call);
      clientsSuspended += part.clientsSuspended;
      if (!part.more) return { ...part, clientsSuspended };
      await note(io, `${clientsSuspended} clients suspended so far`);
    }
  });
  const suspended = answer.clientsSuspended === 1 ? "1 client" : `${answer.clientsSuspended} clients`;
  const sentence = `Blocked ${kindText(key.kind)} ${terminalText(key.value)}${suspendClients ? ` and suspended ${suspended}` : ""}.`;
  await printLines(io, [options.json === true ? terminalJson(toJson(BlockSoftwareResponseSchema, answer), 2) : sentence]);
  return 0;
}

/** matricula software unblock KIND VALUE */
export async function unblockSoftware(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const key = keyOf(invocation);
  await withService(invocation, SoftwareBlockService, ({ client, call, realm }) => client.unblockSoftware({ realm, ...key, reason: options.reason ?? "" }, call));
  await printLines(io, [options.json === true ? "{}" : `Unblocked ${kindText(key.kind)} ${terminalText(key.value)}; its clients stay as they are.`]);
  return 0;
}

const largestPage = 500;

/** matricula software list */
export async function listSoftwareBlocks(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const isAll = options.all === true;
  const pageSize = options["page-size"] === undefined ? (isAll ? largestPage : 0) : parseCount("--page-size", options["page-size"], 1, largestPage);
  await withService(invocation, SoftwareBlockService, ({ client, call, realm }) =>
    printPages(pagePrinter(io, form, options.json === true), { pageToken: options["page-token"], isAll }, async (pageToken) => {
      const page = await client.listSoftwareBlocks({ realm, pageSize, pageToken }, call);
      return { rows: page.blocks, nextPageToken: page.nextPageToken };
    }),
  );
  return 0;
}

const form: RowForm<SoftwareBlock> = {
  member: "blocks",
  json: (block) => toJson(SoftwareBlockSchema, block),
  columns: [
    { name: "KIND", width: 11, text: ({ kind }) => kindText(kind) },
    { name: "SINCE", width: 20, text: ({ createdAt }) => timeText(createdAt) },
    { name: "BY", width: 30, text: ({ createdBy }) => terminalText(createdBy?.id ?? "-") },
    { name: "VALUE", width: 40, text: ({ value, issuer }) => terminalText(issuer === "" ? value : `${value} of ${issuer}`) },
    { name: "REASON", width: 0, text: ({ reason }) => terminalText(reason || "-") },
  ],
};
