-- 0008: counts for the analytics, kept as data changes.
--
-- What single messages add up to is sealed (docs/decisions/0016); sums are clear.

-- A row a conversation: what each of its messages counts for.
CREATE TABLE chat_usage (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    is_counted      INTEGER NOT NULL CHECK (is_counted IN (0, 1)),  -- not in the trash, not merged
    messages        INTEGER NOT NULL CHECK (messages >= 0),
    days            INTEGER NOT NULL CHECK (days >= 0),  -- on which somebody wrote in it, UTC
    details_sealed  BLOB    NOT NULL,  -- of each message: revision, role, model, time, words, …
    seal            BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX chat_usage_longest ON chat_usage (messages) WHERE is_counted = 1;
CREATE INDEX chat_usage_returned ON chat_usage (days) WHERE is_counted = 1;

-- Sums over all conversations that are counted. Nobody but the program writes them, and
-- `privatus check` counts again.
CREATE TABLE usage_statistics (
    day      INTEGER NOT NULL,  -- since 1970, UTC; -2147483648: no time is known
    source   TEXT    NOT NULL,
    model_id INTEGER NOT NULL,  -- 0: none
    role     INTEGER NOT NULL CHECK (role BETWEEN 1 AND 4),
    messages INTEGER NOT NULL CHECK (messages > 0),
    words    INTEGER NOT NULL CHECK (words >= 0),
    tokens   INTEGER NOT NULL CHECK (tokens >= 0),  -- estimated
    context  INTEGER NOT NULL CHECK (context >= 0),  -- tokens that a model read to answer
    PRIMARY KEY (day, source, model_id, role)
) STRICT, WITHOUT ROWID;

-- How many messages each quarter of an hour of a day has, so that any time zone can be shown.
CREATE TABLE usage_hours (
    day      INTEGER PRIMARY KEY,
    quarters BLOB    NOT NULL CHECK (length(quarters) = 384)  -- 96 whole numbers of 4 bytes
) STRICT;

-- Sums whose names are sealed, and what the person says that tokens cost: a row each.
CREATE TABLE usage_details (
    id             INTEGER PRIMARY KEY CHECK (id IN (1, 2)),  -- 1 languages, 2 prices
    details_sealed BLOB    NOT NULL,
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- Conversations whose sums have still to be brought up to date; 0: all of them.
CREATE TABLE usage_queue (
    conversation_id INTEGER PRIMARY KEY,
    is_content      INTEGER NOT NULL CHECK (is_content IN (0, 1))  -- 0: only if it is counted
) STRICT;

INSERT INTO usage_queue (conversation_id, is_content) SELECT id, 1 FROM conversations;

-- By triggers, so that no code path can forget it. Who adds a message counts it in its
-- conversation's row, and an import of a million does not ask at each.
CREATE TRIGGER usage_of_new_chats AFTER INSERT ON conversations
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (new.id, 1)
        ON CONFLICT DO UPDATE SET is_content = 1;
END;

CREATE TRIGGER usage_of_changed_chats AFTER UPDATE OF version, message_count ON conversations
WHEN new.version <> old.version OR new.message_count <> old.message_count
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (new.id, 1)
        ON CONFLICT DO UPDATE SET is_content = 1;
END;

CREATE TRIGGER usage_of_the_trash AFTER UPDATE OF deleted_at_ms ON conversations
WHEN (new.deleted_at_ms IS NULL) <> (old.deleted_at_ms IS NULL)
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (new.id, 0)
        ON CONFLICT DO NOTHING;
END;

-- Its own numbers go with it, and what they were part of has to be added up again.
CREATE TRIGGER usage_of_lost_chats BEFORE DELETE ON conversations
WHEN EXISTS (SELECT 1 FROM chat_usage WHERE conversation_id = old.id AND is_counted = 1)
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (0, 1) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER usage_of_changed_messages AFTER UPDATE OF seal, flags ON messages
WHEN new.seal <> old.seal OR (new.flags | 2) <> (old.flags | 2)  -- 2: gone at its source
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (new.conversation_id, 1)
        ON CONFLICT DO UPDATE SET is_content = 1;
END;

CREATE TRIGGER usage_of_deleted_messages AFTER DELETE ON messages
WHEN EXISTS (SELECT 1 FROM conversations WHERE id = old.conversation_id)
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (old.conversation_id, 1)
        ON CONFLICT DO UPDATE SET is_content = 1;
END;

CREATE TRIGGER usage_of_merged_chats AFTER INSERT ON conversation_marks WHEN new.mark = 'merged'
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (new.conversation_id, 0)
        ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER usage_of_remarked_chats AFTER UPDATE ON conversation_marks WHEN new.mark = 'merged'
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (new.conversation_id, 0)
        ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER usage_of_parted_chats AFTER DELETE ON conversation_marks WHEN old.mark = 'merged'
BEGIN
    INSERT INTO usage_queue (conversation_id, is_content) VALUES (old.conversation_id, 0)
        ON CONFLICT DO NOTHING;
END;
