// Who did something, as it is stored.

/** How a principal is known; see matricula.v1.PrincipalKind. */
export type PrincipalKindName = "anonymous" | "certificate" | "initial_access_token" | "client" | "user" | "access_token" | "local" | "other";

export interface PrincipalRecord {
  readonly kind: PrincipalKindName;
  /** SPIFFE ID, DNS name, token id, client id, or "anonymous". */
  readonly id: string;
  /** Fingerprint or token id; never a secret. */
  readonly credentialId: string;
}
