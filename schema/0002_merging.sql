-- 0002: chats that were made of other chats, and where each of their messages came from.

-- Which chats a hybrid was merged of, or which one a chat was split from.
CREATE TABLE chat_sources (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    source_id       INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL CHECK (position >= 0),  -- its place among the sources
    kind            TEXT    NOT NULL CHECK (kind IN ('merge', 'split')),
    source_version  INTEGER NOT NULL CHECK (source_version >= 1),  -- what was taken over last
    created_at_ms   INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    CHECK (conversation_id <> source_id),
    UNIQUE (conversation_id, source_id)
) STRICT;

CREATE INDEX chat_sources_by_source ON chat_sources (source_id, conversation_id);

-- From where a message of such a chat came; one that two sources had alike has a row for each.
CREATE TABLE chat_links (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_number  INTEGER NOT NULL,
    source_id       INTEGER NOT NULL,
    source_number   INTEGER NOT NULL,
    source_revision INTEGER NOT NULL CHECK (source_revision >= 1),  -- what was taken over last
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (conversation_id, source_id, source_number),
    FOREIGN KEY (conversation_id, message_number)
        REFERENCES messages (conversation_id, number) ON DELETE CASCADE,
    FOREIGN KEY (source_id, source_number)
        REFERENCES messages (conversation_id, number) ON DELETE CASCADE
) STRICT;

CREATE INDEX chat_links_by_message ON chat_links (conversation_id, message_number);
CREATE INDEX chat_links_by_source ON chat_links (source_id, source_number);
