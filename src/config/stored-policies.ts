import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CustomAttribute } from "../domain/validate.js";
import type { Report } from "./configuration-error.js";
import type { VersionedPolicy } from "./loaded-configuration.js";
import type { Path } from "./path.js";
import { readPolicyDocument } from "./policy-document.js";

/** Adds the policies that were put by RPC: those of the file go before them. A file that is not a policy is a mistake of the realm. */
export function addStoredPolicies(
  policies: ReadonlyMap<string, VersionedPolicy>,
  folder: string,
  attributes: readonly CustomAttribute[],
  path: Path,
  report: Report,
): ReadonlyMap<string, VersionedPolicy> {
  const declared = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const all = new Map(policies);
  for (const file of storedFiles(folder)) {
    const read = readPolicyDocument(readFileSync(join(folder, file), "utf8"), declared);
    const name = file.replace(/\.yaml$/, "");
    if (read.policy === undefined) {
      for (const { line, column, path: at, message } of read.mistakes) report(path, `has a stored policy with a mistake: ${join(folder, file)}:${line}:${column}: ${at} ${message}`);
    } else if (read.policy.name !== name) report(path, `has a stored policy with a mistake: ${join(folder, file)}: its name is ${read.policy.name}`);
    else if (!all.has(name)) all.set(name, { policy: read.policy, version: read.version, stored: true });
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
