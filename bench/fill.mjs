// Fills a store with clients as the service would have written them: real records, MACs, credentials and change rows, many to a unit.

import { create } from "@bufbuild/protobuf";
import { join } from "node:path";
import { ClientMetadataSchema } from "../gen/ts/matricula/v1/client_metadata_pb.js";
import { progress } from "./progress.mjs";

const clientsPerUnit = 100;
const unitsAtOnce = 16;

/** Ids that requests are made of, and secrets. */
const sample = 20_000;
const owners = 1_000;
const hosts = 1_000;

export const commonGrant = "authorization_code";
export const rareGrant = "urn:ietf:params:oauth:grant-type:device_code";
const rareEvery = 10_000;

/** Of the client with this number. */
export const ownerOf = (number) => `spiffe://example.org/team-${number % owners}`;
export const hostOf = (number) => `app-${(number * 7) % hosts}.example.com`;
export const nameOf = (number) => `Application ${number} of a shop`;

/** Fills the store in a data folder that the service has made. Resolves with what rows ask for. */
export async function fillStore({ build, data, clients }) {
  const load = (name) => import(join(build.root, "dist", name));
  const { makeClientId } = await load("domain/client-id.js");
  const { credentialRecord, digestOf, makeToken } = await load("domain/credentials.js");
  const { createRandomBytes } = await load("serve/random.js");
  const { ensureServerKey, serverKeyVersion } = await load("serve/server-key.js");
  const { clientRecord } = await load("service/client-record.js");
  const { deriveKeys } = await load("service/keys.js");
  const { openSqliteStore } = await load("store/sqlite/store.js");
  const random = createRandomBytes();
  const keys = deriveKeys(await ensureServerKey(data, false), serverKeyVersion, random);
  const start = performance.now();
  const lastIssuedAt = Math.floor(Date.now() / 1_000) - 60;
  const filled = { clients, ids: [], secrets: [], lastIssuedAt, seconds: 0 };
  const every = Math.max(1, Math.floor(clients / sample));

  function changesOf(number) {
    // One a second, so that ids and times are as a life of registrations leaves them.
    const now = lastIssuedAt - clients + number;
    const clientId = makeClientId(now * 1_000, random);
    const owner = { kind: "certificate", id: ownerOf(number), credentialId: "fingerprint" };
    const metadata = create(ClientMetadataSchema, {
      redirectUris: [`https://${hostOf(number)}/callback`],
      grantTypes: number % rareEvery === 0 ? [commonGrant, rareGrant] : [commonGrant, "refresh_token"],
      responseTypes: ["code"],
      clientName: nameOf(number),
      softwareId: `software-${number % 5_000}`,
      scope: "openid profile email",
      contacts: ["ops@example.com"],
      tokenEndpointAuthMethod: "client_secret_basic",
      applicationType: "web",
    });
    const secret = makeToken("client_secret", random);
    const token = makeToken("registration_access_token", random);
    const credentials = [
      credentialRecord("registration_access_token", "1", digestOf("registration_access_token", "default", clientId, token), now, 0),
      credentialRecord("client_secret", "1", digestOf("client_secret", "default", clientId, secret), now, 0),
    ];
    const client = clientRecord(
      keys,
      {
        realm: "default", clientId, version: 1, state: "active", owner, wayIn: "certificate", policy: "rfc7591", policyVersion: "1", createdAt: now, updatedAt: now,
        lastUsedAt: number % 3 === 0 ? now + 60 : null, expiresAt: null, softwareStatementIssuer: null,
      },
      metadata,
    );
    if (number % every === 0 && filled.ids.length < sample) {
      filled.ids.push(clientId);
      filled.secrets.push({ clientId, secret });
    }
    const change = {
      realm: "default", subject: clientId, version: 1, kind: "registered", actor: owner, requestId: "fill", at: now, trace: "", previous: new Uint8Array(0), decisions: "", reason: "",
    };
    return [{ kind: "insert_client", client, credentials }, { kind: "append_change", change }];
  }

  const store = await openSqliteStore({ file: join(data, "matricula.db") });
  try {
    let next = 0;
    let stored = 0;
    const writer = async () => {
      while (next < clients) {
        const unit = [];
        for (let left = Math.min(clientsPerUnit, clients - next); left > 0; left -= 1) unit.push(...changesOf(next++));
        const { committed } = await store.commit(unit);
        if (!committed) throw new Error("the store refused a client");
        stored += unit.length / 2;
        if (stored % 100_000 === 0) progress(`${stored.toLocaleString("en")} clients`);
      }
    };
    await Promise.all(Array.from({ length: unitsAtOnce }, writer));
  } finally {
    await store.close();
  }
  filled.seconds = (performance.now() - start) / 1_000;
  return filled;
}
