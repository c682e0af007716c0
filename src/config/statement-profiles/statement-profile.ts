// statement-profiles/: what the statements of an ecosystem look like, as data; a realm's row says otherwise where it must.

/** All of a statement issuer's row that an ecosystem decides. */
export interface StatementProfileRow {
  readonly algorithms?: readonly string[];
  readonly maxAge?: number;
  readonly requiredClaims?: readonly string[];
  readonly bindingFields?: readonly string[];
  readonly claimNames?: Readonly<Record<string, string>>;
  readonly rolesClaim?: string;
  readonly certificateSubject?: Readonly<Record<string, string>>;
  readonly roleScopes?: Readonly<Record<string, string>>;
}

/** Names that directories of the Open Banking family have in common. */
export const openBankingNames = {
  software_client_name: "client_name",
  software_client_uri: "client_uri",
  software_redirect_uris: "redirect_uris",
  software_logo_uri: "logo_uri",
  software_policy_uri: "policy_uri",
  software_tos_uri: "tos_uri",
} as const;
