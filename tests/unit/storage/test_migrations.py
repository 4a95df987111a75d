"""A vault's schema goes forward only, one whole step at a time, with a way back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.core.errors import DeviceError, NewerVaultError, PrivatusError, TamperedError
from privatus.storage import migrations
from privatus.storage.database import Database
from privatus.storage.schema_files import Migration
from privatus.storage.schema_files import migrations as shipped

_SPEC = b"x'" + b"ab" * 48 + b"'"
_FIRST = Migration(version=1, name="first", sql="CREATE TABLE t (word TEXT) STRICT;\n")
_SECOND = Migration(
    version=2, name="second", sql="CREATE TABLE u (x);\nINSERT INTO t VALUES ('second');\n"
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = Database.open(tmp_path / "vault.db", bytearray(_SPEC))
    yield found
    found.close()


def _tables(db: Database) -> set[str]:
    return {name for (name,) in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def _copy(db: Database) -> Path:
    return db.path.with_name(db.path.name + migrations.COPY_SUFFIX)


def test_a_new_vault_gets_every_step_and_says_so(db: Database) -> None:
    applied = migrations.migrate(db, [_FIRST, _SECOND])

    assert applied == [_FIRST, _SECOND]
    assert migrations.check(db, [_FIRST, _SECOND]) == []
    assert db.rows("SELECT version, name, sha256 FROM schema_migrations ORDER BY version") == [
        (step.version, step.name, hashlib.sha256(step.sql.encode()).digest())
        for step in (_FIRST, _SECOND)
    ]


def test_a_step_is_not_taken_twice(db: Database) -> None:
    migrations.migrate(db, [_FIRST, _SECOND])

    assert migrations.migrate(db, [_FIRST, _SECOND]) == []

    assert db.rows("SELECT word FROM t") == [("second",)]


def test_a_vault_with_data_is_copied_before_it_changes(db: Database) -> None:
    migrations.migrate(db, [_FIRST])
    assert not _copy(db).exists()
    db.execute("INSERT INTO t VALUES ('conspicuous')")

    migrations.migrate(db, [_FIRST, _SECOND])

    assert b"conspicuous" not in _copy(db).read_bytes()
    with pytest.raises(TamperedError):
        Database.open(_copy(db), bytearray(b"x'" + b"cd" * 48 + b"'"))
    copy = Database.open(_copy(db), bytearray(_SPEC))
    assert copy.rows("SELECT word FROM t") == [("conspicuous",)]
    assert migrations.check(copy, [_FIRST, _SECOND]) == [_SECOND]
    assert copy.rows("PRAGMA cipher_integrity_check") == []
    copy.close()


@pytest.mark.parametrize("where", [0, 5_000, 12_000, -1], ids=str)
def test_a_damaged_copy_stops_the_change(
    db: Database, monkeypatch: pytest.MonkeyPatch, where: int
) -> None:
    migrations.migrate(db, [_FIRST])
    copy_to = Database.copy_to

    def damaged(self: Database, path: Path) -> None:
        copy_to(self, path)
        raw = bytearray(path.read_bytes())
        raw[where if where else 20] ^= 1
        path.write_bytes(raw)

    monkeypatch.setattr(Database, "copy_to", damaged)

    with pytest.raises(TamperedError, match="nothing changed"):
        migrations.migrate(db, [_FIRST, _SECOND])

    assert "u" not in _tables(db)
    assert not _copy(db).exists()


def test_a_vault_that_cannot_be_copied_stays_as_it_is(db: Database) -> None:
    migrations.migrate(db, [_FIRST])
    _copy(db).with_name(_copy(db).name + ".tmp").mkdir()

    with pytest.raises(DeviceError, match="cannot be copied"):
        migrations.migrate(db, [_FIRST, _SECOND])

    assert "u" not in _tables(db)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE u (x);\nINSERT INTO nowhere VALUES (1);\n",
        "CREATE TABLE u (x);\nCREATE TABLE",
        "CREATE TABLE u (x REFERENCES t (word) DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO u VALUES (1);\n",
    ],
    ids=["fails", "breaks off", "breaks a reference"],
)
def test_a_step_that_fails_leaves_no_trace(db: Database, sql: str) -> None:
    migrations.migrate(db, [_FIRST])
    before = db.rows("SELECT * FROM sqlite_schema")

    with pytest.raises(PrivatusError):
        migrations.migrate(db, [_FIRST, Migration(version=2, name="bad", sql=sql)])

    assert db.rows("SELECT * FROM sqlite_schema") == before
    assert db.value("SELECT count(*) FROM schema_migrations") == 1
    assert not db.in_transaction


def test_a_first_step_that_fails_leaves_an_empty_file(db: Database) -> None:
    with pytest.raises(PrivatusError):
        migrations.migrate(db, [Migration(version=1, name="bad", sql="CREATE TABLE t (x);\nNO;\n")])

    assert _tables(db) == set()


def test_a_vault_of_a_newer_program_is_refused_and_untouched(db: Database) -> None:
    migrations.migrate(db, [_FIRST, _SECOND])
    db.checkpoint()
    before = db.path.read_bytes()

    with pytest.raises(NewerVaultError, match="update the program"):
        migrations.migrate(db, [_FIRST])

    db.checkpoint()
    assert db.path.read_bytes() == before
    assert not _copy(db).exists()


@pytest.mark.parametrize(
    "other",
    [
        Migration(version=1, name="first", sql=_FIRST.sql + "-- edited\n"),
        Migration(version=1, name="renamed", sql=_FIRST.sql),
    ],
)
def test_a_step_that_was_edited_is_refused(db: Database, other: Migration) -> None:
    migrations.migrate(db, [_FIRST])

    with pytest.raises(TamperedError, match="schema step 1"):
        migrations.migrate(db, [other, _SECOND])

    assert "u" not in _tables(db)


def test_our_steps_are_numbered_without_a_gap_and_run() -> None:
    steps = shipped()

    assert [step.version for step in steps] == list(range(1, len(steps) + 1))
    assert "\r" not in "".join(step.sql for step in steps)
    assert {name for kind, name, _ in migrations.expected_schema() if kind == "table"} >= {
        "conversations",
        "messages",
        "schema_migrations",
    }


def test_looking_at_the_expected_schema_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    migrations.expected_schema.cache_clear()

    assert migrations.expected_schema()
    assert list(tmp_path.iterdir()) == []
