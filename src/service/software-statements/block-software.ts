import { create } from "@bufbuild/protobuf";
import {
  BlockSoftwareResponseSchema, ListSoftwareBlocksResponseSchema, SoftwareBlockKind, UnblockSoftwareResponseSchema, type BlockSoftwareRequest,
  type BlockSoftwareResponse, type ListSoftwareBlocksRequest, type ListSoftwareBlocksResponse, type SoftwareBlock, type UnblockSoftwareRequest,
  type UnblockSoftwareResponse,
} from "../../../gen/ts/matricula/v1/software_block_service_pb.js";
import { ClientMetadataSchema } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { allClients } from "../../domain/client-conditions.js";
import { RegistryError } from "../../domain/errors.js";
import type { ClientConditions, ClientRecord, SoftwareBlockKey, SoftwareBlockKind as KindName, SoftwareBlockRecord } from "../../domain/ports.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { changeRecord } from "../change-record.js";
import { metadataOf } from "../client-record.js";
import { principalView } from "../client-view.js";
import { openPageToken, sealPageToken } from "../page-token.js";
import type { Registry } from "../registry.js";
import { moveMatching } from "../move-clients.js";
import { blockKeysOf, isStatementDigest, readStatementName, statementName } from "./blocks.js";
import { keptStatement } from "./statement-of.js";

const kinds = {
  issuer: SoftwareBlockKind.ISSUER, software_id: SoftwareBlockKind.SOFTWARE_ID, statement: SoftwareBlockKind.STATEMENT,
} as const satisfies Record<KindName, SoftwareBlockKind>;
const kindNames = new Map<SoftwareBlockKind, KindName>(Object.entries(kinds).map(([name, kind]) => [kind, name as KindName]));

const defaultPageSize = 50;
const largestPage = 500;

// It reaches terminals and logs.
const printable = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u;

const invalid = (sentence: string) => new RegistryError("invalid_request", sentence);

/** Blocks software, and suspends what it has admitted where that is asked. Throws RegistryError. */
export async function blockSoftware(registry: Registry, call: Call, request: BlockSoftwareRequest): Promise<BlockSoftwareResponse> {
  demandRole(call.caller, call.method);
  const key = keyOf(call, request);
  if (!printable.test(request.reason) || request.reason.length > 1024) throw invalid("reason must be printable, and of 1024 characters at most");
  const { softwareBlocks } = registry.store;
  if (softwareBlocks.find(key) === undefined) {
    const block: SoftwareBlockRecord = { ...key, reason: request.reason, createdAt: call.now, createdBy: call.caller.principal };
    // Who was first has blocked it as well.
    await registry.store.commit([
      { kind: "insert_software_block", block },
      { kind: "append_change", change: changeRecord(call, "software_blocked", subjectOf(key), 1, [], undefined, request.reason) },
    ]);
  }
  // From here on nobody comes in by it: a registration with a statement demands so in its own commit.
  const block = softwareBlocks.find(key);
  const { clients, more } = request.suspendClients ? await suspendAdmitted(registry, call, key, request.reason) : { clients: 0, more: false };
  return create(BlockSoftwareResponseSchema, { ...(block === undefined ? {} : { block: blockView(block) }), clientsSuspended: clients, more });
}

/** Ends a block. Throws not_found. */
export async function unblockSoftware(registry: Registry, call: Call, request: UnblockSoftwareRequest): Promise<UnblockSoftwareResponse> {
  demandRole(call.caller, call.method);
  const key = keyOf(call, request);
  if (!printable.test(request.reason) || request.reason.length > 1024) throw invalid("reason must be printable, and of 1024 characters at most");
  const result = await registry.store.commit([
    { kind: "delete_software_block", block: key },
    { kind: "append_change", change: changeRecord(call, "software_unblocked", subjectOf(key), 2, [], undefined, request.reason) },
  ]);
  if (!result.committed) throw new RegistryError("not_found", "this software is not blocked");
  return create(UnblockSoftwareResponseSchema);
}

/** A page of what is blocked. Throws invalid_request for a page token that is not of this list. */
export function listSoftwareBlocks(registry: Registry, call: Call, request: ListSoftwareBlocksRequest): ListSoftwareBlocksResponse {
  demandRole(call.caller, call.method);
  const size = Math.min(request.pageSize || defaultPageSize, largestPage);
  const realm = call.realm.name;
  const bound = JSON.stringify(["software_block", realm, call.caller.principal.id]);
  const after = request.pageToken === "" ? undefined : (JSON.parse(openPageToken(registry.keys, bound, request.pageToken)) as Pick<SoftwareBlockKey, "kind" | "value">);
  const rows = registry.store.softwareBlocks.after(realm, after, size + 1);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return create(ListSoftwareBlocksResponseSchema, {
    blocks: page.map(blockView),
    nextPageToken: rows.length > size && last !== undefined ? sealPageToken(registry.keys, bound, JSON.stringify({ kind: last.kind, value: last.value })) : "",
  });
}

function keyOf(call: Call, { kind, value, issuer }: Pick<BlockSoftwareRequest, "kind" | "value" | "issuer">): SoftwareBlockKey {
  const name = kindNames.get(kind);
  if (name === undefined) throw invalid("kind must say what the software is known by: an issuer, a software_id or a statement");
  for (const [member, text] of Object.entries({ value, issuer })) {
    if (text.length > 2000 || !text.isWellFormed() || !printable.test(text)) throw invalid(`${member} must have 2000 printable characters at most`);
  }
  if (value === "") throw invalid("value must name the software");
  const byJti = name === "statement" && !isStatementDigest(value);
  if (byJti !== (issuer !== "")) throw invalid(byJti ? "a jti is its issuer's to give: name the issuer of the statement too" : "issuer goes with the jti of a statement alone");
  if (byJti) return { realm: call.realm.name, kind: name, value: statementName(issuer, value) };
  return { realm: call.realm.name, kind: name, value: name === "statement" ? value.toLowerCase() : value };
}

const subjectOf = ({ kind, value }: SoftwareBlockKey) => `${kind}:${value}`;

function blockView({ realm, kind, value, reason, createdAt, createdBy }: SoftwareBlockRecord): SoftwareBlock {
  const named = kind === "statement" ? readStatementName(value) : undefined;
  return {
    $typeName: "matricula.v1.SoftwareBlock", realm, kind: kinds[kind], value: named?.jti ?? value, issuer: named?.issuer ?? "", reason, createdAt,
    createdBy: principalView(createdBy),
  };
}

const { softwareStatement } = ClientMetadataSchema.field;

/** Suspends the clients that blocked software has. Those of one statement are told by their records: no store knows a statement's digest. */
function suspendAdmitted(registry: Registry, call: Call, key: SoftwareBlockKey, reason: string): Promise<{ readonly clients: number; readonly more: boolean }> {
  const { realm, kind, value } = key;
  const conditions: Record<KindName, Partial<ClientConditions>> = {
    issuer: { softwareStatementIssuer: value },
    software_id: { softwareId: value },
    statement: { record: [{ fields: [softwareStatement.number], maps: [], test: "holds", text: "." }] },
  };
  const isOf = kind !== "statement" ? undefined : (client: ClientRecord) => {
    const text = metadataOf(client).softwareStatement;
    return text !== undefined && blockKeysOf(realm, keptStatement(call.realm, text)).some((own) => own.kind === kind && own.value === value);
  };
  return moveMatching(registry, call, { ...allClients, realm, ...conditions[kind] }, { from: "active", to: "suspended", reason, isOf });
}
