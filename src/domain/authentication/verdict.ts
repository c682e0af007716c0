// authentication/: what a client has shown at a token endpoint, and what it is worth. Values in, values out.

/** Why a client did not authenticate; see matricula.v1.InvalidClientReason. */
export type InvalidReason = "unknown" | "deleted" | "suspended" | "expired" | "bad_credential";

/** A client that did not authenticate. The description is for the calling server's log; it holds no secret. */
export interface Refusal {
  readonly authenticated: false;
  readonly reason: InvalidReason;
  readonly description: string;
}

/** A client that did: by which method, and by which of its credentials. */
export interface Proof {
  readonly authenticated: true;
  readonly method: string;
  /** A secret's label, a key's kid, "sha256:" and a certificate's fingerprint, or "". */
  readonly credential: string;
}

export type Verdict = Refusal | Proof;

export const refusal = (reason: InvalidReason, description: string): Refusal => ({ authenticated: false, reason, description });
export const badCredential = (description: string): Refusal => refusal("bad_credential", description);
export const proof = (method: string, credential: string): Proof => ({ authenticated: true, method, credential });
