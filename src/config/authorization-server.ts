import { AuthorizationServerSchema, type AuthorizationServer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { metadataFields, type FieldRow } from "../domain/fields.js";
import { isContentEncryptionAlgorithm, isKeyManagementAlgorithm, isSignatureAlgorithm } from "../domain/algorithms.js";
import { checkHttpsUrl } from "./base-url.js";
import type { Report } from "./configuration-error.js";
import type { Path } from "./path.js";

/** Reports what in the description of an authorization server no client could be told, or be registered with. */
export function checkAuthorizationServer(server: AuthorizationServer, path: Path, report: Report): void {
  for (const field of AuthorizationServerSchema.fields) {
    const at = [...path, field.jsonName];
    const value = server[field.localName as keyof AuthorizationServer] as unknown;
    // Every text of this message is a URL, alone or in the map; the lists are names.
    if (typeof value === "string" && value !== "") checkUrl(value, at, report);
    else if (field.fieldKind === "map") for (const [name, url] of Object.entries(value as Record<string, string>)) checkUrl(url, [...at, name], report);
    else if (Array.isArray(value)) checkNames(field.name, value as readonly string[], at, report);
  }
}

function checkUrl(url: string, path: Path, report: Report): void {
  const problem = checkHttpsUrl(url);
  if (problem !== undefined) report(path, problem);
}

const known: Readonly<Partial<Record<NonNullable<FieldRow["syntax"]>, (name: string) => boolean>>> = {
  jws_alg: isSignatureAlgorithm,
  jwe_alg: isKeyManagementAlgorithm,
  jwe_enc: isContentEncryptionAlgorithm,
};

/** A name that no client could be registered with would be advertised in vain. */
function checkNames(name: string, values: readonly string[], path: Path, report: Report): void {
  const field = metadataFields.find((row) => row.supported === name);
  const holds = field?.syntax === undefined ? undefined : known[field.syntax];
  values.forEach((value, i) => {
    if (value === "") report([...path, i], "is empty");
    else if (holds?.(value) === false) report([...path, i], "is no algorithm that this service knows for it");
    else if (field !== undefined && field.allowed.length > 0 && !field.allowed.includes(value)) report([...path, i], `is no value of ${field.name}: ${field.allowed.join(", ")}`);
  });
}
