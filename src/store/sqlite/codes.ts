import type { ChangeKind, ClientCountKey, ClientStateName, CredentialKind, Precondition, PrincipalKindName, SoftwareBlockKind } from "../../domain/ports.js";
import { changeKindCodes, principalKindCodes } from "../chain.js";

// Closed sets are stored as small integers: a byte in the row header instead of a word in each of 10 million rows. Never renumber one.

/** Each client state by its number. */
export const stateCodes = { active: 1, suspended: 2, deleted: 3 } as const satisfies Record<ClientStateName, number>;

/** Each kind of credential by its number. */
export const credentialKindCodes = { client_secret: 1, registration_access_token: 2 } as const satisfies Record<CredentialKind, number>;

/** Each scope of a count of clients by its number. */
export const countScopeCodes = { owner: 1, credential: 2, open: 3 } as const satisfies Record<ClientCountKey["scope"], number>;

/** Each kind of blocked software by its number. */
export const softwareBlockCodes = { issuer: 1, software_id: 2, statement: 3 } as const satisfies Record<SoftwareBlockKind, number>;

/** Each precondition by its number; only between the threads, never stored. */
export const preconditionCodes = { absent: 0, version: 1, usable: 2, unseen: 3, unrevoked: 4, quota: 5, fresh: 6, unconfirmed: 7, blocked: 8, unblocked: 9 } as const satisfies Record<Precondition, number>;

/** Turns a number back into its name; an unknown number means a damaged row. */
function decoder<Name extends string>(codes: Readonly<Record<Name, number>>, what: string): (code: number) => Name {
  const names: (Name | undefined)[] = [];
  for (const [name, code] of Object.entries(codes) as [Name, number][]) names[code] = name;
  return (code) => {
    const name = names[code];
    if (name === undefined) throw new RangeError(`no ${what} has the number ${code}`);
    return name;
  };
}

export const stateName = decoder<ClientStateName>(stateCodes, "client state");
export const credentialKindName = decoder<CredentialKind>(credentialKindCodes, "kind of credential");
export const countScopeName = decoder<ClientCountKey["scope"]>(countScopeCodes, "scope of a count");
export const softwareBlockName = decoder<SoftwareBlockKind>(softwareBlockCodes, "kind of blocked software");
export const preconditionName = decoder<Precondition>(preconditionCodes, "precondition");
export const changeKindName = decoder<ChangeKind>(changeKindCodes, "kind of change");
export const principalKindName = decoder<PrincipalKindName>(principalKindCodes, "kind of principal");
