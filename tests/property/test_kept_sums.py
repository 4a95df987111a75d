"""What is kept of the large tables is what their rows add up to, whatever transactions do."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.errors import BugError
from privatus.storage import migrations, table_sums
from privatus.storage.database import IN_MEMORY, Database
from privatus.storage.kept_sums import KeptSums
from privatus.storage.purging import Purging

_SPEC = b"x'" + b"ab" * 48 + b"'"
_IDS = st.integers(1, 6)
_MESSAGE = (
    "{verb} INTO messages (id, conversation_id, number, role, flags, content_sealed, seal)"
    " VALUES (?, ?, ?, 1, 0, ?, ?)"
)


class _Writer:
    """Random rows in a database of the vault's schema, of few ids, so that they collide."""

    # No two make the same bytes, or what is new could be refused for being there.
    _numbers = itertools.count(1)

    def __init__(self, db: Database) -> None:
        self._db = db

    def _bytes(self, length: int) -> bytes:
        return hashlib.shake_128(next(self._numbers).to_bytes(4, "little")).digest(length)

    def chat(self, first: int, _: int) -> None:
        key_id = 10 + first
        self._db.execute(
            "INSERT OR IGNORE INTO key_store (id, kind, parent_id, wrapped_key, created_at_ms)"
            " VALUES (?, 2, 1, ?, 0)",
            (key_id, self._bytes(60)),
        )
        self._db.execute(
            "INSERT INTO conversations (id, public_id, key_id, kind, source, external_tag, digest,"
            " sort_at_ms, imported_at_ms, message_count, title_sealed, details_sealed, seal)"
            " VALUES (?, ?, ?, 'ai', 'claude', ?, zeroblob(16), 0, 0, 1, x'00', ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET details_sealed = excluded.details_sealed,"
            " seal = excluded.seal, version = version + 1",
            (first, self._bytes(16), key_id, self._bytes(16), self._bytes(9), self._bytes(37)),
        )

    def message(self, first: int, second: int, verb: str = "INSERT") -> None:
        content = None if second % 3 == 0 else self._bytes(second * 7)
        row_id = first * 10 + second
        self._db.execute(
            _MESSAGE.format(verb=verb), (row_id, first, second, content, self._bytes(37))
        )
        if content is None:
            self._db.execute(
                "INSERT OR IGNORE INTO message_content VALUES (?, 1, ?)", (row_id, self._bytes(50))
            )

    def replaced_message(self, first: int, second: int) -> None:
        self.message(first, second, "REPLACE")

    def changed_message(self, first: int, second: int) -> None:
        self._db.execute(
            "UPDATE messages SET seal = ?, content_sealed = ?, revision = revision + 1"
            " WHERE conversation_id = ? AND number >= ?",
            (self._bytes(37), self._bytes(second), first, second),
        )

    def longer_message(self, first: int, second: int) -> None:
        self._db.execute(
            "UPDATE messages SET content_sealed = content_sealed || x'00' WHERE id = ?",
            (first * 10 + second,),
        )

    def changed_key(self, first: int, _: int) -> None:
        self._db.execute(
            "UPDATE key_store SET wrapped_key = ? WHERE id = ?", (self._bytes(60), 10 + first)
        )

    def flagged_messages(self, first: int, _: int) -> None:
        self._db.execute(
            "UPDATE messages SET flags = flags | 2 WHERE conversation_id = ?", (first,)
        )

    def deleted_messages(self, first: int, second: int) -> None:
        self._db.execute(
            "DELETE FROM messages WHERE conversation_id = ? AND number >= ?", (first, second)
        )

    def attachment(self, first: int, second: int) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO attachments (message_id, revision, position, details_sealed,"
            " seal) SELECT id, 1, ?, ?, ? FROM messages WHERE conversation_id = ?",
            (second, self._bytes(second), self._bytes(37), first),
        )

    def link(self, first: int, second: int) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO chat_links (conversation_id, message_number, source_id,"
            " source_number, source_revision, seal)"
            " SELECT ?, number, conversation_id, number, 1, ? FROM messages AS m"
            " WHERE conversation_id = ? AND EXISTS (SELECT 1 FROM messages"
            " WHERE conversation_id = ? AND number = m.number)",
            (first, self._bytes(37), second, first),
        )

    def usage(self, first: int, second: int) -> None:
        self._db.execute(
            "INSERT INTO chat_usage SELECT id, 1, 1, 1, ?, ? FROM conversations WHERE id <= ?"
            " ON CONFLICT DO UPDATE SET details_sealed = excluded.details_sealed,"
            " seal = excluded.seal",
            (self._bytes(second), self._bytes(37), first),
        )

    def purged_chat(self, first: int, _: int) -> None:
        with Purging(self._db).permit():
            self._db.execute("DELETE FROM conversations WHERE id = ?", (first,))

    def purged_history(self, first: int, _: int) -> None:
        with Purging(self._db).permit():
            self._db.execute(
                "UPDATE messages_history SET content_sealed = NULL, seal = ?"
                " WHERE conversation_id = ?",
                (self._bytes(37), first),
            )

    def half_a_statement(self, first: int, second: int) -> None:
        """Insert rows of which the last cannot be there, so that none is."""
        self._db.execute(
            "INSERT INTO messages (id, conversation_id, number, role, flags, content_sealed, seal)"
            " SELECT 500 + value, ?, 50 + value, CASE value WHEN 3 THEN 9 ELSE 1 END, 0, x'01', ?"
            " FROM json_each('[1, 2, 3]')",
            (first, self._bytes(36 + second % 2)),
        )

    def half_of_many(self, first: int, second: int) -> None:
        """Insert rows of which the last cannot be there; those before it are."""
        self._db.execute_many(
            _MESSAGE.format(verb="INSERT"),
            [
                (row_id, first, 70 + row_id % 100, b"x" * second, self._bytes(37))
                for row_id in (900 + first, 910 + second, 900 + first)
            ],
        )


