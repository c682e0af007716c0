import { resolve } from "node:path";
import { SignedRequests, StatementProfile, type Realm, type StatementIssuer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { offeredFields } from "../domain/fields.js";
import { isAttributeType } from "../domain/distinguished-name.js";
import { isScope } from "../domain/scope.js";
import { checkHttpsUrl } from "./base-url.js";
import type { Report } from "./configuration-error.js";
import type { RealmConfiguration, StatementIssuerConfiguration } from "./loaded-configuration.js";
import { nearestName } from "../domain/nearest-name.js";
import type { Path } from "./path.js";
import { readAlgorithms } from "./signing-algorithms.js";
import { openBankingBrazil } from "./statement-profiles/openbanking-brazil.js";
import { openBankingUk } from "./statement-profiles/openbanking-uk.js";
import type { StatementProfileRow } from "./statement-profiles/statement-profile.js";

const signedRequests = {
  [SignedRequests.UNSPECIFIED]: undefined,
  [SignedRequests.TAKEN]: "taken",
  [SignedRequests.REQUIRED]: "required",
} as const satisfies Record<SignedRequests, RealmConfiguration["signedRequests"]>;

/** What is made of signed requests. Without an issuer nobody could send one. */
export function readSignedRequests(realm: Realm, path: Path, report: Report): RealmConfiguration["signedRequests"] {
  const read = signedRequests[realm.signedRequests];
  if (read !== undefined && realm.softwareStatementIssuers.length === 0) report(path, "needs software_statement_issuers: a request is signed by keys that a statement names");
  return read;
}

const profiles = {
  [StatementProfile.UNSPECIFIED]: {},
  [StatementProfile.OPENBANKING_BRAZIL]: openBankingBrazil,
  [StatementProfile.OPENBANKING_UK]: openBankingUk,
} as const satisfies Record<StatementProfile, StatementProfileRow>;

/** The issuers whose software statements a realm takes. */
export function readStatementIssuers(rows: readonly StatementIssuer[], folder: string, path: Path, report: Report): readonly StatementIssuerConfiguration[] {
  const known = new Set<string>();
  return rows.map((row, i) => {
    const at = [...path, i];
    if (row.issuer === "") report(at, "needs an issuer: what its statements say in iss");
    else if (known.has(row.issuer)) report([...at, "issuer"], "has a row already");
    known.add(row.issuer);
    const problem = row.jwksUri === "" ? undefined : checkHttpsUrl(row.jwksUri);
    if (problem !== undefined) report([...at, "jwks_uri"], problem);
    if ((row.jwksUri === "") === (row.jwksFile === "")) report(at, "needs either jwks_uri or jwks_file: the keys that its statements are signed with");
    const profile: StatementProfileRow = profiles[row.profile];
    const fields = (names: Iterable<string>, key: string) => {
      for (const name of names) checkField(name, [...at, key], report);
    };
    fields(row.bindingFields, "binding_fields");
    fields(Object.values(row.claimNames), "claim_names");
    for (const scope of Object.values(row.roleScopes)) if (!isScope(scope)) report([...at, "role_scopes"], "must have scopes, with single spaces between them");
    for (const attribute of Object.keys(row.certificateSubject)) {
      if (!isAttributeType(attribute)) report([...at, "certificate_subject"], `names ${attribute}, which is no attribute of a subject that is known here; object identifiers are taken`);
    }
    const rolesClaim = row.rolesClaim || (profile.rolesClaim ?? "");
    if (rolesClaim === "" && Object.keys(row.roleScopes).length > 0) report([...at, "role_scopes"], "needs roles_claim, which lists the roles");
    return {
      issuer: row.issuer,
      ...(row.jwksUri === "" ? {} : { jwksUri: row.jwksUri }),
      ...(row.jwksFile === "" ? {} : { jwksFile: resolve(folder, row.jwksFile) }),
      algorithms: readAlgorithms(row.algorithms, [...at, "algorithms"], report, profile.algorithms),
      audiences: row.audiences,
      maxAge: row.maxAge || (profile.maxAge ?? 0),
      requiredClaims: listOr(row.requiredClaims, profile.requiredClaims),
      bindingFields: listOr(row.bindingFields, profile.bindingFields),
      once: row.once ?? false,
      claimNames: { ...profile.claimNames, ...row.claimNames },
      rolesClaim,
      certificateSubject: { ...profile.certificateSubject, ...row.certificateSubject },
      roleScopes: { ...profile.roleScopes, ...row.roleScopes },
      ...(row.caFile === "" ? {} : { caFile: resolve(folder, row.caFile) }),
    };
  });
}

const listOr = (written: readonly string[], standard: readonly string[] = []) => (written.length > 0 ? written : standard);

function checkField(name: string, path: Path, report: Report): void {
  if (offeredFields.has(name)) return;
  const near = nearestName(name, [...offeredFields.keys()]);
  report(path, `names ${name}, which is no metadata field here${near === undefined ? "" : `; did you mean ${near}?`}`);
}
