import { create } from "@bufbuild/protobuf";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import type { CustomAttribute } from "../domain/validate.js";
import type { VersionedPolicy } from "./loaded-configuration.js";
import { readPolicyDocument } from "./policy-document.js";

/**
 * Adds the policies that were put by RPC: those of the file go before them. One with a mistake, as after an attribute that it names was taken out of the
 * configuration, is there with what is wrong: it was right when it was put, and must not keep the service from starting; nothing is admitted by it.
 */
export function addStoredPolicies(
  policies: ReadonlyMap<string, VersionedPolicy>,
  folder: string,
  attributes: readonly CustomAttribute[],
): ReadonlyMap<string, VersionedPolicy> {
  const declared = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const all = new Map(policies);
  for (const file of storedFiles(folder)) {
    const read = readPolicyDocument(readFileSync(join(folder, file), "utf8"), declared);
    const name = file.replace(/\.yaml$/, "");
    if (all.has(name)) continue;
    const mistakes = read.policy === undefined
      ? read.mistakes.map(({ line, column, path, message }) => `${file}:${line}:${column}: ${path} ${message}`)
      : read.policy.name === name ? [] : [`${file}: its name is ${read.policy.name}`];
    if (read.policy !== undefined && mistakes.length === 0) {
      all.set(name, { policy: read.policy, version: read.version, stored: true });
      continue;
    }
    // Its clients are still managed: what it demands of whoever does that holds on.
    const { certificateRequired } = read.policy ?? read;
    all.set(name, { policy: create(PolicySchema, { name, certificateRequired }), version: "", stored: true, mistake: mistakes.join("; ") });
  }
  return all;
}

function storedFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(".yaml")).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
