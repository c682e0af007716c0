import { toJson, type JsonValue } from "@bufbuild/protobuf";
import { createHash } from "node:crypto";
import { PolicySchema, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";

/** A policy's version: 12 hexadecimal characters that change with its content and not with how it is written. */
export function policyVersion(policy: Policy): string {
  const canonical = JSON.stringify(sortKeys(toJson(PolicySchema, policy)));
  return createHash("sha256").update(canonical).digest("hex").slice(0, 12);
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortKeys(value[key]!)]));
}
