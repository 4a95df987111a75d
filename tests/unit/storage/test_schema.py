"""What the schema promises by itself, whatever code runs: history, immutability, bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.core.errors import BugError
from privatus.storage import migrations
from privatus.storage.database import Database
from privatus.storage.purging import Purging
from privatus.storage.rows import SEALED

_SPEC = b"x'" + b"ab" * 48 + b"'"
_SEAL = bytes(37)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = Database.open(tmp_path / "vault.db", bytearray(_SPEC))
    migrations.migrate(found)
    found.execute(
        "INSERT INTO key_store (id, kind, parent_id, wrapped_key, created_at_ms)"
        " VALUES (1, 1, NULL, zeroblob(60), 0), (2, 2, 1, zeroblob(60), 0)"
    )
    found.execute(
        "INSERT INTO conversations (id, public_id, key_id, kind, source, external_tag, digest,"
        " sort_at_ms, imported_at_ms, message_count, title_sealed, details_sealed, seal)"
        " VALUES (1, zeroblob(16), 2, 'ai', 'claude', zeroblob(16), zeroblob(16), 0, 0, 1,"
        " x'00', x'00', ?)",
        (_SEAL,),
    )
    _insert(found, 1, 1)
    yield found
    found.close()


def _insert(db: Database, row_id: int, number: int, verb: str = "INSERT") -> None:
    db.execute(
        f"{verb} INTO messages (id, conversation_id, number, parent_number, role, flags,"
        " content_sealed, seal) VALUES (?, 1, ?, NULL, 1, 0, x'01', ?)",
        (row_id, number, _SEAL),
    )


def _history(db: Database) -> list[tuple[int, int, bytes]]:
    return db.rows("SELECT message_id, revision, content_sealed FROM messages_history ORDER BY id")


def _columns(db: Database) -> dict[str, set[str]]:
    tables = [
        name
        for (name,) in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not name.startswith("sqlite_")
    ]
    return {table: {row[1] for row in db.rows(f"PRAGMA table_info({table})")} for table in tables}


def test_the_registry_of_what_is_sealed_is_the_schema(db: Database) -> None:
    sealed = {
        table: {name for name in columns if name.endswith("_sealed")}
        for table, columns in _columns(db).items()
    }

    # Large contents lie under the seal of the message's own row.
    assert sealed.pop("message_content") == {"content_sealed"}
    assert {table: names for table, names in sealed.items() if names} == {
        table: {f"{name}_sealed" for name in registered.columns}
        for table, registered in SEALED.items()
        if registered.columns
    }


def test_every_table_that_is_registered_has_a_seal_and_no_other_has_one(db: Database) -> None:
    with_seal = {table for table, columns in _columns(db).items() if "seal" in columns}

    assert with_seal == set(SEALED)


def test_table_numbers_are_unique_but_for_history() -> None:
    numbers = {table: sealed.number for table, sealed in SEALED.items()}

    assert numbers.pop("messages_history") == numbers["messages"]
    assert len(set(numbers.values())) == len(numbers)


def test_every_table_is_strict_and_every_time_is_in_milliseconds(db: Database) -> None:
    loose = db.rows(
        "SELECT name FROM pragma_table_list"
        " WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"
    )
    names = {name for columns in _columns(db).values() for name in columns}

    assert loose == []
    assert not [name for name in names if re.search("time|date$|_at$|_at_(?!ms$)", name)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE messages SET content_sealed = x'02', revision = 2",
        "UPDATE messages SET seal = zeroblob(37), revision = 2",
        "UPDATE messages SET content_sealed = NULL, seal = zeroblob(37), role = 2",
        "UPDATE OR REPLACE messages SET content_sealed = x'02'",
        "DELETE FROM messages",
        "REPLACE INTO messages (id, conversation_id, number, role, flags, content_sealed, seal)"
        " VALUES (1, 1, 1, 1, 0, x'02', zeroblob(37))",
        "REPLACE INTO messages (id, conversation_id, number, role, flags, content_sealed, seal)"
        " VALUES (9, 1, 1, 1, 0, x'02', zeroblob(37))",
        "INSERT INTO messages (id, conversation_id, number, role, flags, content_sealed, seal)"
        " VALUES (1, 1, 1, 1, 0, x'02', zeroblob(37))"
        " ON CONFLICT (id) DO UPDATE SET content_sealed = excluded.content_sealed",
    ],
)
def test_no_statement_forgets_what_a_message_was(db: Database, statement: str) -> None:
    db.execute(statement)

    assert _history(db) == [(1, 1, b"\x01")]


def test_flags_and_a_model_are_no_new_revision(db: Database) -> None:
    db.execute("UPDATE messages SET flags = 2")

    assert _history(db) == []


def test_a_conversation_that_goes_takes_all_of_its_messages_with_it(db: Database) -> None:
    _insert(db, 2, 2)
    db.execute("UPDATE messages SET content_sealed = x'02', revision = 2")
    db.execute("DELETE FROM messages WHERE id = 2")
    db.execute("INSERT INTO message_content VALUES (1, 1, x'01'), (1, 2, x'01'), (2, 2, x'01')")

    with db.transaction(), Purging(db).permit():
        db.execute("DELETE FROM conversations")

    assert db.value("SELECT count(*) FROM messages") == 0
    assert _history(db) == []
    assert db.value("SELECT count(*) FROM message_content") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE messages SET number = 2",
        "UPDATE messages SET id = 5",
        "UPDATE messages SET conversation_id = 7",
        "UPDATE audit_log SET action = 'other'",
        "DELETE FROM audit_log",
        "REPLACE INTO audit_log (id, at_ms, action, details_sealed, seal, chain)"
        " VALUES (1, 0, 'other', x'00', zeroblob(37), zeroblob(32))",
        "UPDATE message_content SET content_sealed = x'02'",
        "REPLACE INTO message_content VALUES (1, 1, x'02')",
        "DELETE FROM message_content",
        "UPDATE messages_history SET content_sealed = x'02'",
        "UPDATE messages_history SET flags = 1",
        "REPLACE INTO messages_history (id, message_id, conversation_id, number, role, flags,"
        " revision, content_sealed, seal, replaced_at_ms)"
        " VALUES (1, 1, 1, 1, 1, 0, 1, x'02', zeroblob(37), 0)",
        "DELETE FROM messages_history",
        "UPDATE chat_versions SET details_sealed = x'02'",
        "REPLACE INTO chat_versions (id, conversation_id, number, actor, created_at_ms, added,"
        " changed, missing, details_sealed, seal)"
        " VALUES (1, 1, 2, 'import', 0, 0, 0, 0, x'02', zeroblob(37))",
        "DELETE FROM chat_versions",
        "DELETE FROM attachments",
        "DELETE FROM conversations",
        "REPLACE INTO conversations SELECT * FROM conversations",
        "INSERT INTO purge_permits (id) VALUES (1)",
    ],
)
def test_what_never_changes_cannot_be_changed(db: Database, statement: str) -> None:
    db.execute(
        "INSERT INTO audit_log (id, at_ms, action, details_sealed, seal, chain)"
        " VALUES (1, 0, 'import', x'00', zeroblob(37), zeroblob(32))"
    )
    db.execute("INSERT INTO message_content VALUES (1, 1, x'01')")
    db.execute(
        "INSERT INTO attachments (message_id, revision, position, details_sealed, seal)"
        " VALUES (1, 1, 0, x'00', zeroblob(37))"
    )
    db.execute("UPDATE messages SET content_sealed = x'02', revision = 2")
    db.execute(
        "INSERT INTO chat_versions (id, conversation_id, number, actor, created_at_ms, added,"
        " changed, missing, details_sealed, seal)"
        " VALUES (1, 1, 2, 'import', 0, 0, 1, 0, x'00', zeroblob(37))"
    )

    with pytest.raises(BugError):
        db.execute(statement)


def test_no_transaction_ends_with_a_permit_to_purge(db: Database) -> None:
    def delete_all() -> None:
        with db.transaction():
            db.execute("INSERT INTO purge_permits (id) VALUES (1)")
            db.execute("DELETE FROM conversations")

    with pytest.raises(BugError):
        delete_all()

    assert db.value("SELECT count(*) FROM purge_permits") == 0
    assert db.value("SELECT count(*) FROM conversations") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE messages SET role = 5",
        "UPDATE messages SET parent_number = 1",
        "UPDATE messages SET parent_number = 7, number = 9",
        "UPDATE messages SET seal = zeroblob(36)",
        "UPDATE conversations SET kind = 'other'",
        "UPDATE conversations SET source = ''",
        "UPDATE conversations SET key_id = 3",
        "UPDATE conversations SET message_count = -1",
        "UPDATE conversations SET title_sealed = NULL",
        "UPDATE conversations SET title_sealed = 'text'",
        "UPDATE key_store SET wrapped_key = zeroblob(59)",
        "UPDATE key_store SET parent_id = NULL WHERE id = 2",
        "INSERT INTO attachments (message_id, revision, position, details_sealed, seal)"
        " VALUES (1, 0, 0, x'00', zeroblob(37))",
        "INSERT INTO attachments (message_id, revision, position, details_sealed, seal)"
        " VALUES (77, 1, 0, x'00', zeroblob(37))",
        "INSERT INTO index_queue (subject, first_id, last_id) VALUES ('messages', 2, 1)",
    ],
)
def test_what_makes_no_sense_is_refused(db: Database, statement: str) -> None:
    with pytest.raises(BugError):
        db.execute(statement)
