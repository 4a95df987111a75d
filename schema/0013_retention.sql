-- 0013: how long data is kept, and what goes next.

-- What a person decided; without a row of its kind everything stays.
CREATE TABLE retention_policies (
    id             INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 5),  -- chats, messages, audit, errors, metrics
    action         TEXT    NOT NULL CHECK (action IN ('keep', 'archive', 'destroy')),
    days           INTEGER NOT NULL CHECK (days >= 1),
    grace_days     INTEGER NOT NULL CHECK (grace_days >= 0),
    with_marked    INTEGER NOT NULL CHECK (with_marked IN (0, 1)),
    details_sealed BLOB    NOT NULL,  -- where archives go, and in which format
    seal           BLOB    NOT NULL CHECK (length(seal) = 37),
    CHECK (action <> 'archive' OR id = 1),
    CHECK (grace_days >= 1 OR id IN (4, 5))
) STRICT;

-- What will go when its grace is over, unless the person says that it stays.
CREATE TABLE retention_marks (
    id           INTEGER PRIMARY KEY,
    policy_id    INTEGER NOT NULL REFERENCES retention_policies (id) ON DELETE CASCADE,
    subject_id   INTEGER NOT NULL,  -- row id of a conversation, here or archived; 0: a log
    until_ms     INTEGER NOT NULL,  -- of messages and logs: what is older than that
    marked_at_ms INTEGER NOT NULL,
    goes_at_ms   INTEGER NOT NULL CHECK (goes_at_ms > marked_at_ms),
    is_kept      INTEGER NOT NULL CHECK (is_kept IN (0, 1)),
    seal         BLOB    NOT NULL CHECK (length(seal) = 37),
    UNIQUE (policy_id, subject_id)
) STRICT;

CREATE TABLE retention_runs (
    id             INTEGER PRIMARY KEY,
    ran_at_ms      INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- what it marked, released, archived and destroyed
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

-- Where the log begins since its oldest entries were destroyed. Each cut stays, the last one counts.
CREATE TABLE audit_cuts (
    id             INTEGER PRIMARY KEY,  -- number of the last entry that went
    cut_at_ms      INTEGER NOT NULL,
    chain          BLOB    NOT NULL CHECK (length(chain) = 32),  -- of that entry
    details_sealed BLOB    NOT NULL,  -- how many went, from when to when, and what they said that counts on
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE TRIGGER audit_cuts_are_kept BEFORE DELETE ON audit_cuts
BEGIN
    SELECT RAISE(ABORT, 'cuts of the log are kept');
END;

CREATE TRIGGER audit_cuts_are_immutable BEFORE UPDATE ON audit_cuts
BEGIN
    SELECT RAISE(ABORT, 'cuts of the log are kept');
END;
