import { openBankingNames, type StatementProfileRow } from "./statement-profile.js";

/** UK Open Banking, Dynamic Client Registration v3.3. */
export const openBankingUk: StatementProfileRow = {
  algorithms: ["PS256", "ES256"],
  requiredClaims: ["iat", "jti", "software_id", "org_id", "software_redirect_uris"],
  bindingFields: ["redirect_uris", "software_id"],
  claimNames: { ...openBankingNames, software_jwks_endpoint: "jwks_uri" },
};
