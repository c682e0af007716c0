// WatchClients as a copy wants it: the clients as the bytes that came. Reading each into a message and writing it again, to keep it, would
// cost ten times as much as all the rest.

import { clone, createFileRegistry, type DescService, type MessageInitShape } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { createClient, type CallOptions, type Client, type Transport } from "@connectrpc/connect";
import { ClientSchema } from "../../matricula/v1/client_pb.js";
import {
  ClientDirectoryService, file_matricula_v1_client_directory_service, WatchClientsResponseSchema, WatchedClientSchema, WatchedClientsSchema, type WatchClientsRequestSchema, type WatchClientsResponse,
} from "../../matricula/v1/client_directory_service_pb.js";

/** What a watch says, with each client as a WatchedClient message in binary form. */
export interface KeptAnswer {
  readonly resumeToken: string;
  readonly event:
    | { readonly case: "client"; readonly value: Uint8Array }
    | { readonly case: "clients"; readonly value: { readonly clients: readonly Uint8Array[] } }
    | Exclude<WatchClientsResponse["event"], { case: "client" | "clients" }>;
}

/** The service as its file has it, with bytes where clients are: on the wire the two are the same. */
function keepingService(): DescService {
  const proto = clone(FileDescriptorProtoSchema, file_matricula_v1_client_directory_service.proto);
  for (const { name, field } of proto.messageType) {
    if (name !== WatchClientsResponseSchema.name && name !== WatchedClientsSchema.name) continue;
    for (const one of field) {
      if (one.typeName !== `.${WatchedClientSchema.typeName}`) continue;
      one.type = FieldDescriptorProto_Type.BYTES;
      one.typeName = "";
    }
  }
  const { dependencies } = file_matricula_v1_client_directory_service;
  const registry = createFileRegistry(proto, (name) => dependencies.find((file) => file.proto.name === name));
  return registry.getService(ClientDirectoryService.typeName)!;
}

const service = keepingService();

/** A client of WatchClients alone. The transport must carry messages in binary form, as it does unless it is told otherwise. */
export function createKeepingWatch(transport: Transport): (request: MessageInitShape<typeof WatchClientsRequestSchema>, options: CallOptions) => AsyncIterable<KeptAnswer> {
  const { watchClients } = createClient(service, transport) as unknown as Client<typeof ClientDirectoryService>;
  return (request, options) => watchClients(request, options) as AsyncIterable<unknown> as AsyncIterable<KeptAnswer>;
}

/** The id in a WatchedClient message in binary form; "" when it has none. */
export function clientIdOf(record: Uint8Array): string {
  const client = fieldOf(record, WatchedClientSchema.field.client.number);
  const clientId = client && fieldOf(client, ClientSchema.field.clientId.number);
  return clientId === undefined ? "" : decoder.decode(clientId);
}

/** The client_lifetime in a WatchedClient message in binary form. */
export function lifetimeOf(record: Uint8Array): number {
  const reader = new BinaryReader(record);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === WatchedClientSchema.field.clientLifetime.number) return reader.uint32();
    reader.skip(wireType, field);
  }
  return 0;
}

const decoder = new TextDecoder();

/** The bytes of the first field with this number. */
function fieldOf(message: Uint8Array, number: number): Uint8Array | undefined {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === number && wireType === WireType.LengthDelimited) return reader.bytes();
    reader.skip(wireType, field);
  }
  return undefined;
}