_DEEDS: tuple[Callable[[_Writer, int, int], None], ...] = tuple(
    deed for name, deed in vars(_Writer).items() if not name.startswith("_")
)
_TRANSACTIONS = st.lists(
    st.tuples(st.lists(st.tuples(st.sampled_from(_DEEDS), _IDS, _IDS), max_size=12), st.booleans()),
    min_size=1,
    max_size=8,
)


def _new() -> Database:
    db = Database.open(IN_MEMORY, bytearray(_SPEC))
    migrations.migrate(db)
    KeptSums(db).begin()
    with db.transaction():
        db.execute(
            "INSERT INTO key_store (id, kind, parent_id, wrapped_key, created_at_ms)"
            " VALUES (1, 1, NULL, zeroblob(60), 0)"
        )
        writer = _Writer(db)
        for first in (1, 2, 3):
            writer.chat(first, 1)
            for second in (1, 2, 3):
                writer.message(first, second)
    return db


@settings(max_examples=150)
@given(_TRANSACTIONS)
def test_what_is_kept_is_what_the_rows_add_up_to(
    transactions: list[tuple[list[tuple[Callable[[_Writer, int, int], None], int, int]], bool]],
) -> None:
    with closing(_new()) as db:
        writer = _Writer(db)
        for deeds, is_taken_back in transactions:
            with suppress(ZeroDivisionError), db.transaction():
                for deed, first, second in deeds:
                    # Caught, and gone on with: the statement leaves nothing, the others stay.
                    with suppress(BugError):
                        deed(writer, first, second)
                if is_taken_back:
                    raise ZeroDivisionError
            assert set(table_sums.kept(db)) == set(table_sums.KEPT)
            assert table_sums.problems(db) == []
        assert table_sums.contents(db) == table_sums.recount(db)


def test_each_kind_of_row_comes_and_goes_in_what_the_property_does() -> None:
    with closing(_new()) as db:
        writer, changed = _Writer(db), set()
        for first, deed in itertools.product((2, 5), _DEEDS):
            before = table_sums.kept(db)
            with suppress(BugError), db.transaction():
                deed(writer, first, 1)
            changed |= {
                name for name, found in table_sums.kept(db).items() if found != before[name]
            }
            assert table_sums.problems(db) == []

        assert changed == set(table_sums.KEPT)


def test_a_row_that_is_written_outside_of_a_transaction_is_refused() -> None:
    with closing(_new()) as db:
        with pytest.raises(BugError):
            _Writer(db).message(1, 5)

        assert table_sums.problems(db) == []
        assert db.value("SELECT count(*) FROM messages") == 9


def test_what_somebody_edited_is_named_and_keeps_nobody_from_writing() -> None:
    with closing(_new()) as db:
        with db.transaction():
            db.execute("UPDATE table_state SET row_count = 0 WHERE name = 'messages'")
            db.execute("DELETE FROM table_state WHERE name = 'chat_links'")
        assert table_sums.problems(db) == [
            "table messages does not hold what was counted as it changed"
        ]

        with db.transaction():
            db.execute("DELETE FROM messages WHERE id = 11")
            _Writer(db).link(1, 2)

        assert set(table_sums.kept(db)) == set(table_sums.KEPT)
        assert table_sums.problems(db) == []


def test_another_schema_step_has_all_counted_anew() -> None:
    with closing(_new()) as db:
        before = table_sums.recount(db)
        with db.transaction():
            db.execute("UPDATE table_state SET schema_step = schema_step - 1, row_count = 7")
            db.execute("INSERT INTO table_state VALUES ('tags', 1, 0, 0, zeroblob(32))")
        assert table_sums.kept(db) == {}
        assert table_sums.contents(db) == before

        for name in table_sums.KEPT:
            for end in ("came", "changed", "went"):
                db.execute(f"DROP TRIGGER temp.{name}_{end}")
        KeptSums(db).begin()

        assert set(table_sums.kept(db)) == set(table_sums.KEPT)
        assert db.value("SELECT count(*) FROM table_state") == len(table_sums.KEPT)
        assert table_sums.problems(db) == []
