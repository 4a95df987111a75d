-- 0004: what a person had removed for good.

-- Begun and not yet done: rows, index and files cannot be changed together, so the next opening
-- goes on with what a crash has left here.
CREATE TABLE purges (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    begun_at_ms INTEGER NOT NULL,
    with_copy   INTEGER NOT NULL CHECK (with_copy IN (0, 1))  -- also the one before a migration
) STRICT;

-- Files that may have to go with them: those that nothing else names.
CREATE TABLE purge_blobs (
    blob_name BLOB PRIMARY KEY CHECK (length(blob_name) = 32)
) STRICT, WITHOUT ROWID;

-- Conversations that were deleted for good. An import leaves them out, until it is told to bring
-- them again; their row ids, and those of their messages, are never given to others.
CREATE TABLE deleted_conversations (
    id              INTEGER PRIMARY KEY,  -- its row id
    last_message_id INTEGER NOT NULL,
    external_tag    BLOB UNIQUE CHECK (length(external_tag) = 16),  -- NULL: it was brought again
    deleted_at_ms   INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;
