-- 0010: conversations that were moved out of the database into sealed archive files.

-- What lists and searches of archives need. The rows themselves lie in the file, sealed as they
-- were; the key that opens them stays in key_store, and gets another scope's wrapping with it.
CREATE TABLE archived_conversations (
    id             INTEGER PRIMARY KEY,  -- its row id, which it gets again
    public_id      BLOB    NOT NULL UNIQUE CHECK (length(public_id) = 16),
    key_id         INTEGER NOT NULL UNIQUE REFERENCES key_store (id),
    account_id     INTEGER REFERENCES accounts (id),
    external_tag   BLOB    NOT NULL UNIQUE CHECK (length(external_tag) = 16),
    digest         BLOB    NOT NULL CHECK (length(digest) = 16),  -- as in conversations
    -- writing: it is in the database still; back: it is there again, and the file has to go
    state          TEXT    NOT NULL CHECK (state IN ('writing', 'away', 'back')),
    format         TEXT    NOT NULL CHECK (format IN ('jsonl', 'csv', 'parquet')),
    file_name      BLOB    NOT NULL UNIQUE CHECK (length(file_name) = 16),
    size_bytes     INTEGER NOT NULL CHECK (size_bytes >= 0),
    is_remote      INTEGER NOT NULL CHECK (is_remote IN (0, 1)),  -- on a destination
    kind           TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    created_at_ms  INTEGER,
    sort_at_ms     INTEGER NOT NULL,
    archived_at_ms INTEGER NOT NULL,
    message_count  INTEGER NOT NULL CHECK (message_count >= 0),
    title_sealed   BLOB    NOT NULL,
    details_sealed BLOB    NOT NULL,  -- hash of the file, and where it lies
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- An opening looks for what a crash has left, and nearly always finds nothing.
CREATE INDEX archived_conversations_unsettled ON archived_conversations (id) WHERE state <> 'away';

-- Their attachment files, which stay where they are.
CREATE TABLE archived_blobs (
    conversation_id INTEGER NOT NULL REFERENCES archived_conversations (id) ON DELETE CASCADE,
    blob_name       BLOB    NOT NULL CHECK (length(blob_name) = 32),
    PRIMARY KEY (conversation_id, blob_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX archived_blobs_by_name ON archived_blobs (blob_name);

-- The models that their messages name, which have to be there when they come back.
CREATE TABLE archived_models (
    conversation_id INTEGER NOT NULL REFERENCES archived_conversations (id) ON DELETE CASCADE,
    model_id        INTEGER NOT NULL REFERENCES models (id),
    PRIMARY KEY (conversation_id, model_id)
) STRICT, WITHOUT ROWID;

-- Rows that belong to two conversations: they come back when both of them are there.
CREATE TABLE archived_ties (
    id         INTEGER PRIMARY KEY,
    table_name TEXT    NOT NULL CHECK (table_name IN ('chat_sources', 'chat_links', 'not_duplicates')),
    first_id   INTEGER NOT NULL,
    second_id  INTEGER NOT NULL,
    row_sealed BLOB    NOT NULL,
    seal       BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX archived_ties_by_first ON archived_ties (first_id);
CREATE INDEX archived_ties_by_second ON archived_ties (second_id);

-- The highest row ids that were there when something was archived: a seal binds its row's id, so
-- that no other row may have it when that comes back.
CREATE TABLE archived_ids (
    table_name TEXT    PRIMARY KEY,
    last_id    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
