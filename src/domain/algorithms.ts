// JOSE algorithms by name (RFC 7518, RFC 8037, RFC 8812, RFC 9864): what each is for, and what of the client's it needs.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** What an algorithm works with: the client's public key, a secret that both sides have, or nothing at all. */
export type KeyNeed = "public" | "secret" | "nothing";

interface AlgorithmRow {
  readonly needs: KeyNeed;
  /** Whether it is taken where nobody has said which are. */
  readonly standard: boolean;
  /** Of a public key: its type, and its curves where it matters. */
  readonly kty?: string;
  readonly curves?: readonly string[];
}

type Algorithms = ReadonlyMap<string, AlgorithmRow>;

const rsa: AlgorithmRow = { needs: "public", standard: true, kty: "RSA" };
const onCurve = (...curves: string[]): AlgorithmRow => ({ needs: "public", standard: true, kty: "EC", curves });
const edwards = (...curves: string[]): AlgorithmRow => ({ needs: "public", standard: true, kty: "OKP", curves });
/** Elliptic curve Diffie-Hellman: any curve that is for agreement (RFC 7518 section 4.6, RFC 8037 section 3.2). */
const agreement: AlgorithmRow = { needs: "public", standard: true };
const secret: AlgorithmRow = { needs: "secret", standard: true };

const rows = (names: string, row: AlgorithmRow) => names.split(" ").map((name) => [name, row] as const);

const signature: Algorithms = new Map([
  ...rows("RS256 RS384 RS512 PS256 PS384 PS512", rsa),
  ["ES256", onCurve("P-256")],
  ["ES384", onCurve("P-384")],
  ["ES512", onCurve("P-521")],
  ["ES256K", onCurve("secp256k1")],
  ["EdDSA", edwards("Ed25519", "Ed448")],
  ["Ed25519", edwards("Ed25519")],
  ["Ed448", edwards("Ed448")],
  ...rows("HS256 HS384 HS512", secret),
  // Only where it is asked for by name (requirements T-13).
  ["none", { needs: "nothing", standard: false }],
]);

const keyManagement: Algorithms = new Map([
  ...rows("RSA-OAEP RSA-OAEP-256", rsa),
  ...rows("ECDH-ES ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW", agreement),
  ...rows("A128KW A192KW A256KW dir A128GCMKW A192GCMKW A256GCMKW PBES2-HS256+A128KW PBES2-HS384+A192KW PBES2-HS512+A256KW", secret),
  // Open to padding oracles: only where it is asked for by name.
  ["RSA1_5", { ...rsa, standard: false }],
]);

/** RFC 7518 section 5.1, the one that everybody has first. */
export const contentEncryption: readonly string[] = ["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM"];

/** Whether RFC 7518 section 3.1 or one that adds to it has the name. */
export const isSignatureAlgorithm = (name: string) => signature.has(name);
/** Whether RFC 7518 section 4.1 has the name. */
export const isKeyManagementAlgorithm = (name: string) => keyManagement.has(name);
/** Whether RFC 7518 section 5.1 has the name. */
export const isContentEncryptionAlgorithm = (name: string) => contentEncryption.includes(name);

const standardOf = (algorithms: Algorithms) => [...algorithms].filter(([, { standard }]) => standard).map(([name]) => name);
/** The signature algorithms that are taken where nobody has said which are. */
export const standardSignature = standardOf(signature);
/** The key management algorithms that are taken where nobody has said which are. */
export const standardKeyManagement = standardOf(keyManagement);

/** What an algorithm needs; undefined for a name that is not in the tables. */
export function needOf(algorithm: string): KeyNeed | undefined {
  return (signature.get(algorithm) ?? keyManagement.get(algorithm))?.needs;
}

/** The operations of a public key (RFC 7517 section 4.3), by its use. */
const operations: Readonly<Record<string, readonly string[]>> = { sig: ["verify"], enc: ["encrypt", "wrapKey", "deriveKey", "deriveBits"] };

/** Whether a set has a public key that the algorithm can work with (RFC 7517 sections 4.2 to 4.4). What a key does not say, it allows. */
export function hasKeyFor(algorithm: string, jwks: JsonObject): boolean {
  const row = signature.get(algorithm) ?? keyManagement.get(algorithm);
  const use = signature.has(algorithm) ? "sig" : "enc";
  const keys: JsonValue = jwks["keys"] ?? [];
  return (
    Array.isArray(keys) &&
    keys.some((key) => {
      if (typeof key !== "object" || key === null || Array.isArray(key) || row === undefined) return false;
      const { kty, crv } = key;
      const fitting = row.kty === undefined ? agrees(kty, crv) : kty === row.kty && (row.curves?.includes(crv as string) ?? true);
      const { use: ownUse, alg, key_ops: ops } = key;
      const open = ops === undefined || (Array.isArray(ops) && ops.some((one) => operations[use]!.includes(one as string)));
      return fitting && open && (ownUse === undefined || ownUse === use) && (alg === undefined || alg === algorithm);
    })
  );
}

const agreementCurves: ReadonlySet<unknown> = new Set(["P-256", "P-384", "P-521", "X25519", "X448"]);
const agrees = (kty: unknown, crv: unknown) => (kty === "EC" || kty === "OKP") && agreementCurves.has(crv);
