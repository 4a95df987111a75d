"""The one door to the driver: all or nothing, in our own errors, and the key leaves no trace."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from privatus.core.errors import BugError, BusyError, DeviceError, PrivatusError, TamperedError
from privatus.storage import database, driver_errors
from privatus.storage.database import Database

_SPEC = b"x'" + b"ab" * 48 + b"'"
_OTHER_SPEC = b"x'" + b"cd" * 48 + b"'"


def _open(path: Path, spec: bytes = _SPEC, *, read_only: bool = False) -> Database:
    return Database.open(path, bytearray(spec), read_only=read_only)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    found = _open(path)
    found.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT")
    yield found
    found.close()


def _words(db: Database) -> list[str]:
    return [word for (word,) in db.rows("SELECT word FROM t ORDER BY id")]


def test_the_keyspec_is_wiped_whether_the_file_opens_or_not(path: Path, db: Database) -> None:
    db.checkpoint()
    for spec in (_SPEC, _OTHER_SPEC):
        keyspec = bytearray(spec)
        try:
            Database.open(path, keyspec).close()
        except TamperedError:
            assert spec == _OTHER_SPEC

        assert keyspec == bytes(len(spec))


def test_another_key_and_a_plain_file_are_damage(tmp_path: Path, path: Path, db: Database) -> None:
    db.checkpoint()
    plain = tmp_path / "plain.db"
    plain.write_bytes(b"SQLite format 3\0" + bytes(8192))

    for wrong_path, spec in ((path, _OTHER_SPEC), (plain, _SPEC)):
        with pytest.raises(TamperedError, match=r"restore the vault from a backup"):
            _open(wrong_path, spec)


def test_nothing_of_a_file_is_readable_without_its_key(path: Path, db: Database) -> None:
    db.execute("INSERT INTO t (word) VALUES ('conspicuous')")
    db.checkpoint()

    raw = path.read_bytes()

    assert b"conspicuous" not in raw
    assert b"SQLite format" not in raw
    assert b"CREATE TABLE" not in raw


def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    def fail() -> None:
        with db.transaction():
            db.execute("INSERT INTO t (word) VALUES ('lost')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert _words(db) == []
    assert not db.in_transaction


def test_a_statement_that_fails_takes_the_transaction_with_it(db: Database) -> None:
    def fail() -> None:
        with db.transaction():
            db.execute("INSERT INTO t (id, word) VALUES (1, 'lost')")
            db.execute("INSERT INTO t (id, word) VALUES (1, 'twice')")

    with pytest.raises(BugError):
        fail()

    assert _words(db) == []


def test_transactions_do_not_nest(db: Database) -> None:
    def nest() -> None:
        with db.transaction():
            db.execute("INSERT INTO t (word) VALUES ('lost')")
            with db.transaction():
                pass

    with pytest.raises(BugError):
        nest()
    with pytest.raises(BugError), db.snapshot(), db.transaction():
        pass

    assert _words(db) == []


def test_a_snapshot_sees_one_state_while_another_connection_writes(
    path: Path, db: Database
) -> None:
    reader = _open(path, read_only=True)
    with reader.snapshot():
        before = _words(reader)
        db.execute("INSERT INTO t (word) VALUES ('new')")

        assert _words(reader) == before == []

    assert _words(reader) == ["new"]
    reader.close()


def test_a_reader_cannot_write(path: Path, db: Database) -> None:
    reader = _open(path, read_only=True)

    with pytest.raises(DeviceError):
        reader.execute("INSERT INTO t (word) VALUES ('no')")

    reader.close()


def test_a_second_writer_is_told_to_wait(
    path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_S", 0.05)
    other = _open(path)

    with db.transaction(), pytest.raises(BusyError):
        other.execute("INSERT INTO t (word) VALUES ('no')")

    other.close()


def test_a_checkpoint_says_whether_a_reader_was_in_its_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_S", 0.05)
    writer, reader = _open(path), _open(path, read_only=True)
    writer.execute("CREATE TABLE t (word TEXT)")
    with reader.snapshot():
        reader.rows("SELECT * FROM t")
        writer.execute("INSERT INTO t VALUES ('new')")

        assert not writer.checkpoint()

    assert writer.checkpoint()
    assert not path.with_name("some.db-wal").stat().st_size
    reader.close()
    writer.close()


def test_the_files_are_opened_as_the_design_asks(path: Path, db: Database) -> None:
    settings = {
        name: db.value(f"PRAGMA {name}")
        for name in (
            *("journal_mode", "synchronous", "foreign_keys", "secure_delete", "cell_size_check"),
            *("recursive_triggers", "trusted_schema", "temp_store", "cipher_page_size"),
        )
    }

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "cell_size_check": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "temp_store": 2,
        "cipher_page_size": "8192",
    }


def test_a_script_runs_within_the_transaction_that_is_open(db: Database) -> None:
    def fail() -> None:
        with db.transaction():
            db.run_script("CREATE TABLE a (x);\n-- between; the two\nCREATE TABLE b (x);\n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert db.rows("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')") == []


def test_a_trigger_is_one_statement_of_a_script(db: Database) -> None:
    with db.transaction():
        db.run_script(
            "CREATE TRIGGER t_stays BEFORE DELETE ON t\nBEGIN\n"
            "    SELECT RAISE(ABORT, 'it stays; it does');\n    SELECT 1;\nEND;\n"
        )
    db.execute("INSERT INTO t (word) VALUES ('stays')")

    with pytest.raises(BugError, match="it stays"):
        db.execute("DELETE FROM t")


def test_a_script_that_breaks_off_is_refused(db: Database) -> None:
    with pytest.raises(BugError, match="in the middle"), db.transaction():
        db.run_script("CREATE TABLE a (x);\nCREATE TABLE b (")


def test_a_file_that_was_replaced_is_opened_in_its_place(path: Path, db: Database) -> None:
    db.execute("INSERT INTO t (word) VALUES ('former')")
    db.close()
    path.unlink()

    db.reopen(bytearray(_SPEC))

    assert db.rows("SELECT * FROM sqlite_schema") == []


# SQLite's shared lock: 510 bytes behind the one at 1 GiB that whoever writes waits with.
_TAKES_ALL = """
import fcntl
import sys

