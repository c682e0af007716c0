// A writer process for the durability tests: 16 writers commit registrations to the built store, and each answer goes to standard output
// as one line, written at once. Plain JavaScript, because it runs without a test runner, under strace.
//
//   node driver.mjs FILE UNITS [FULL|NORMAL]
//
// Lines: "open", "ack ID", "refused ID KIND RETRY_AFTER", "cannot-open CODE", "end WRITABLE".

import { writeSync } from "node:fs";

const [file, units, synchronous = "FULL"] = process.argv.slice(2);
const { openSqliteStore } = await import("../../dist/store/sqlite/store.js");
const writers = 16;

/** At once: a buffered line would be written later than it is true. A pipe that is full for the moment is tried again. */
function say(line) {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function registration(clientId) {
  const owner = { kind: "anonymous", id: "anonymous", credentialId: "" };
  const now = 1_700_000_000;
  const client = {
    realm: "default", clientId, version: 1, state: "active", owner, wayIn: "open", policy: "default", policyVersion: "1", createdAt: now,
    updatedAt: now, lastUsedAt: null, expiresAt: null, softwareId: null, softwareStatementIssuer: null, record: new Uint8Array(300), mac: new Uint8Array(32), keyVersion: 1,
  };
  const credential = { kind: "client_secret", label: "1", scheme: "sha256", digest: new Uint8Array(32), createdAt: now, expiresAt: 0, lastUsedAt: null };
  const change = {
    realm: "default", subject: clientId, version: 1, kind: "registered", actor: owner, requestId: "r", at: now, trace: "",
    previous: new Uint8Array(0), decisions: "", reason: "",
  };
  return [{ kind: "insert_client", client, credentials: [credential] }, { kind: "append_change", change }];
}

let next = 0;
async function writer(store) {
  while (next < Number(units)) {
    const clientId = `unit-${String(next++).padStart(6, "0")}-`;
    try {
      const { committed } = await store.commit(registration(clientId));
      say(`${committed ? "ack" : "lost"} ${clientId}`);
    } catch (error) {
      say(`refused ${clientId} ${error.kind} ${error.retryAfter}`);
    }
  }
}

try {
  const store = await openSqliteStore({ file, ...(synchronous === "NORMAL" && { unsafeSynchronous: "NORMAL" }) });
  say("open");
  await Promise.all(Array.from({ length: writers }, () => writer(store)));
  say(`end ${store.writable()}`);
  await store.close();
} catch (error) {
  say(`cannot-open ${error.code ?? error}`);
}
