"""A database that was compacted holds nothing but its rows, whatever its pages held before."""

from __future__ import annotations

import random
from pathlib import Path

from privatus.storage.database import PAGE_BYTES, Database
from support.traces import opened_page

_KEY, _SALT = bytes(range(32)), bytes(16)
_SIZES = (12, 40, 200, 900, 3000, 7000, 12000, 15000)


def _filled(path: Path, seed: int) -> tuple[Database, set[bytes]]:
    """Return a database whose rows came, grew, shrank and went, and what they held that is gone."""
    db = Database.open(path, bytearray(b"x'" + (_KEY + _SALT).hex().encode() + b"'"))
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, content BLOB)")
    chance, here, gone = random.Random(seed), dict[int, bytes](), set[bytes]()
    with db.transaction():
        for step in range(1500):
            content = f"<{seed:02}{step:05}>".encode()
            large = content * (chance.choice(_SIZES) // 10 + 1)
            deed, row_id = chance.random(), chance.randint(1, 10**6)
            if deed < 0.4 or not here:
                db.execute("INSERT OR IGNORE INTO t VALUES (?, ?)", (row_id, large))
                here.setdefault(row_id, content)
                continue
            row_id = chance.choice(list(here))
            gone.add(here.pop(row_id))
            if deed < 0.75:
                db.execute("UPDATE t SET content = ? WHERE id = ?", (large, row_id))
                here[row_id] = content
            else:
                db.execute("DELETE FROM t WHERE id = ?", (row_id,))
    return db, gone - set(here.values())


def _left(path: Path, gone: set[bytes]) -> set[bytes]:
    raw = path.read_bytes()
    plain = b"".join(
        opened_page(_KEY, raw[at : at + PAGE_BYTES], at // PAGE_BYTES + 1)
        for at in range(0, len(raw), PAGE_BYTES)
    )
    return {content for content in gone if content in plain}


def test_what_was_deleted_can_stay_in_pages_until_they_are_written_anew(tmp_path: Path) -> None:
    left_before = 0
    for seed in range(19, 26):
        path = tmp_path / f"{seed}.db"
        db, gone = _filled(path, seed)
        assert db.checkpoint()
        left_before += len(_left(path, gone))

        db.compact()
        assert db.checkpoint()

        assert _left(path, gone) == set()
        assert int(db.value("PRAGMA page_size")) == PAGE_BYTES
        assert db.rows("PRAGMA integrity_check") == [("ok",)]
        db.close()
    # The reason for all this. If it is 0, SQLite has changed, and `compact` has no work left.
    assert left_before > 0
