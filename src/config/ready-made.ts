// The policies that every realm has: data files beside the program, read as strictly as a configuration.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicySchema, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import { ConfigurationError, type Mistake } from "./configuration-error.js";
import { readYaml } from "./yaml-tree.js";

const folder = join(import.meta.dirname, "../../policies");

// First what is the policy of a way in where none is named; the rest in the order of their names.
const first = ["rfc7591.yaml", "services.yaml"];

let read: ReadonlyMap<string, Policy> | undefined;

/** The ready-made policies by name. Read once: they come with the program. Throws a ConfigurationError for a file that is not a policy. */
export function readyMadePolicies(): ReadonlyMap<string, Policy> {
  if (read === undefined) {
    const files = readdirSync(folder).filter((file) => file.endsWith(".yaml")).sort();
    read = new Map([...first, ...files.filter((file) => !first.includes(file))].map((file) => readFile(join(folder, file))));
  }
  return read;
}

function readFile(file: string): [name: string, policy: Policy] {
  const { message, mistakes } = readYaml(readFileSync(file, "utf8"), PolicySchema);
  const found: Mistake[] = [...mistakes];
  if (message === undefined || found.length > 0) throw new ConfigurationError(file, found);
  return [message.name, message];
}
