// grpc.reflection.v1 and v1alpha over the descriptors that the generated code carries: grpcurl and buf curl need no files.

import { toBinary, type DescEnum, type DescExtension, type DescFile, type DescMessage, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ServerReflectionRequest } from "../../gen/ts/grpc/reflection/v1/reflection_pb.js";

/** The descriptors of the services served, by every name that a client may ask for. */
export interface DescriptorIndex {
  readonly services: readonly string[];
  readonly files: ReadonlyMap<string, DescFile>;
  readonly symbols: ReadonlyMap<string, DescFile>;
  /** By extended type, then by field number. */
  readonly extensions: ReadonlyMap<string, ReadonlyMap<number, DescFile>>;
}

export function indexDescriptors(services: readonly DescService[]): DescriptorIndex {
  const files = new Map<string, DescFile>();
  const symbols = new Map<string, DescFile>();
  const extensions = new Map<string, Map<number, DescFile>>();

  const addExtension = (file: DescFile, extension: DescExtension) => {
    symbols.set(extension.typeName, file);
    const byNumber = extensions.get(extension.extendee.typeName) ?? new Map<number, DescFile>();
    extensions.set(extension.extendee.typeName, byNumber.set(extension.number, file));
  };
  const addEnum = (file: DescFile, desc: DescEnum) => {
    symbols.set(desc.typeName, file);
    // A value's name is the sibling of its enum's (protobuf language specification).
    const scope = desc.typeName.slice(0, desc.typeName.lastIndexOf(".") + 1);
    for (const value of desc.values) symbols.set(scope + value.name, file);
  };
  const addMessage = (file: DescFile, desc: DescMessage) => {
    symbols.set(desc.typeName, file);
    for (const member of [...desc.fields, ...desc.oneofs]) symbols.set(`${desc.typeName}.${member.name}`, file);
    for (const nested of desc.nestedEnums) addEnum(file, nested);
    for (const nested of desc.nestedExtensions) addExtension(file, nested);
    for (const nested of desc.nestedMessages) addMessage(file, nested);
  };
  const addFile = (file: DescFile) => {
    if (files.has(file.proto.name)) return;
    files.set(file.proto.name, file);
    for (const desc of file.messages) addMessage(file, desc);
    for (const desc of file.enums) addEnum(file, desc);
    for (const desc of file.extensions) addExtension(file, desc);
    for (const desc of file.services) {
      symbols.set(desc.typeName, file);
      for (const method of desc.methods) symbols.set(`${desc.typeName}.${method.name}`, file);
    }
    file.dependencies.forEach(addFile);
  };
  for (const service of services) addFile(service.file);
  return { services: services.map((service) => service.typeName), files, symbols, extensions };
}

/** What a request of either version asks. */
type Question = ServerReflectionRequest["messageRequest"];

/** The answers of one stream of at most `limit` requests. Both versions have the same messages. */
export function createReflection(index: DescriptorIndex, limit: number) {
  return async function* serverReflectionInfo(requests: AsyncIterable<{ readonly host: string; readonly messageRequest: unknown }>) {
    const sent = new Set<DescFile>();
    let asked = 0;
    for await (const request of requests) {
      if (++asked > limit) throw new ConnectError("too many requests on one stream; open another", Code.ResourceExhausted);
      yield { validHost: request.host, originalRequest: request as never, messageResponse: answer(index, request.messageRequest as Question, sent) as never };
    }
  };
}

function answer(index: DescriptorIndex, question: Question, sent: Set<DescFile>) {
  switch (question.case) {
    case "fileByFilename":
      return fileAnswer(index.files.get(question.value), sent);
    case "fileContainingSymbol":
      return fileAnswer(index.symbols.get(question.value.replace(/^\./, "")), sent);
    case "fileContainingExtension":
      return fileAnswer(index.extensions.get(question.value.containingType)?.get(question.value.extensionNumber), sent);
    case "allExtensionNumbersOfType": {
      if (!index.symbols.has(question.value)) return notFound;
      const extensionNumber = [...(index.extensions.get(question.value)?.keys() ?? [])];
      return { case: "allExtensionNumbersResponse" as const, value: { baseTypeName: question.value, extensionNumber } };
    }
    case "listServices":
      return { case: "listServicesResponse" as const, value: { service: index.services.map((name) => ({ name })) } };
    case undefined:
      return { case: "errorResponse" as const, value: { errorCode: Code.InvalidArgument, errorMessage: "the request asks nothing" } };
  }
}

const notFound = { case: "errorResponse" as const, value: { errorCode: Code.NotFound, errorMessage: "not found" } };

const encoded = new WeakMap<DescFile, Uint8Array>();

/** The file and what it imports, directly or not, less what this stream has had; the file itself is always there. */
function fileAnswer(file: DescFile | undefined, sent: Set<DescFile>) {
  if (file === undefined) return notFound;
  sent.delete(file);
  const files: DescFile[] = [];
  const collect = (next: DescFile) => {
    if (sent.has(next)) return;
    sent.add(next);
    files.push(next);
    next.dependencies.forEach(collect);
  };
  collect(file);
  const fileDescriptorProto = files.map((each) => {
    const bytes = encoded.get(each) ?? toBinary(FileDescriptorProtoSchema, each.proto);
    encoded.set(each, bytes);
    return bytes;
  });
  return { case: "fileDescriptorResponse" as const, value: { fileDescriptorProto } };
}
