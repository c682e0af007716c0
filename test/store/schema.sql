-- change
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
, reason TEXT NOT NULL DEFAULT '') STRICT;

-- change_is_never_deleted
CREATE TRIGGER change_is_never_deleted BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;

-- change_is_never_updated
CREATE TRIGGER change_is_never_updated BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;

-- client
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
, software_statement_issuer TEXT) STRICT;

-- client_by_initial_access_token
CREATE INDEX client_by_initial_access_token ON client (realm, owner_credential_id, client_id) WHERE owner_kind = 3;

-- client_by_owner
CREATE INDEX client_by_owner ON client (realm, owner_id, client_id) WHERE owner_kind <> 1;

-- client_by_software_statement_issuer
CREATE INDEX client_by_software_statement_issuer ON client (realm, software_statement_issuer, client_id) WHERE software_statement_issuer IS NOT NULL;

-- client_count
CREATE TABLE client_count (
  realm TEXT NOT NULL,
  scope INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  id TEXT NOT NULL,
  clients INTEGER NOT NULL,
  PRIMARY KEY (realm, scope, kind, id)
) STRICT, WITHOUT ROWID;

-- client_key
CREATE UNIQUE INDEX client_key ON client (realm, client_id);

-- credential
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

-- idempotency
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

-- idempotency_client
CREATE INDEX idempotency_client ON idempotency (realm, client_id);

-- idempotency_expiry
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

-- idempotency_mac
CREATE UNIQUE INDEX idempotency_mac ON idempotency (mac);

-- initial_access_token
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
  revoked_at INTEGER, owner TEXT NOT NULL DEFAULT '', purpose TEXT NOT NULL DEFAULT '', force BLOB NOT NULL DEFAULT x'', redirect_hosts TEXT NOT NULL DEFAULT '', bound_to TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (realm, id)
) STRICT, WITHOUT ROWID;

-- initial_access_token_digest
CREATE INDEX initial_access_token_digest ON initial_access_token (realm, digest);

-- meta
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

-- software_block
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

-- used_once
CREATE TABLE used_once (
  key BLOB NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- used_once_expiry
CREATE INDEX used_once_expiry ON used_once (expires_at);
