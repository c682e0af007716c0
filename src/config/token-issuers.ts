import { resolve } from "node:path";
import type { ClaimCondition, Introspection, TokenIssuer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { isScope } from "../domain/scope.js";
import { checkHttpsUrl } from "./base-url.js";
import type { Report } from "./configuration-error.js";
import type { IntrospectionConfiguration, TokenIssuerConfiguration } from "./loaded-configuration.js";
import type { Path } from "./path.js";
import { readAlgorithms } from "./signing-algorithms.js";

/** The issuers whose access tokens a realm takes. */
export function readTokenIssuers(rows: readonly TokenIssuer[], folder: string, path: Path, report: Report): readonly TokenIssuerConfiguration[] {
  const known = new Set<string>();
  return rows.map((row, i) => {
    const at = [...path, i];
    const file = (name: string) => resolve(folder, name);
    const url = (key: string, value: string) => {
      const problem = value === "" ? undefined : checkHttpsUrl(value);
      if (problem !== undefined) report([...at, key], problem);
    };
    if (row.issuer === "") report(at, "needs an issuer: what its tokens say in iss");
    else if (known.has(row.issuer)) report([...at, "issuer"], "has a row already");
    known.add(row.issuer);
    url("issuer", row.issuer);
    url("jwks_uri", row.jwksUri);
    if (row.audiences.length === 0) report(at, "needs audiences: a token for somebody else opens nothing here");
    if (row.jwksUri !== "" && row.jwksFile !== "") report(at, "has both jwks_uri and jwks_file; one of them is enough");
    if (row.jwksUri === "" && row.jwksFile === "" && row.introspection === undefined) report(at, "needs jwks_uri or jwks_file for signed tokens, introspection for opaque ones, or both");
    for (const key of ["audiences", "scopes", "manageScopes"] as const) {
      const name = key === "manageScopes" ? "manage_scopes" : key;
      row[key].forEach((value, j) => {
        if (key === "audiences" ? value === "" : !isScope(value) || value.includes(" ")) report([...at, name, j], key === "audiences" ? "is empty" : "must be one scope, without spaces");
      });
    }
    checkClaims(row.claims, [...at, "claims"], report);
    const introspection = row.introspection === undefined ? undefined : readIntrospection(row.introspection, file, [...at, "introspection"], report);
    return {
      issuer: row.issuer,
      audiences: row.audiences,
      ...(row.jwksUri === "" ? {} : { jwksUri: row.jwksUri }),
      ...(row.jwksFile === "" ? {} : { jwksFile: file(row.jwksFile) }),
      algorithms: readAlgorithms(row.algorithms, [...at, "algorithms"], report),
      ...(introspection === undefined ? {} : { introspection }),
      scopes: row.scopes,
      manageScopes: row.manageScopes.length === 0 ? row.scopes : row.manageScopes,
      claims: row.claims.map(({ claim, values }) => ({ claim, values })),
      ...(row.caFile === "" ? {} : { caFile: file(row.caFile) }),
    };
  });
}

function readIntrospection({ endpoint, clientId, clientSecretFile }: Introspection, file: (name: string) => string, path: Path, report: Report): IntrospectionConfiguration {
  const problem = endpoint === "" ? undefined : checkHttpsUrl(endpoint);
  if (problem !== undefined) report([...path, "endpoint"], problem);
  for (const [key, value] of [["endpoint", endpoint], ["client_id", clientId], ["client_secret_file", clientSecretFile]] as const) {
    if (value === "") report(path, `needs ${key}`);
  }
  return { endpoint, clientId, clientSecretFile: file(clientSecretFile) };
}

function checkClaims(conditions: readonly ClaimCondition[], path: Path, report: Report): void {
  conditions.forEach(({ claim, values }, i) => {
    if (claim === "") report([...path, i], "needs a claim");
    // It would let in nobody.
    if (values.length === 0) report([...path, i], "needs values, one of which the claim must have");
  });
}
