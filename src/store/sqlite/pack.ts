import type { Change, ClientRecord, ClientWithCredentials, CredentialRecord, PrincipalRecord } from "../../domain/ports.js";
import { changeKindCodes, principalKindCodes } from "../chain.js";
import { countScopeCodes, credentialKindCodes, softwareBlockCodes, stateCodes } from "./codes.js";
import { changeCodes } from "./parcel.js";
import type { Parcel, Scalar } from "./parcel.js";
import { joinedHosts } from "./rows.js";

const firstCapacity = 64 * 1024;

/** Clients for the other thread, as `take` gives a parcel; its bytes may be transferred. */
export function packClients(found: readonly ClientWithCredentials[]): Parcel {
  const packer = new Packer();
  packer.addClients(found);
  return packer.take();
}

/** Gathers units until they are sent. */
export class Packer {
  #units = 0;
  #scalars: Scalar[] = [];
  #bytes = new Uint8Array(firstCapacity);
  #used = 0;

  get units(): number {
    return this.#units;
  }

  /** Copies a unit in: the caller may reuse its buffers at once. */
  add(unit: readonly Change[]): void {
    const scalars = this.#scalars.length;
    const used = this.#used;
    try {
      this.#scalars.push(unit.length);
      for (const change of unit) this.#change(change);
    } catch (error) {
      // Half a unit would shift all that follow it.
      this.#scalars.length = scalars;
      this.#used = used;
      throw error;
    }
    this.#units += 1;
  }

  /** Clients in the place of changes: a unit each. */
  addClients(found: readonly ClientWithCredentials[]): void {
    for (const { client, credentials } of found) {
      this.#client(client);
      this.#credentials(credentials);
    }
    this.#units += found.length;
  }

  /** What was gathered; the packer is empty afterwards. */
  take(): Parcel {
    const parcel = { units: this.#units, scalars: this.#scalars, bytes: this.#bytes.slice(0, this.#used) };
    this.#units = 0;
    this.#scalars = [];
    this.#used = 0;
    // One huge unit must not keep its memory for ever.
    if (this.#bytes.length > 16 * firstCapacity) this.#bytes = new Uint8Array(firstCapacity);
    return parcel;
  }

  #change(change: Change): void {
    const scalars = this.#scalars;
    scalars.push(changeCodes[change.kind]);
    switch (change.kind) {
      case "insert_client":
        this.#client(change.client);
        return this.#credentials(change.credentials);
      case "replace_client":
        this.#client(change.client);
        if (change.credentials === null) scalars.push(-1);
        else this.#credentials(change.credentials);
        return;
      case "delete_client":
        scalars.push(change.realm, change.clientId, change.expectedVersion, change.at, this.#blob(change.mac), change.keyVersion);
        return;
      case "confirm_registration_access_token":
        scalars.push(change.realm, change.clientId, change.label, change.at);
        return;
      case "insert_initial_access_token": {
        const { realm, id, name, owner, purpose, digest, policy, force, redirectHosts, boundTo, usesLeft, createdAt, createdBy, expiresAt, revokedAt } = change.token;
        scalars.push(realm, id, name, owner, purpose, this.#blob(digest), policy, this.#blob(force), joinedHosts(redirectHosts), boundTo, usesLeft);
        scalars.push(createdAt, expiresAt, revokedAt);
        return this.#principal(createdBy);
      }
      case "use_initial_access_token":
      case "revoke_initial_access_token":
        scalars.push(change.realm, change.id, change.at);
        return;
      case "demand_quota": {
        const { count, limit } = change;
        scalars.push(limit, count.realm, countScopeCodes[count.scope]);
        if (count.scope !== "open") scalars.push(principalKindCodes[count.kind], count.id);
        return;
      }
      case "insert_idempotency": {
        const { mac, realm, clientId, bodyHash, sealed, createdAt, expiresAt } = change.idempotency;
        scalars.push(change.at, this.#blob(mac), realm, clientId, this.#blob(bodyHash), this.#blob(sealed), createdAt, expiresAt);
        return;
      }
      case "use_once":
        scalars.push(this.#blob(change.key), change.at, change.expiresAt);
        return;
      case "record_use":
        scalars.push(change.realm, change.clientId, change.at, change.secretLabel);
        return;
      case "insert_software_block": {
        const { realm, kind, value, reason, createdAt, createdBy } = change.block;
        scalars.push(realm, softwareBlockCodes[kind], value, reason, createdAt);
        return this.#principal(createdBy);
      }
      case "delete_software_block":
      case "demand_unblocked":
        scalars.push(change.block.realm, softwareBlockCodes[change.block.kind], change.block.value);
        return;
      case "append_change": {
        const { realm, subject, version, kind, actor, requestId, at, trace, previous, decisions, reason } = change.change;
        scalars.push(realm, subject, version, changeKindCodes[kind], requestId, at, trace, this.#blob(previous), decisions, reason);
        return this.#principal(actor);
      }
    }
  }

  #client(client: ClientRecord): void {
    this.#scalars.push(
      client.realm, client.clientId, client.version, stateCodes[client.state], client.wayIn, client.policy, client.policyVersion,
      client.createdAt, client.updatedAt, client.lastUsedAt, client.expiresAt, client.softwareId, client.softwareStatementIssuer, this.#blob(client.record),
      this.#blob(client.mac), client.keyVersion,
    );
    this.#principal(client.owner);
  }

  #credentials(credentials: readonly CredentialRecord[]): void {
    this.#scalars.push(credentials.length);
    for (const { kind, label, scheme, digest, createdAt, expiresAt, lastUsedAt } of credentials) {
      this.#scalars.push(credentialKindCodes[kind], label, scheme, this.#blob(digest), createdAt, expiresAt, lastUsedAt);
    }
  }

  #principal(principal: PrincipalRecord): void {
    this.#scalars.push(principalKindCodes[principal.kind], principal.id, principal.credentialId);
  }

  /** Appends bytes and says how many they were. */
  #blob(blob: Uint8Array): number {
    const end = this.#used + blob.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    this.#bytes.set(blob, this.#used);
    this.#used = end;
    return blob.length;
  }
}
