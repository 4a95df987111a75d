-- 0012: where backups go, and what the repositories there are known to hold.

CREATE TABLE backup_destinations (
    id             INTEGER PRIMARY KEY,
    added_at_ms    INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- name, address, what opens the store, schedule, rules
    state_sealed   BLOB    NOT NULL,  -- how the last attempts went
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- Mirrors the manifests: what is dropped stays, so that it is known if somebody puts it back.
CREATE TABLE backup_metadata (
    id             INTEGER PRIMARY KEY,
    destination_id INTEGER NOT NULL REFERENCES backup_destinations ON DELETE CASCADE,
    backup_id      BLOB    NOT NULL CHECK (length(backup_id) = 16),
    sequence       INTEGER NOT NULL CHECK (sequence >= 1),
    made_at_ms     INTEGER NOT NULL,
    is_pinned      INTEGER NOT NULL CHECK (is_pinned IN (0, 1)),
    verified_at_ms INTEGER,
    proven_at_ms   INTEGER,
    dropped_at_ms  INTEGER,
    details_sealed BLOB    NOT NULL,  -- kind, sizes, host, hash and signer of the manifest
    seal           BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (destination_id, backup_id)
) STRICT;

CREATE TABLE backup_contents (
    metadata_id INTEGER NOT NULL REFERENCES backup_metadata ON DELETE CASCADE,
    table_name  TEXT    NOT NULL,
    rows        INTEGER NOT NULL CHECK (rows >= 0),
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    checksum    BLOB    NOT NULL CHECK (length(checksum) = 32),
    PRIMARY KEY (metadata_id, table_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_checks (
    id             INTEGER PRIMARY KEY,
    destination_id INTEGER NOT NULL REFERENCES backup_destinations ON DELETE CASCADE,
    at_ms          INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('verify', 'drill', 'prune', 'restore')),
    details_sealed BLOB    NOT NULL,  -- the report
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX backup_checks_by_destination ON backup_checks (destination_id, kind, at_ms);
