// What arrived at a token endpoint, as one thing that was presented (RFC 6749 section 2.3: one method a request).

import type { AuthenticateClientRequest } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { assertionType, readAssertion, type Assertion } from "./assertion.js";
import { readBasicCredentials } from "./basic-credentials.js";
import { badCredential, refusal, type Refusal } from "./verdict.js";

/** What a client says it is, and what it shows for it. */
export type Presented =
  | { readonly kind: "secret"; readonly method: "client_secret_basic" | "client_secret_post"; readonly clientId: string; readonly secret: string }
  | { readonly kind: "assertion"; readonly clientId: string; readonly assertion: Assertion }
  /** Its id alone: of a public client, or of one whose connection has its certificate. */
  | { readonly kind: "id"; readonly clientId: string };

type Arrived = Pick<AuthenticateClientRequest, "authorization" | "clientId" | "clientSecret" | "clientAssertion" | "clientAssertionType">;

/** Reads a request; a refusal when it names nobody, contradicts itself, or is malformed. */
export function readPresented({ authorization, clientId, clientSecret, clientAssertion, clientAssertionType }: Arrived): Presented | Refusal {
  const shown = [authorization, clientSecret, clientAssertion ?? clientAssertionType].filter((one) => one !== undefined);
  if (shown.length > 1) return badCredential("more than one credential was presented");
  if (authorization !== undefined) return readHeader(authorization, clientId);
  if (clientAssertion !== undefined || clientAssertionType !== undefined) return readParameters(clientAssertion, clientAssertionType, clientId);
  if (clientId === undefined || clientId === "") return refusal("unknown", "no client was named");
  return clientSecret === undefined ? { kind: "id", clientId } : { kind: "secret", method: "client_secret_post", clientId, secret: clientSecret };
}

function readHeader(authorization: string, named: string | undefined): Presented | Refusal {
  const credentials = readBasicCredentials(authorization);
  if (credentials === undefined) return badCredential("the Authorization header is no Basic header of a client");
  if (credentials.clientId === "") return refusal("unknown", "no client was named");
  if (named !== undefined && named !== credentials.clientId) return badCredential("the Authorization header and the parameter client_id name two clients");
  return { kind: "secret", method: "client_secret_basic", ...credentials };
}

function readParameters(token: string | undefined, type: string | undefined, named: string | undefined): Presented | Refusal {
  if (type !== assertionType) return badCredential(`client_assertion_type is not ${assertionType}`);
  const assertion = token === undefined ? undefined : readAssertion(token);
  if (assertion === undefined) return badCredential("client_assertion is no signed JWT");
  const { sub } = assertion.claims;
  if (typeof sub !== "string" || sub === "") return refusal("unknown", "no client was named");
  if (named !== undefined && named !== sub) return badCredential("the assertion and the parameter client_id name two clients");
  return { kind: "assertion", clientId: sub, assertion };
}
