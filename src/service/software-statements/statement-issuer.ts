// software-statements/: whose word about software is taken, and how it is proven. It may import what service/ may, and jose.

import type { StatementMeaning } from "../../domain/software-statement.js";
import type { Signer } from "../ways-in/access-token/signed-token.js";

/** What a realm believes of an issuer's statements. */
export interface StatementTerms extends StatementMeaning {
  /** Compared exactly with iss. */
  readonly issuer: string;
  /** One of them, or the realm's registration endpoint, must be in aud where there is one. */
  readonly audiences: readonly string[];
  /** Seconds since iat; 0 for any age. */
  readonly maxAge: number;
  /** Attributes that the subject of the registrant's certificate must have, and texts with claims in braces. */
  readonly certificateSubject: ReadonlyMap<string, string>;
  readonly requiredClaims: readonly string[];
  /** Whether each statement is taken once, by its jti. */
  readonly once: boolean;
}

/** An issuer with its keys. */
export interface StatementIssuer extends StatementTerms, Signer {}