with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
        print("free")
    except OSError:
        print("held")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="its locks stay with who has them")
def test_reading_the_file_itself_lets_go_of_no_lock(path: Path, db: Database) -> None:
    def is_held() -> bool:
        command = [sys.executable, "-c", _TAKES_ALL, str(path)]
        return subprocess.run(command, capture_output=True, check=True).stdout == b"held\n"

    db.checkpoint()
    assert is_held()

    db.salt_problems(bytes(16))
    db.copy_to(path.with_name("copy.db"))

    assert is_held()
    db.close()
    assert not is_held()


def test_other_bytes_at_the_beginning_are_noticed(path: Path, db: Database) -> None:
    db.checkpoint()
    salt = bytes.fromhex("ab" * 16)
    assert db.salt_problems(salt) == []
    raw = bytearray(path.read_bytes())

    raw[3] ^= 1
    path.write_bytes(raw)

    assert db.salt_problems(salt) != []
    assert db.rows("PRAGMA cipher_integrity_check") == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (driver.SQLITE_BUSY, BusyError),
        (driver.SQLITE_LOCKED, BusyError),
        (driver.SQLITE_CORRUPT, TamperedError),
        (driver.SQLITE_CORRUPT | 1 << 8, TamperedError),
        (driver.SQLITE_NOTADB, TamperedError),
        (driver.SQLITE_FULL, DeviceError),
        (driver.SQLITE_IOERR | errno.EIO << 8, DeviceError),
        (driver.SQLITE_READONLY, DeviceError),
        (driver.SQLITE_CANTOPEN, DeviceError),
        (driver.SQLITE_NOMEM, DeviceError),
        (driver.SQLITE_CONSTRAINT, BugError),
        (None, BugError),
    ],
)
def test_every_error_of_the_driver_is_one_of_ours(
    code: int | None, expected: type[PrivatusError]
) -> None:
    error = driver.OperationalError("words of a person")
    if code is not None:
        error.sqlite_errorcode = code

    found = driver_errors.translate(error, "some.db", "do this")

    assert type(found) is expected


@pytest.mark.parametrize("query", ['"confidential', "confidential:x", "a confidential(", "AND"])
def test_no_words_of_a_search_are_in_an_error(db: Database, query: str) -> None:
    db.execute("CREATE VIRTUAL TABLE f USING fts5 (body)")

    with pytest.raises(BugError) as caught:
        db.rows("SELECT * FROM f WHERE f MATCH ?", (query,))

    assert "confidential" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
