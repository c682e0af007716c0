/**
 * The same clients over a channel of @grpc/grpc-js, for programs that have one: its credentials, name resolution, load balancing and
 * interceptors stay in use. The messages are the generated ones, so no second generator is needed.
 *
 * @module
 */

import { create, fromBinary, toBinary, type DescMessage, type DescMethod, type DescService, type MessageShape } from "@bufbuild/protobuf";
import { AnySchema, type Any } from "@bufbuild/protobuf/wkt";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Code, ConnectError, createClient, type Client, type Transport } from "@connectrpc/connect";
import { Metadata, type Client as Channel, type ServiceError as GrpcJsError } from "@grpc/grpc-js";
import { resilient, type ResilienceOptions } from "./resilient.js";

/** A typed client of a generated service, with the deadline, the retries and the errors of `connect`. The channel stays the caller's to close. */
export function createGrpcJsClient<S extends DescService>(service: S, channel: Channel, options?: ResilienceOptions): Client<S> {
  return createClient(service, resilient(grpcJsTransport(channel), options));
}

/** The bare transport: unary and server-streaming calls, errors as ConnectError. Its interceptors are the channel's. */
export function grpcJsTransport(channel: Channel): Transport {
  return {
    unary(method, signal, timeoutMs, header, input) {
      return new Promise((resolve, reject) => {
        const { path, write, read } = codec(method);
        const [head, trailer] = [new Headers(), new Headers()];
        const call = channel.makeUnaryRequest(path, write, read, create(method.input, input), toMetadata(header), callOptions(timeoutMs), (error, message) => {
          signal?.removeEventListener("abort", cancel);
          if (error !== null) reject(toConnectError(error));
          else resolve({ stream: false, service: method.parent, method, header: head, trailer, message: message! });
        });
        const cancel = () => call.cancel();
        call.on("metadata", (metadata) => copy(metadata, head));
        // Comes right after the callback, and so before anybody sees the answer.
        call.on("status", ({ metadata }) => copy(metadata, trailer));
        if (signal?.aborted) cancel();
        else signal?.addEventListener("abort", cancel);
      });
    },

    async stream(method, signal, timeoutMs, header, input) {
      if (method.methodKind !== "server_streaming") throw new ConnectError("only server streams are supported over grpc-js", Code.Unimplemented);
      const { path, write, read } = codec(method);
      const [head, trailer] = [new Headers(), new Headers()];
      let request: MessageShape<typeof method.input> | undefined;
      for await (const message of input) request ??= create(method.input, message);
      const call = channel.makeServerStreamRequest(path, write, read, request!, toMetadata(header), callOptions(timeoutMs));
      const cancel = () => call.cancel();
      // Its reader is told; an error that comes when nobody reads must not end the process.
      call.on("error", () => {});
      call.on("metadata", (metadata) => copy(metadata, head));
      call.on("status", ({ metadata }) => copy(metadata, trailer));
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel);
      async function* messages() {
        try {
          yield* call as AsyncIterable<MessageShape<typeof method.output>>;
        } catch (error) {
          throw toConnectError(error as GrpcJsError);
        } finally {
          signal?.removeEventListener("abort", cancel);
          // A reader that stopped early wants no more.
          call.cancel();
        }
      }
      return { stream: true, service: method.parent, method, header: head, trailer, message: messages() };
    },
  };
}

function codec<I extends DescMessage, O extends DescMessage>(method: DescMethod & { readonly input: I; readonly output: O }) {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    write: (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
    read: (bytes: Buffer) => fromBinary(method.output, bytes),
  };
}

function callOptions(timeoutMs: number | undefined) {
  return timeoutMs === undefined || timeoutMs <= 0 ? {} : { deadline: Date.now() + timeoutMs };
}

function toMetadata(header: ConstructorParameters<typeof Headers>[0]): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of new Headers(header)) metadata.set(key, key.endsWith("-bin") ? Buffer.from(value, "base64") : value);
  return metadata;
}

function copy(metadata: Metadata, headers: Headers): void {
  for (const [key, value] of Object.entries(metadata.getMap())) headers.set(key, typeof value === "string" ? value : value.toString("base64"));
}

function toConnectError(error: GrpcJsError): ConnectError {
  const status = error.metadata?.get("grpc-status-details-bin")[0];
  const { message, details } = status instanceof Uint8Array ? readStatus(status) : { message: "", details: [] };
  const headers = new Headers();
  if (error.metadata !== undefined) copy(error.metadata, headers);
  // grpc-js leaves %-escapes of reserved characters in its text; the status has it whole.
  const result = new ConnectError(message || error.details || error.message, error.code as number as Code, headers, undefined, error);
  result.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
  return result;
}

/** google.rpc.Status, which is not among the generated messages: 2 is the message, 3 are the details. */
function readStatus(bytes: Uint8Array): { message: string; details: Any[] } {
  const reader = new BinaryReader(bytes);
  const status = { message: "", details: [] as Any[] };
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 2) status.message = reader.string();
    else if (field === 3) status.details.push(fromBinary(AnySchema, reader.bytes()));
    else reader.skip(type, field);
  }
  return status;
}
