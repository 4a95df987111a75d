-- 0006: folders, and what a person chose for this vault.

-- What they are called is sealed, and in which order they stand.
CREATE TABLE folders (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: undo brings it back
    created_at_ms  INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- name with those it lies in, position
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- In which folder a chat is: one at most. The seal holds all of it together.
CREATE TABLE folder_chats (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    folder_id       INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    put_at_ms       INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX folder_chats_by_folder ON folder_chats (folder_id, conversation_id);

-- What a list of those with a star counts, without reading all others.
CREATE INDEX conversations_starred ON conversations (id) WHERE is_starred = 1;

-- What holds for this vault wherever it is opened.
CREATE TABLE preferences (
    id             INTEGER PRIMARY KEY,  -- privatus/core/preference.py
    details_sealed BLOB    NOT NULL,
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;
