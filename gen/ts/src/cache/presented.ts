// What arrives at a token endpoint, and which client and method it is about.

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AuthenticateClientRequestSchema } from "../../matricula/v1/client_directory_service_pb.js";

/** What arrived at a token endpoint, as it arrived: the members of AuthenticateClientRequest without the realm. */
export type Presented = Omit<Exclude<MessageInitShape<typeof AuthenticateClientRequestSchema>, { $typeName: string }>, "realm" | "$typeName">;

/** Which client shows what. */
export type Claim =
  | { readonly kind: "secret"; readonly clientId: string; readonly secret: string; readonly method: "client_secret_basic" | "client_secret_post" }
  | { readonly kind: "assertion"; readonly clientId: string; readonly assertion: Assertion }
  | { readonly kind: "certificate"; readonly clientId: string; readonly certificate: Uint8Array; readonly verified: boolean }
  | { readonly kind: "nothing"; readonly clientId: string };

/** A JWT, not verified. */
export interface Assertion {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Reads what was presented; a sentence when it names no client, or shows more than one thing (RFC 6749 section 2.3). */
export function readClaim({ authorization, clientId, clientSecret, clientAssertionType, clientAssertion, clientCertificate, clientCertificateVerified }: Presented): Claim | string {
  if ([authorization, clientSecret, clientAssertion].filter((each) => each !== undefined).length > 1) return "more than one credential was presented";
  if (authorization !== undefined) {
    const basic = readBasic(authorization);
    if (basic === undefined) return "the Authorization header is not well-formed";
    if (clientId !== undefined && clientId !== basic.clientId) return "client_id is not that of the Authorization header";
    return { kind: "secret", method: "client_secret_basic", ...basic };
  }
  if (clientAssertion !== undefined) {
    if (clientAssertionType !== assertionType) return "client_assertion_type is not known";
    const assertion = readAssertion(clientAssertion);
    const subject = assertion?.claims["sub"];
    if (assertion === undefined || typeof subject !== "string") return "the client assertion cannot be read";
    if (clientId !== undefined && clientId !== subject) return "client_id is not the subject of the client assertion";
    return { kind: "assertion", clientId: subject, assertion };
  }
  if (clientId === undefined) return "no client was named";
  if (clientSecret !== undefined) return { kind: "secret", method: "client_secret_post", clientId, secret: clientSecret };
  if (clientCertificate !== undefined) return { kind: "certificate", clientId, certificate: clientCertificate, verified: clientCertificateVerified === true };
  return { kind: "nothing", clientId };
}

/** RFC 6749 section 2.3.1: both are form-encoded before they are joined. */
function readBasic(header: string): { clientId: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  try {
    return { clientId: decodeForm(id), secret: decodeForm(secret) };
  } catch {
    return undefined;
  }
}

const decodeForm = (text: string) => decodeURIComponent(text.replaceAll("+", "%20"));

function readAssertion(text: string): Assertion | undefined {
  const [, header, claims, signature] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  const parsed = [header, claims].map((part) => {
    try {
      const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
      return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
    } catch {
      return undefined;
    }
  });
  if (parsed[0] === undefined || parsed[1] === undefined) return undefined;
  return { header: parsed[0], claims: parsed[1], signed: Buffer.from(`${header}.${claims}`), signature: Buffer.from(signature, "base64url") };
}
