import { openBankingNames, type StatementProfileRow } from "./statement-profile.js";

/** Open Finance Brasil, Dynamic Client Registration 1.0, section 7.1. The scopes of a role grow with the ecosystem: role_scopes names others. */
export const openBankingBrazil: StatementProfileRow = {
  algorithms: ["PS256"],
  maxAge: 300,
  requiredClaims: ["iat", "software_id", "org_id", "software_redirect_uris", "software_jwks_uri", "software_statement_roles"],
  bindingFields: ["redirect_uris", "jwks_uri", "scope", "software_id"],
  claimNames: { ...openBankingNames, software_jwks_uri: "jwks_uri" },
  // BRZ-08: the certificate is of the software, and of its organisation.
  certificateSubject: { UID: "{software_id}", organizationIdentifier: "OFBBR-{org_id}" },
  rolesClaim: "software_statement_roles",
  roleScopes: {
    DADOS:
      "openid accounts credit-cards-accounts consents customers invoice-financings financings loans unarranged-accounts-overdraft resources " +
      "bank-fixed-incomes credit-fixed-incomes variable-incomes treasure-titles funds exchanges",
    PAGTO: "openid payments consents resources recurring-payments",
    CONTA: "openid",
    CCORR: "openid",
  },
};
