import { clone, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";

/** A copy of the answer without what its schema marks `debug_redact`, and the names of what was taken out. */
export function withoutSecrets<Desc extends DescMessage>(schema: Desc, answer: MessageShape<Desc>): { answer: MessageShape<Desc>; removed: string[] } {
  const copy = clone(schema, answer);
  const removed: string[] = [];
  clearSecrets(reflect(schema, copy), removed);
  return { answer: copy, removed };
}

function clearSecrets(message: ReflectMessage, removed: string[]): void {
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    if (field.proto.options?.debugRedact === true) {
      removed.push(field.jsonName);
      message.clear(field);
    } else if (field.fieldKind === "message") {
      const inner: unknown = message.get(field);
      if (isReflectMessage(inner)) clearSecrets(inner, removed);
    } else if (field.fieldKind === "list" && field.listKind === "message") {
      for (const inner of message.get(field)) if (isReflectMessage(inner)) clearSecrets(inner, removed);
    }
  }
}

/** A Struct is a plain object here, and holds what a client says of itself: no secrets. */
function isReflectMessage(value: unknown): value is ReflectMessage {
  return typeof value === "object" && value !== null && "desc" in value && "fields" in value;
}
