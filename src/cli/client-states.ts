import { create, toJson } from "@bufbuild/protobuf";
import type { CallOptions, Client as RpcClient } from "@connectrpc/connect";
import { ClientAdminService, SuspendClientResponseSchema, SuspendClientsResponseSchema } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService, type ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState, type Client } from "../../gen/ts/matricula/v1/client_pb.js";
import { filterNames, filterOf } from "./client-filter.js";
import { clientLines } from "./client-text.js";
import type { Invocation } from "./command.js";
import { withService } from "./connection.js";
import { note, printLines, UsageError } from "./io.js";
import type { OptionName } from "./options.js";
import { terminalJson } from "./terminal-text.js";

/** Which clients are meant: what a list is filtered by, but for their state, which the command itself decides. */
export const meantNames: readonly OptionName[] = filterNames.filter((name) => name !== "state");

type Admin = RpcClient<typeof ClientAdminService>;
type One = { readonly realm: string; readonly clientId: string; readonly etag: string; readonly reason: string };
type Many = { readonly realm: string; readonly filter: ClientFilter; readonly reason: string };

/** One of the two moves that an operator makes; their answers have one form. */
interface Move {
  readonly verb: string;
  readonly done: string;
  /** The state of those that it is about. */
  readonly from: ClientState;
  readonly one: (admin: Admin, request: One, options: CallOptions) => Promise<{ readonly client?: Client | undefined }>;
  readonly many: (admin: Admin, request: Many, options: CallOptions) => Promise<{ readonly clients: number; readonly more: boolean }>;
}

/** matricula suspend CLIENT_ID, matricula suspend --software-id ... --yes */
export const suspend = (invocation: Invocation) =>
  move(invocation, {
    verb: "suspend", done: "Suspended", from: ClientState.ACTIVE,
    one: (admin, request, options) => admin.suspendClient(request, options),
    many: (admin, request, options) => admin.suspendClients(request, options),
  });

/** matricula resume CLIENT_ID, matricula resume --software-id ... --yes */
export const resume = (invocation: Invocation) =>
  move(invocation, {
    verb: "resume", done: "Resumed", from: ClientState.SUSPENDED,
    one: (admin, request, options) => admin.resumeClient(request, options),
    many: (admin, request, options) => admin.resumeClients(request, options),
  });

async function move(invocation: Invocation, row: Move): Promise<number> {
  const { options, operands: [clientId] } = invocation;
  const given = meantNames.filter((name) => options[name] !== undefined);
  if (clientId !== undefined) {
    if (given.length > 0) throw new UsageError(`${row.verb}: either CLIENT_ID or --${given[0]!}, not both`);
    return moveOne(invocation, row, clientId);
  }
  if (given.length === 0) throw new UsageError(`${row.verb} needs CLIENT_ID, or which clients by at least one of: ${meantNames.map((name) => `--${name}`).join(", ")}`);
  if (options.etag !== undefined) throw new UsageError(`${row.verb}: --etag goes with CLIENT_ID`);
  const filter = filterOf(options);
  if (options.yes !== true) throw new UsageError(await question(invocation, row, filter));
  return moveMany(invocation, row, filter);
}

async function moveOne(invocation: Invocation, { done, one }: Move, clientId: string): Promise<number> {
  const { io, options } = invocation;
  const { client } = await withService(invocation, ClientAdminService, ({ client: admin, call, realm }) =>
    one(admin, { realm, clientId, etag: options.etag ?? "", reason: options.reason ?? "" }, call),
  );
  const json = () => toJson(SuspendClientResponseSchema, create(SuspendClientResponseSchema, client === undefined ? {} : { client }));
  await printLines(io, options.json === true ? [terminalJson(json(), 2)] : [`${done}.`, "", ...clientLines(client, undefined)]);
  return 0;
}

/** Calls again for as long as the service has clients left. */
async function moveMany(invocation: Invocation, { done, many }: Move, filter: ClientFilter): Promise<number> {
  const { io, options } = invocation;
  const clients = await withService(invocation, ClientAdminService, async ({ client: admin, call, realm }) => {
    let sum = 0;
    for (;;) {
      const part = await many(admin, { realm, filter, reason: options.reason ?? "" }, call);
      sum += part.clients;
      if (!part.more) return sum;
      await note(io, `${counted(sum)} so far`);
    }
  });
  const json = () => toJson(SuspendClientsResponseSchema, create(SuspendClientsResponseSchema, { clients }), { alwaysEmitImplicit: true });
  await printLines(io, [options.json === true ? terminalJson(json(), 2) : `${done} ${counted(clients)}.`]);
  return 0;
}

/** What is said instead of doing it to many. */
async function question(invocation: Invocation, { verb, from }: Move, filter: ClientFilter): Promise<string> {
  const asked = { ...filter, states: [from] };
  const { clients } = await withService(invocation, ClientDirectoryService, ({ client, call, realm }) => client.countClients({ realm, filter: asked }, call));
  return `this would ${verb} ${counted(clients)}; nothing was done\nadd --yes to do it`;
}

const counted = (clients: number) => (clients === 1 ? "1 client" : `${clients} clients`);
