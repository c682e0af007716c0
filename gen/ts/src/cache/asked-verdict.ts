// The service's own verdict, as the copy gives it.

import { InvalidClientReason, type AuthenticateClientResponse } from "../../matricula/v1/client_directory_service_pb.js";
import type { Refusal, Verdict } from "./verdicts.js";

const reasons: Readonly<Record<InvalidClientReason, Refusal>> = {
  [InvalidClientReason.UNSPECIFIED]: "BAD_CREDENTIAL",
  [InvalidClientReason.UNKNOWN]: "UNKNOWN",
  [InvalidClientReason.DELETED]: "DELETED",
  [InvalidClientReason.SUSPENDED]: "SUSPENDED",
  [InvalidClientReason.EXPIRED]: "EXPIRED",
  [InvalidClientReason.BAD_CREDENTIAL]: "BAD_CREDENTIAL",
};

/** The verdict in an answer of AuthenticateClient. */
export function verdictOf({ verdict }: AuthenticateClientResponse): Verdict {
  if (verdict.case === "authenticated") return { outcome: "authenticated", client: verdict.value.client!, method: verdict.value.method, credential: verdict.value.credential };
  if (verdict.case === "invalidClient") return { outcome: "invalid_client", reason: reasons[verdict.value.reason] ?? "BAD_CREDENTIAL", description: verdict.value.description };
  return { outcome: "invalid_client", reason: "BAD_CREDENTIAL", description: "the registry gave no verdict" };
}
