-- 0011: what the largest tables hold, kept as they change, so that a backup need not read them.

-- Written with what it counts, in one transaction; `privatus check` counts again.
CREATE TABLE table_state (
    name        TEXT    PRIMARY KEY,
    schema_step INTEGER NOT NULL,  -- the last one when it was counted: after another it is counted anew
    row_count   INTEGER NOT NULL CHECK (row_count >= 0),
    data_bytes  INTEGER NOT NULL CHECK (data_bytes >= 0),
    checksum    BLOB    NOT NULL CHECK (length(checksum) = 32)
) STRICT, WITHOUT ROWID;
