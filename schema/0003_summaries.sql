-- 0003: summaries of conversations.

-- What a machine made of a version of a conversation, and what a person wrote instead. The last
-- word of the person counts: a text of their own, or none, which is the machine's again.
CREATE TABLE summaries (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: undo brings it back
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    version         INTEGER NOT NULL CHECK (version >= 1),        -- of the conversation
    message_count   INTEGER NOT NULL CHECK (message_count >= 0),  -- that it had: writing on makes no version
    author          TEXT    NOT NULL CHECK (author IN ('machine', 'person')),
    method          INTEGER NOT NULL CHECK (method >= 0),         -- by which the machine made it
    made_at_ms      INTEGER NOT NULL,
    details_sealed  BLOB    NOT NULL,  -- sentences with their places, or the person's words; key words
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    CHECK ((author = 'person') = (method = 0))
) STRICT;

-- One of the machine's a version. It also finds at once what has none of its present version.
CREATE UNIQUE INDEX summaries_made
    ON summaries (conversation_id, version, message_count, method) WHERE author = 'machine';
CREATE INDEX summaries_by_conversation ON summaries (conversation_id, id);
