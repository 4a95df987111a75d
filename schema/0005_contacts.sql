-- The person's own identity, their contacts, and who takes part in a conversation.

-- The keys that this vault's person signs with. One row is in use; the others say which keys were
-- theirs once, and have no private keys any more.
CREATE TABLE identity (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at_ms  INTEGER NOT NULL,
    retired_at_ms  INTEGER,
    wrapped_keys   BLOB CHECK (length(wrapped_keys) = 96),  -- privatus/vault/identity.py
    details_sealed BLOB    NOT NULL,  -- public keys, name, note, fields
    picture_sealed BLOB,
    seal           BLOB    NOT NULL CHECK (length(seal) = 37),
    CHECK ((wrapped_keys IS NULL) = (retired_at_ms IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX identity_in_use ON identity ((retired_at_ms IS NULL))
 WHERE retired_at_ms IS NULL;

CREATE TABLE contacts (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: undo brings it back
    public_id      BLOB    NOT NULL UNIQUE CHECK (length(public_id) = 16),
    created_at_ms  INTEGER NOT NULL,
    changed_at_ms  INTEGER NOT NULL,
    is_blocked     INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    details_sealed BLOB    NOT NULL,  -- names, fields, note, tags, public keys and who verified them
    picture_sealed BLOB,
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- Which contact takes part in which conversation. Accounts and models are with the conversation.
CREATE TABLE participants (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    contact_id      INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    added_at_ms     INTEGER NOT NULL,
    seal            BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (conversation_id, contact_id)
) STRICT;

CREATE INDEX participants_by_contact ON participants (contact_id);
