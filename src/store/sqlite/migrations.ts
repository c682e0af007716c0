/** One step from schema version `number - 1` to `number`: pure SQL, never edited after a release. */
export interface Migration {
  readonly number: number;
  readonly sql: string;
}

// Sizes measured with 600-byte records: about 1,130 bytes a registration over all tables, 11.3 GB at 10 million.
//
// `client` keeps a rowid: with rows of 800 bytes it takes inserts 14 % faster than WITHOUT ROWID at the same size, its integer keeps
// `credential` small, and a list walks the narrow key index instead of the rows. The key is time-ordered, so both trees grow at the right edge.
const first = `
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE client (
  number INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  client_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL,
  owner_kind INTEGER NOT NULL,
  owner_id TEXT NOT NULL,
  owner_credential_id TEXT NOT NULL,
  way_in TEXT NOT NULL,
  policy TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at INTEGER,
  software_id TEXT,
  record BLOB NOT NULL,
  mac BLOB NOT NULL,
  key_version INTEGER NOT NULL
) STRICT;

-- The primary key of the data model. About 45 bytes an entry: 0.5 GB at 10 million rows, appended at the right edge.
CREATE UNIQUE INDEX client_key ON client (realm, client_id);

-- Found through the client, so no index over digests. About 90 bytes a row, two rows a confidential client: 1.8 GB at 10 million clients.
CREATE TABLE credential (
  client INTEGER NOT NULL REFERENCES client (number),
  kind INTEGER NOT NULL,
  label TEXT NOT NULL,
  scheme TEXT NOT NULL,
  digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER,
  PRIMARY KEY (client, kind, label)
) STRICT, WITHOUT ROWID;

-- Change log, version history and audit record at once.
CREATE TABLE change (
  sequence INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  subject TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  actor_kind INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  actor_credential_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  trace TEXT NOT NULL,
  previous BLOB NOT NULL,
  decisions TEXT NOT NULL,
  chain BLOB NOT NULL
) STRICT;

CREATE TRIGGER change_is_never_updated BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;
CREATE TRIGGER change_is_never_deleted BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;

CREATE TABLE initial_access_token (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  digest BLOB NOT NULL,
  policy TEXT NOT NULL,
  uses_left INTEGER,
  created_at INTEGER NOT NULL,
  created_by_kind INTEGER NOT NULL,
  created_by_id TEXT NOT NULL,
  created_by_credential_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  PRIMARY KEY (realm, id)
) STRICT, WITHOUT ROWID;

-- The token itself names no id. Operators make these by hand: thousands at most, whatever the number of clients.
CREATE INDEX initial_access_token_digest ON initial_access_token (realm, digest);

CREATE TABLE idempotency (
  number INTEGER PRIMARY KEY,
  mac BLOB NOT NULL,
  realm TEXT NOT NULL,
  client_id TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- Random order, but it holds a day of keyed requests and not all clients: 45 bytes an entry, 0.5 GB if all 10 million came in one day.
CREATE UNIQUE INDEX idempotency_mac ON idempotency (mac);

-- For forgetting with the client. Time-ordered; 45 bytes an entry, as above.
CREATE INDEX idempotency_client ON idempotency (realm, client_id);

-- For purging. Time-ordered; 12 bytes an entry, as above.
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
`;

// `client_count` is written by each registration: one row for its owner, one for its credential. 60 bytes a row and as many rows as there
// are owners and credentials: 1.2 GB at 10 million clients if each came by a token of its own, a few kilobytes if all came by a few.
const second = `
ALTER TABLE initial_access_token ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE initial_access_token ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE initial_access_token ADD COLUMN force BLOB NOT NULL DEFAULT x'';
ALTER TABLE initial_access_token ADD COLUMN redirect_hosts TEXT NOT NULL DEFAULT '';
ALTER TABLE initial_access_token ADD COLUMN bound_to TEXT NOT NULL DEFAULT '';

-- Live clients by owner (1), by credential (2) and of the open way in (3).
CREATE TABLE client_count (
  realm TEXT NOT NULL,
  scope INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  id TEXT NOT NULL,
  clients INTEGER NOT NULL,
  PRIMARY KEY (realm, scope, kind, id)
) STRICT, WITHOUT ROWID;

INSERT INTO client_count (realm, scope, kind, id, clients)
  SELECT realm, 1, owner_kind, owner_id, count(*) FROM client WHERE state <> 3 AND owner_kind <> 1 GROUP BY realm, owner_kind, owner_id;
INSERT INTO client_count (realm, scope, kind, id, clients)
  SELECT realm, 2, owner_kind, owner_credential_id, count(*) FROM client
  WHERE state <> 3 AND owner_kind <> 1 AND owner_credential_id <> '' GROUP BY realm, owner_kind, owner_credential_id;
INSERT INTO client_count (realm, scope, kind, id, clients)
  SELECT realm, 3, 0, '', count(*) FROM client WHERE state <> 3 AND way_in = 'open' GROUP BY realm;

-- For the clients of one initial access token, which may have to go with it. 75 bytes an entry, for clients that came by a token alone:
-- 0.75 GB if all 10 million did.
CREATE INDEX client_by_initial_access_token ON client (realm, owner_credential_id, client_id) WHERE owner_kind = 3;
`;

// A reason and an issuer that are not there cost a byte in the row's header each: 20 MB at 10 million clients.
const third = `
ALTER TABLE change ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN software_statement_issuer TEXT;

-- For the clients that one issuer vouches for. 75 bytes an entry, for clients that came with a statement alone: 0.75 GB if all 10 million did.
CREATE INDEX client_by_software_statement_issuer ON client (realm, software_statement_issuer, client_id) WHERE software_statement_issuer IS NOT NULL;

-- What must not be seen twice, as an assertion's jti, for as long as it could be: minutes. Random order, 45 bytes a row: 45 MB for a million
-- that are unexpired at once.
CREATE TABLE used_once (
  key BLOB NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For purging. Time-ordered; 45 bytes an entry, as above.
CREATE INDEX used_once_expiry ON used_once (expires_at);
`;

// Looked at by each registration that names a software_id. A few rows: what operators have blocked.
const fourth = `
CREATE TABLE software_block (
  realm TEXT NOT NULL,
  -- 1 an issuer of statements, 2 a software_id, 3 one statement.
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by_kind INTEGER NOT NULL,
  created_by_id TEXT NOT NULL,
  created_by_credential_id TEXT NOT NULL,
  PRIMARY KEY (realm, kind, value)
) STRICT, WITHOUT ROWID;
`;

// 45 bytes an entry beside the owner's id: 0.9 GB at 10 million clients whose owners have ids of 45 characters, as SPIFFE IDs do; nothing for
// those that came through the open way in.
const fifth = `
-- For the clients of one owner: lists, and a registrar's own.
CREATE INDEX client_by_owner ON client (realm, owner_id, client_id) WHERE owner_kind <> 1;
`;

/** All migrations, in order; number n stands at position n - 1. */
export const migrations: readonly Migration[] = [{ number: 1, sql: first }, { number: 2, sql: second }, { number: 3, sql: third }, { number: 4, sql: fourth }, { number: 5, sql: fifth }];
