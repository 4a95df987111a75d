-- 0007: what tells whether two chats are alike, and which are said not to be.

-- One a chat, as it was in this version: made again when it has another.
CREATE TABLE chat_signatures (
    conversation_id  INTEGER PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    version          INTEGER NOT NULL CHECK (version >= 1),        -- of the conversation
    message_count    INTEGER NOT NULL CHECK (message_count >= 0),  -- that it had: writing on makes no version
    method           INTEGER NOT NULL CHECK (method >= 1),         -- by which it was made
    signature_sealed BLOB    NOT NULL,
    seal             BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- Of these two a person said that they are no duplicates.
CREATE TABLE not_duplicates (
    id              INTEGER PRIMARY KEY,
    first_id        INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    second_id       INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    dismissed_at_ms INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    CHECK (first_id < second_id),
    UNIQUE (first_id, second_id)
) STRICT;

CREATE INDEX not_duplicates_by_second ON not_duplicates (second_id);
