import type { Change, ClientCountKey, ClientRecord, ClientWithCredentials, CredentialRecord, PrincipalRecord, SoftwareBlockKey } from "../../domain/ports.js";
import { changeKindName, countScopeName, credentialKindName, principalKindName, softwareBlockName, stateName } from "./codes.js";
import { changeCodeNames } from "./parcel.js";
import type { Parcel, Scalar } from "./parcel.js";
import { separateHosts } from "./rows.js";

/** The clients that packClients was given. Their bytes are views of the parcel's. */
export function unpackClients(parcel: Parcel): ClientWithCredentials[] {
  const unpacker = new Unpacker(parcel);
  return Array.from({ length: parcel.units }, () => unpacker.client());
}

/** Reads a parcel back, in the order it was packed. */
export class Unpacker {
  readonly #scalars: readonly Scalar[];
  readonly #bytes: Uint8Array;
  #next = 0;
  #used = 0;

  constructor(parcel: Parcel) {
    this.#scalars = parcel.scalars;
    this.#bytes = parcel.bytes;
  }

  unit(): Change[] {
    const changes: Change[] = [];
    for (let left = this.#number(); left > 0; left -= 1) changes.push(this.#change());
    return changes;
  }

  client(): ClientWithCredentials {
    return { client: this.#client(), credentials: this.#credentials() ?? [] };
  }

  #change(): Change {
    const code = this.#number();
    const kind = changeCodeNames.get(code);
    switch (kind) {
      case "insert_client":
        return { kind, client: this.#client(), credentials: this.#credentials() ?? [] };
      case "replace_client":
        return { kind, client: this.#client(), credentials: this.#credentials() };
      case "delete_client":
        return {
          kind, realm: this.#text(), clientId: this.#text(), expectedVersion: this.#number(), at: this.#number(), mac: this.#blob(),
          keyVersion: this.#number(),
        };
      case "confirm_registration_access_token":
        return { kind, realm: this.#text(), clientId: this.#text(), label: this.#text(), at: this.#number() };
      case "insert_initial_access_token":
        return {
          kind,
          token: {
            realm: this.#text(), id: this.#text(), name: this.#text(), owner: this.#text(), purpose: this.#text(), digest: this.#blob(),
            policy: this.#text(), force: this.#blob(), redirectHosts: separateHosts(this.#text()), boundTo: this.#text(),
            usesLeft: this.#numberOrNull(), createdAt: this.#number(), expiresAt: this.#number(), revokedAt: this.#numberOrNull(),
            createdBy: this.#principal(),
          },
        };
      case "demand_quota":
        return { kind, limit: this.#number(), count: this.#countKey() };
      case "use_initial_access_token":
      case "revoke_initial_access_token":
        return { kind, realm: this.#text(), id: this.#text(), at: this.#number() };
      case "insert_idempotency":
        return {
          kind,
          at: this.#number(),
          idempotency: {
            mac: this.#blob(), realm: this.#text(), clientId: this.#text(), bodyHash: this.#blob(), sealed: this.#blob(),
            createdAt: this.#number(), expiresAt: this.#number(),
          },
        };
      case "use_once":
        return { kind, key: this.#blob(), at: this.#number(), expiresAt: this.#number() };
      case "record_use":
        return { kind, realm: this.#text(), clientId: this.#text(), at: this.#number(), secretLabel: this.#text() };
      case "insert_software_block":
        return { kind, block: { ...this.#softwareBlock(), reason: this.#text(), createdAt: this.#number(), createdBy: this.#principal() } };
      case "delete_software_block":
      case "demand_unblocked":
        return { kind, block: this.#softwareBlock() };
      case "append_change":
        return {
          kind,
          change: {
            realm: this.#text(), subject: this.#text(), version: this.#number(), kind: changeKindName(this.#number()),
            requestId: this.#text(), at: this.#number(), trace: this.#text(), previous: this.#blob(), decisions: this.#text(),
            reason: this.#text(), actor: this.#principal(),
          },
        };
      case undefined:
        throw new RangeError(`no change has the number ${code}`);
    }
  }

  #client(): ClientRecord {
    return {
      realm: this.#text(), clientId: this.#text(), version: this.#number(), state: stateName(this.#number()), wayIn: this.#text(),
      policy: this.#text(), policyVersion: this.#text(), createdAt: this.#number(), updatedAt: this.#number(),
      lastUsedAt: this.#numberOrNull(), expiresAt: this.#numberOrNull(), softwareId: this.#textOrNull(),
      softwareStatementIssuer: this.#textOrNull(), record: this.#blob(), mac: this.#blob(), keyVersion: this.#number(), owner: this.#principal(),
    };
  }

  #credentials(): CredentialRecord[] | null {
    const count = this.#number();
    if (count < 0) return null;
    const credentials: CredentialRecord[] = [];
    for (let left = count; left > 0; left -= 1) {
      credentials.push({
        kind: credentialKindName(this.#number()), label: this.#text(), scheme: this.#text(), digest: this.#blob(), createdAt: this.#number(),
        expiresAt: this.#number(), lastUsedAt: this.#numberOrNull(),
      });
    }
    return credentials;
  }

  #countKey(): ClientCountKey {
    const realm = this.#text();
    const scope = countScopeName(this.#number());
    return scope === "open" ? { realm, scope } : { realm, scope, kind: principalKindName(this.#number()), id: this.#text() };
  }

  #softwareBlock(): SoftwareBlockKey {
    return { realm: this.#text(), kind: softwareBlockName(this.#number()), value: this.#text() };
  }

  #principal(): PrincipalRecord {
    return { kind: principalKindName(this.#number()), id: this.#text(), credentialId: this.#text() };
  }

  #blob(): Uint8Array {
    const start = this.#used;
    this.#used += this.#number();
    return this.#bytes.subarray(start, this.#used);
  }

  // The packer's types are the guarantee here: checking each scalar again would cost more than it finds.
  #text(): string {
    return this.#scalars[this.#next++] as string;
  }
  #textOrNull(): string | null {
    return this.#scalars[this.#next++] as string | null;
  }
  #number(): number {
    return this.#scalars[this.#next++] as number;
  }
  #numberOrNull(): number | null {
    return this.#scalars[this.#next++] as number | null;
  }
}
