import type { Report } from "./configuration-error.js";
import { nearestName } from "../domain/nearest-name.js";
import type { Path } from "./path.js";

/** RFC 7518 section 3.1 and RFC 9864: signatures that whoever can check cannot make. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
const standardAlgorithms = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];

/** The algorithms that are taken of a signer; `standard` where none is written. */
export function readAlgorithms(written: readonly string[], path: Path, report: Report, standard: readonly string[] = standardAlgorithms): readonly string[] {
  written.forEach((name, i) => {
    if (algorithms.includes(name)) return;
    const near = nearestName(name, algorithms);
    report([...path, i], near === undefined ? `must be one of ${algorithms.join(", ")}` : `is not an asymmetric signing algorithm that is known here; did you mean ${near}?`);
  });
  const taken = new Set(written.length === 0 ? standard : written);
  // Two names of one algorithm (RFC 9864 section 2.2), as no other curve of EdDSA is taken.
  if (taken.has("EdDSA") || taken.has("Ed25519")) taken.add("EdDSA").add("Ed25519");
  return [...taken];
}
