// What arrives at a token endpoint, and which client and method it is about. As the service reads it.

import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import type { AuthenticateClientRequestSchema } from "../../matricula/v1/client_directory_service_pb.js";
import { readPlainObject } from "./plain-json.js";

/** What arrived at a token endpoint, as it arrived: the members of AuthenticateClientRequest without the realm. */
export type Presented = Omit<Exclude<MessageInitShape<typeof AuthenticateClientRequestSchema>, { $typeName: string }>, "realm" | "$typeName">;

/** Which client shows what. */
export type Claim =
  | { readonly kind: "secret"; readonly clientId: string; readonly secret: string; readonly method: "client_secret_basic" | "client_secret_post" }
  | { readonly kind: "assertion"; readonly clientId: string; readonly assertion: Assertion }
  /** Its id alone: of a public client, or of one whose connection has its certificate. */
  | { readonly kind: "id"; readonly clientId: string };

/** Why it is no claim. */
export interface NoClaim {
  readonly reason: "UNKNOWN" | "BAD_CREDENTIAL";
  readonly description: string;
}

/** A JWT, not verified. */
export interface Assertion {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const bad = (description: string): NoClaim => ({ reason: "BAD_CREDENTIAL", description });
const nobody: NoClaim = { reason: "UNKNOWN", description: "no client was named" };

/** Reads what was presented; why not, when it names no client or shows more than one thing (RFC 6749 section 2.3). */
export function readClaim({ authorization, clientId, clientSecret, clientAssertionType, clientAssertion }: Presented): Claim | NoClaim | "ask" {
  if ([authorization, clientSecret, clientAssertion ?? clientAssertionType].filter((each) => each !== undefined).length > 1) return bad("more than one credential was presented");
  if (authorization !== undefined) {
    const basic = readBasic(authorization);
    if (basic === undefined) return bad("the Authorization header is not well-formed");
    if (basic.clientId === "") return nobody;
    if (clientId !== undefined && clientId !== basic.clientId) return bad("client_id is not that of the Authorization header");
    return { kind: "secret", method: "client_secret_basic", ...basic };
  }
  if (clientAssertion !== undefined || clientAssertionType !== undefined) {
    if (clientAssertionType !== assertionType) return bad("client_assertion_type is not known");
    const assertion = readAssertion(clientAssertion ?? "");
    if (assertion === undefined) return bad("the client assertion cannot be read");
    if (assertion === "ask") return "ask";
    const { sub } = assertion.claims;
    if (typeof sub !== "string" || sub === "") return nobody;
    if (clientId !== undefined && clientId !== sub) return bad("client_id is not the subject of the client assertion");
    return { kind: "assertion", clientId: sub, assertion };
  }
  if (clientId === undefined || clientId === "") return nobody;
  return clientSecret === undefined ? { kind: "id", clientId } : { kind: "secret", method: "client_secret_post", clientId, secret: clientSecret };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// RFC 6749 appendix A: visible ASCII and space.
const printable = /^[\x20-\x7e]*$/;

/** RFC 6749 section 2.3.1: both are form-encoded before they are joined. */
function readBasic(header: string): { clientId: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const text = utf8.decode(Buffer.from(encoded, "base64"));
    const colon = text.indexOf(":");
    const [clientId, secret] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)].map(decodeForm) as [string, string];
    return colon >= 0 && printable.test(clientId) && printable.test(secret) ? { clientId, secret } : undefined;
  } catch {
    return undefined;
  }
}

const decodeForm = (text: string) => decodeURIComponent(text.replaceAll("+", " "));

/** Characters of an assertion. The service takes no longer one, and the work of reading grows with each. */
const longestAssertion = 16_384;

function readAssertion(text: string): Assertion | "ask" | undefined {
  if (text.length > longestAssertion) return undefined;
  const [, head, body, signature] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  if (head === undefined || body === undefined || signature === undefined) return undefined;
  const [header, claims] = [head, body].map((part) => readPlainObject(Buffer.from(part, "base64url")));
  if (header === undefined || claims === undefined) return undefined;
  if (header === "ask" || claims === "ask") return "ask";
  return { header, claims, signed: Buffer.from(`${head}.${body}`), signature: Buffer.from(signature, "base64url") };
}
