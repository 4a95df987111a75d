"""Rows, bytes and checksum of each table, added up by hand from what docs/vault-format.md says."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.storage import migrations, table_sums
from privatus.storage.database import Database
from privatus.storage.rows import SEALED

_VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary() | st.floats()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = Database.open(tmp_path / "vault.db", bytearray(b"x'" + b"ab" * 48 + b"'"))
    migrations.migrate(found)
    yield found
    found.close()


def _of(db: Database, name: str) -> tuple[int, int, bytes]:
    [found] = [table for table in table_sums.recount(db) if table.name == name]
    return found.rows, found.data_bytes, found.checksum


def test_every_table_is_added_up_but_the_one_that_keeps_sums(db: Database) -> None:
    names = [table.name for table in table_sums.recount(db)]

    assert names == sorted(names)
    assert {"messages", "schema_migrations", "key_store", "usage_hours"} < set(names)
    assert set(SEALED) < set(names)
    assert not {"table_state", "sqlite_sequence"} & set(names)
    assert _of(db, "messages") == (0, 0, bytes(32))


def test_a_table_with_seals_is_the_sum_of_salts_and_commitments(db: Database) -> None:
    seals = [bytes([1]) * 37, bytes([2]) * 5 + b"\xff" * 32]
    db.execute_many(
        "INSERT INTO models (name_sealed, seal) VALUES (?, ?)",
        [(b"abc", seals[0]), (b"", seals[1])],
    )

    total = sum(int.from_bytes(seal[5:37], "little") for seal in seals) % 2**256

    assert _of(db, "models") == (2, 2 * 37 + 3, total.to_bytes(32, "little"))


def test_another_table_is_the_sum_of_its_rows_hashes(db: Database) -> None:
    db.execute(
        "INSERT INTO key_store (id, kind, parent_id, wrapped_key, created_at_ms)"
        " VALUES (1, 1, NULL, zeroblob(60), -5)"
    )
    encoded = b"".join(
        [
            struct.pack("<BQq", 1, 8, 1),
            struct.pack("<BQq", 1, 8, 1),
            struct.pack("<BQ", 0, 0),
            struct.pack("<BQ", 3, 6) + b"active",
            struct.pack("<BQ", 4, 60) + bytes(60),
            struct.pack("<BQq", 1, 8, -5),
        ]
    )

    digest = hashlib.blake2b(encoded, digest_size=32).digest()

    assert _of(db, "key_store") == (1, 8 + 8 + 6 + 60 + 8, digest)


def test_a_former_message_counts_as_the_one_that_it_was(db: Database) -> None:
    assert table_sums.columns_of(db, "messages") == table_sums.columns_of(db, "messages_history")


@given(
    st.tuples(st.lists(_VALUES, max_size=4), st.lists(_VALUES, max_size=4)).filter(
        lambda pair: repr(pair[0]) != repr(pair[1])
    )
)
def test_no_two_rows_are_encoded_alike(rows: tuple[list[object], list[object]]) -> None:
    first, second = rows

    assert table_sums.encode(tuple(first)) != table_sums.encode(tuple(second))
