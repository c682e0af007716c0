import { PolicySchema, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import { checkPolicy, policyName } from "../domain/policy-mistakes.js";
import { policyVersion } from "../domain/policy-version.js";
import type { CustomAttribute } from "../domain/validate.js";
import type { Mistake } from "./configuration-error.js";
import { formatPath } from "./path.js";
import { readYaml } from "./yaml-tree.js";

/** A policy with its version, or every mistake of its document. */
export type PolicyDocument =
  | { readonly policy: Policy; readonly version: string }
  | {
    readonly policy: undefined;
    readonly mistakes: readonly Mistake[];
    /** Whether it needs certificates, or may: what stands beside that key cannot be read, or is not the whole of it. */
    readonly certificateRequired: boolean;
  };

/** Reads a policy that stands alone in a YAML document, as strictly as in a configuration. It may have a ready-made one's name: it is not put in force. */
export function readPolicyDocument(text: string, attributes: ReadonlyMap<string, CustomAttribute>): PolicyDocument {
  const tree = readYaml(text, PolicySchema);
  const mistakes: Mistake[] = [...tree.mistakes];
  const report = (path: readonly (string | number)[], message: string) => {
    if (!tree.isBroken(path)) mistakes.push({ ...tree.placeOf(path), path: formatPath(path), message });
  };
  if (tree.message !== undefined) {
    if (!policyName.test(tree.message.name)) report(["name"], "must be there: lower-case letters, digits, dots, hyphens and underscores");
    checkPolicy(tree.message, attributes, [], report);
    if (mistakes.length === 0) return { policy: tree.message, version: policyVersion(tree.message) };
  }
  const outline = tree.isBroken([]) ? undefined : tree.message;
  return {
    policy: undefined,
    mistakes: mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column),
    certificateRequired: outline === undefined || outline.name === "" || outline.certificateRequired,
  };
}
