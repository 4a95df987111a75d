-- 0001: conversations, their messages, attachments, history, keys and log.
--
-- Sealed columns end in _sealed; the seal column of their row opens them (docs/vault-format.md).
-- Times are unix milliseconds, UTC. Ids are small integers; public ids are what leaves the vault.

CREATE TABLE key_store (
    id            INTEGER PRIMARY KEY,
    kind          INTEGER NOT NULL CHECK (kind IN (1, 2)),  -- 1 scope, 2 container
    parent_id     INTEGER REFERENCES key_store (id),
    state         TEXT    NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retired', 'destroyed')),
    wrapped_key   BLOB    NOT NULL CHECK (length(wrapped_key) = 60),
    created_at_ms INTEGER NOT NULL,
    CHECK ((kind = 1) = (parent_id IS NULL))
) STRICT;

-- An opening looks for the scope, and must not read the keys of all conversations for it.
CREATE INDEX key_store_scopes ON key_store (id) WHERE kind = 1;

-- What lets former words go: a row in here. Its reference leads nowhere, so no transaction can
-- commit while there is one: it is taken out again by whoever put it in.
CREATE TABLE purge_permits (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    until_commit INTEGER NOT NULL DEFAULT 0 CHECK (until_commit = 0)
        REFERENCES key_store (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- The accounts at providers that conversations came from.
CREATE TABLE accounts (
    id          INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    tag         BLOB NOT NULL UNIQUE CHECK (length(tag) = 16),  -- keyed hash of source and name
    name_sealed BLOB NOT NULL,
    seal        BLOB NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE TABLE models (
    id          INTEGER PRIMARY KEY,
    name_sealed BLOB NOT NULL,
    seal        BLOB NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE TABLE conversations (
    id              INTEGER PRIMARY KEY,
    public_id       BLOB    NOT NULL UNIQUE CHECK (length(public_id) = 16),
    key_id          INTEGER NOT NULL UNIQUE REFERENCES key_store (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('ai', 'direct', 'group', 'room', 'bot', 'document')),
    source          TEXT    NOT NULL CHECK (length(source) BETWEEN 1 AND 64),
    account_id      INTEGER REFERENCES accounts (id),
    external_tag    BLOB    NOT NULL UNIQUE CHECK (length(external_tag) = 16),  -- keyed hash of source and external id
    digest          BLOB    NOT NULL CHECK (length(digest) = 16),  -- keyed hash of what the last import held
    version         INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    model_id        INTEGER REFERENCES models (id),
    created_at_ms   INTEGER,
    updated_at_ms   INTEGER,
    sort_at_ms      INTEGER NOT NULL,  -- the newest of what is known: lists are ordered by it
    imported_at_ms  INTEGER NOT NULL,
    deleted_at_ms   INTEGER,  -- in the trash since
    is_archived     INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
    is_starred      INTEGER NOT NULL DEFAULT 0 CHECK (is_starred IN (0, 1)),
    is_missing      INTEGER NOT NULL DEFAULT 0 CHECK (is_missing IN (0, 1)),  -- no longer at its source
    message_count   INTEGER NOT NULL CHECK (message_count >= 0),
    active_number   INTEGER,  -- the leaf of the branch that is shown
    title_sealed    BLOB    NOT NULL,
    details_sealed  BLOB    NOT NULL,  -- external id, project, metadata
    seal            BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX conversations_newest ON conversations (sort_at_ms DESC, id DESC);
CREATE INDEX conversations_by_account ON conversations (account_id);
-- Every search leaves out what is in the trash.
CREATE INDEX conversations_in_trash ON conversations (deleted_at_ms) WHERE deleted_at_ms IS NOT NULL;

CREATE TRIGGER conversations_are_kept BEFORE DELETE ON conversations
WHEN NOT EXISTS (SELECT 1 FROM purge_permits)
BEGIN
    SELECT RAISE(ABORT, 'a conversation goes by a purge only');
END;

-- What the person set about a conversation, apart from what its provider says: a row a mark. An
-- import leaves them alone, but for what it brings being unread.
CREATE TABLE conversation_marks (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    mark            TEXT    NOT NULL CHECK (length(mark) BETWEEN 1 AND 32),  -- privatus/core/marks.py
    value           INTEGER NOT NULL CHECK (value >= 0),  -- 0: taken away, 1: set
    set_at_ms       INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    PRIMARY KEY (conversation_id, mark)
) STRICT, WITHOUT ROWID;

-- A list begins with what is pinned, and must not look through all marks for it.
CREATE INDEX conversation_marks_set ON conversation_marks (mark, conversation_id) WHERE value = 1;

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL CHECK (number >= 1),  -- its own within the conversation
    parent_number   INTEGER CHECK (parent_number < number),
    role            INTEGER NOT NULL CHECK (role BETWEEN 1 AND 4),  -- user, assistant, system, tool
    model_id        INTEGER REFERENCES models (id),
    created_at_ms   INTEGER,
    flags           INTEGER NOT NULL CHECK (flags >= 0),  -- privatus/core/flags.py
    revision        INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    content_sealed  BLOB,  -- words, external id, metadata; NULL: it is large, and lies in message_content
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (conversation_id, number),
    FOREIGN KEY (conversation_id, parent_number) REFERENCES messages (conversation_id, number)
) STRICT;

-- Where a branch leaves the order of numbers: what lies between is found without reading it.
CREATE INDEX messages_jumps ON messages (conversation_id, number, parent_number)
 WHERE number > 1 AND parent_number IS NOT number - 1;

-- What a person removed, so that a chat in which nothing is need not be read for it. 1024: removed.
CREATE INDEX messages_removed ON messages (conversation_id, number, parent_number)
 WHERE flags & 1024;

-- Contents over 16 KB, so that scans of messages stay small. A row is never changed: a new
-- revision is a new row, and history reads the old one where it is.
CREATE TABLE message_content (
    message_id     INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    content_sealed BLOB    NOT NULL,
    PRIMARY KEY (message_id, revision)
) STRICT;

CREATE TRIGGER message_content_is_immutable BEFORE UPDATE ON message_content
BEGIN
    SELECT RAISE(ABORT, 'message_content rows are never changed');
END;

CREATE TRIGGER message_content_is_kept BEFORE DELETE ON message_content
WHEN NOT EXISTS (SELECT 1 FROM purge_permits)
 AND (EXISTS (SELECT 1 FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id
               WHERE m.id = old.message_id)
   OR EXISTS (SELECT 1 FROM messages_history AS h
                JOIN conversations AS c ON c.id = h.conversation_id
               WHERE h.message_id = old.message_id))
BEGIN
    SELECT RAISE(ABORT, 'message_content rows go with their conversation or by a purge only');
END;

-- Former revisions. They open in the context of the row that they came from.
CREATE TABLE messages_history (
    id              INTEGER PRIMARY KEY,
    message_id      INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    parent_number   INTEGER,
    role            INTEGER NOT NULL,
    model_id        INTEGER,
    created_at_ms   INTEGER,
    flags           INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    content_sealed  BLOB,
    seal            BLOB    NOT NULL,
    replaced_at_ms  INTEGER NOT NULL,
    UNIQUE (message_id, revision)
) STRICT;

CREATE INDEX messages_history_by_conversation ON messages_history (conversation_id);

-- History is kept here and not in the program, so that no code path can forget it.
CREATE TRIGGER messages_keep_former BEFORE UPDATE OF seal, content_sealed ON messages
BEGIN
    INSERT INTO messages_history (message_id, conversation_id, number, parent_number, role, model_id,
                                  created_at_ms, flags, revision, content_sealed, seal,
                                  replaced_at_ms)
    VALUES (old.id, old.conversation_id, old.number, old.parent_number, old.role, old.model_id,
            old.created_at_ms, old.flags, old.revision, old.content_sealed, old.seal,
            CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;

CREATE TRIGGER messages_keep_deleted BEFORE DELETE ON messages
WHEN EXISTS (SELECT 1 FROM conversations WHERE id = old.conversation_id)
BEGIN
    INSERT INTO messages_history (message_id, conversation_id, number, parent_number, role, model_id,
                                  created_at_ms, flags, revision, content_sealed, seal,
                                  replaced_at_ms)
    VALUES (old.id, old.conversation_id, old.number, old.parent_number, old.role, old.model_id,
            old.created_at_ms, old.flags, old.revision, old.content_sealed, old.seal,
            CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;

-- A purge takes the words out of a former revision; that there was one is kept.
CREATE TRIGGER messages_history_is_immutable BEFORE UPDATE ON messages_history
WHEN NOT EXISTS (SELECT 1 FROM purge_permits)
BEGIN
    SELECT RAISE(ABORT, 'former revisions are changed by a purge only');
END;

CREATE TRIGGER messages_history_is_kept BEFORE DELETE ON messages_history
WHEN EXISTS (SELECT 1 FROM conversations WHERE id = old.conversation_id)
BEGIN
    SELECT RAISE(ABORT, 'former revisions go with their conversation only');
END;

-- What goes with its conversation takes its large contents along.
CREATE TRIGGER messages_take_their_content AFTER DELETE ON messages
WHEN NOT EXISTS (SELECT 1 FROM conversations WHERE id = old.conversation_id)
BEGIN
    DELETE FROM message_content WHERE message_id = old.id;
END;

CREATE TRIGGER messages_history_takes_its_content AFTER DELETE ON messages_history
WHEN NOT EXISTS (SELECT 1 FROM conversations WHERE id = old.conversation_id)
BEGIN
    DELETE FROM message_content WHERE message_id = old.message_id;
END;

-- A message stays who it is: its id is part of what its seal binds.
CREATE TRIGGER messages_keep_their_id BEFORE UPDATE OF id, conversation_id, number ON messages
WHEN new.id <> old.id OR new.conversation_id <> old.conversation_id OR new.number <> old.number
BEGIN
    SELECT RAISE(ABORT, 'a message keeps its id, conversation and number');
END;

-- The files of a message, and those of its former revisions, which history shows.
CREATE TABLE attachments (
    id              INTEGER PRIMARY KEY,
    message_id      INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    revision        INTEGER NOT NULL CHECK (revision >= 1),  -- of the message
    position        INTEGER NOT NULL CHECK (position >= 0),
    blob_name       BLOB CHECK (length(blob_name) = 32),  -- NULL: the export did not hold the file
    size_bytes      INTEGER CHECK (size_bytes >= 0),
    details_sealed  BLOB    NOT NULL,  -- name, media type, digest, external id, metadata
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (message_id, revision, position)
) STRICT;

CREATE INDEX attachments_by_blob ON attachments (blob_name) WHERE blob_name IS NOT NULL;

CREATE TRIGGER attachments_of_history_are_kept BEFORE DELETE ON attachments
WHEN NOT EXISTS (SELECT 1 FROM purge_permits)
 AND EXISTS (SELECT 1 FROM messages WHERE id = old.message_id AND revision > old.revision)
BEGIN
    SELECT RAISE(ABORT, 'files of former revisions go by a purge only');
END;

-- What changed in a conversation, and when: one row a version. The first one has none where it is an
-- import, which is nearly always.
CREATE TABLE chat_versions (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL CHECK (number >= 1),
    actor           TEXT    NOT NULL CHECK (actor IN ('import', 'person')),
    created_at_ms   INTEGER NOT NULL,
    added           INTEGER NOT NULL CHECK (added >= 0),
    changed         INTEGER NOT NULL CHECK (changed >= 0),
    missing         INTEGER NOT NULL CHECK (missing >= 0),
    details_sealed  BLOB    NOT NULL,  -- which messages, from which revisions; the former title and details
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (conversation_id, number)
) STRICT;

CREATE TRIGGER chat_versions_are_immutable BEFORE UPDATE ON chat_versions
WHEN NOT EXISTS (SELECT 1 FROM purge_permits)
BEGIN
    SELECT RAISE(ABORT, 'versions are changed by a purge only');
END;

CREATE TRIGGER chat_versions_are_kept BEFORE DELETE ON chat_versions
WHEN EXISTS (SELECT 1 FROM conversations WHERE id = old.conversation_id)
BEGIN
    SELECT RAISE(ABORT, 'versions go with their conversation only');
END;

-- What the search index has still to take over, in order; it lies in another file, which cannot
-- commit together with this one. A row goes only when the index has it on disk.
CREATE TABLE index_queue (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    subject  TEXT    NOT NULL CHECK (subject IN ('messages', 'conversations')),
    first_id INTEGER NOT NULL,
    last_id  INTEGER NOT NULL CHECK (last_id >= first_id)
) STRICT;

-- What a person searches for often, and how they call it.
CREATE TABLE saved_searches (
    id             INTEGER PRIMARY KEY,
    saved_at_ms    INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- name, query, order
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- A person's own words for chats and messages. What they are called is sealed.
CREATE TABLE tags (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: undo brings it back
    created_at_ms  INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- name with those it lies in, colour
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- Which chat or message has which tag, and who gave it when. The seal holds all of it together.
CREATE TABLE chat_tags (
    id              INTEGER PRIMARY KEY,
    tag_id          INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_number  INTEGER,  -- NULL: the conversation as a whole
    actor           TEXT    NOT NULL CHECK (actor IN ('person', 'rule', 'import')),
    rule_id         INTEGER CHECK (rule_id IS NULL OR actor = 'rule'),  -- which may be gone
    added_at_ms     INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    FOREIGN KEY (conversation_id, message_number)
        REFERENCES messages (conversation_id, number) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX chat_tags_by_tag
    ON chat_tags (tag_id, conversation_id, coalesce(message_number, 0));
CREATE INDEX chat_tags_by_conversation ON chat_tags (conversation_id, message_number);
CREATE INDEX chat_tags_by_rule ON chat_tags (rule_id) WHERE rule_id IS NOT NULL;

-- Searches that give a tag to what they find, now and after each import.
CREATE TABLE tag_rules (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: chat_tags names it
    tag_id         INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    created_at_ms  INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- query, and the chats that a person took the tag from
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- What a person highlighted and noted. Where it stands in its message now is found when it is
-- read: an import changes no row here.
CREATE TABLE annotations (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: undo brings it back
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_number  INTEGER,  -- NULL: the conversation as a whole
    revision        INTEGER CHECK (revision >= 1),  -- of the message, that it was placed on
    created_at_ms   INTEGER NOT NULL,
    details_sealed  BLOB    NOT NULL,  -- note, colour, and the passage with what stood around it
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    CHECK ((message_number IS NULL) = (revision IS NULL)),
    FOREIGN KEY (conversation_id, message_number)
        REFERENCES messages (conversation_id, number) ON DELETE CASCADE
) STRICT;

CREATE INDEX annotations_by_conversation ON annotations (conversation_id, message_number);

CREATE TABLE audit_log (
    id             INTEGER PRIMARY KEY,
    at_ms          INTEGER NOT NULL,
    action         TEXT    NOT NULL,
    details_sealed BLOB    NOT NULL,
    seal           BLOB    NOT NULL CHECK (length(seal) = 37),
    chain          BLOB    NOT NULL CHECK (length(chain) = 32)  -- keyed hash over this row and the chain before it
) STRICT;

CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

-- Its oldest rows go when a person said after how long; audit_cuts says where it begins then.
CREATE TRIGGER audit_log_keeps_its_rows BEFORE DELETE ON audit_log
WHEN NOT EXISTS (SELECT 1 FROM purge_permits)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;
