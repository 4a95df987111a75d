-- 0014: what failed, and how long what took.

-- An error that a person was told of; the same one again within an hour counts in its row.
CREATE TABLE error_log (
    id             INTEGER PRIMARY KEY,
    at_ms          INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- in which work, the sentence, its code, how often
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX error_log_by_time ON error_log (at_ms);

-- A row for each work of the vault that came to its end.
CREATE TABLE metrics (
    id             INTEGER PRIMARY KEY,
    at_ms          INTEGER NOT NULL,
    details_sealed BLOB    NOT NULL,  -- which work, how long, how much
    seal           BLOB    NOT NULL CHECK (length(seal) = 37)
) STRICT;

CREATE INDEX metrics_by_time ON metrics (at_ms);
