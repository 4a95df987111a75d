-- 0009: vault keys that are no longer in force, for the backups that were made under them.

CREATE TABLE former_keys (
    id            INTEGER PRIMARY KEY CHECK (id >= 1),  -- the how-manieth vault key it was
    retired_at_ms INTEGER NOT NULL,
    key_sealed    BLOB    NOT NULL,
    seal          BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;
