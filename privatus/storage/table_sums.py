"""How many rows each table holds, how many bytes, and a sum over them all: what proves a restore.

The sum adds up a number of 256 bits for each row, modulo 2^256, so that neither the order of rows
nor how they came to be matters, and a row that comes or goes is added or taken away:

    a table with seals      the salt and commitment of the row's seal, which no other row has
    any other               BLAKE2b-256 of the row's columns, in the order of the schema, each as
                            type:1 | bytes:8 | value     (docs/vault-format.md)
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from privatus.core.backup import TableContents
from privatus.core.errors import BugError
from privatus.storage import migrations
from privatus.storage.database import Database, Row
from privatus.storage.rows import SEALED

# What keeps the sums of the others is not among them, and what SQLite keeps for itself is neither.
_STATE = "table_state"
# The tables that a backup does not read for it: they grow with chats and messages.
KEPT = (
    *("attachments", "chat_links", "conversations", "key_store"),
    *("message_content", "messages", "messages_history"),
)
_SELECT_KEPT = """
    SELECT name, row_count, data_bytes, checksum FROM table_state WHERE schema_step = ?
"""
_SELECT_NAMES = """
    SELECT name FROM sqlite_schema
     WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^' AND name <> ?
     ORDER BY name
"""
_MODULUS = 1 << 256
# Where salt and commitment lie in a seal.
_FINGERPRINT = slice(5, 37)
_NULL, _INTEGER, _REAL, _TEXT, _BLOB = range(5)
_pack_head = struct.Struct("<BQ").pack
_pack_integer = struct.Struct("<BQq").pack
_pack_real = struct.Struct("<BQd").pack
_HEAD_BYTES = len(_pack_head(_NULL, 0))


@dataclass(slots=True)
class TableSum:
    """A sum over rows, to which they are added and from which they are taken."""

    rows: int = 0
    data_bytes: int = 0
    total: int = 0

    def add(self, data_bytes: int, number: int) -> None:
        self.rows += 1
        self.data_bytes += data_bytes
        self.total += number

    def take(self, data_bytes: int, number: int) -> None:
        self.rows -= 1
        self.data_bytes -= data_bytes
        self.total -= number

    def join(self, change: TableSum) -> bool:
        """Add what has changed; return whether such a table can be."""
        self.rows += change.rows
        self.data_bytes += change.data_bytes
        self.total += change.total
        return self.rows >= 0 and self.data_bytes >= 0

    @property
    def checksum(self) -> bytes:
        return (self.total % _MODULUS).to_bytes(32, "little")


def weighing(name: str) -> Callable[..., tuple[int, int]]:
    """Return what turns `columns_of` a row of this table into its bytes and number."""
    return _weigh_sealed if name in SEALED else _weigh_plain


def _weigh_sealed(seal: bytes, data_bytes: int) -> tuple[int, int]:
    return data_bytes, int.from_bytes(seal[_FINGERPRINT], "little")


def _weigh_plain(*columns: Any) -> tuple[int, int]:
    encoded = encode(columns)
    digest = hashlib.blake2b(encoded, digest_size=32).digest()
    return len(encoded) - _HEAD_BYTES * len(columns), int.from_bytes(digest, "little")


def encode(columns: Row) -> bytes:
    """Return the columns of a row so that no other row is encoded alike."""
    parts = []
    for value in columns:
        if value is None:
            parts.append(_pack_head(_NULL, 0))
        elif isinstance(value, int):
            parts.append(_pack_integer(_INTEGER, 8, value))
        elif isinstance(value, bytes):
            parts += _pack_head(_BLOB, len(value)), value
        elif isinstance(value, str):
            text = value.encode("utf-8")
            parts += _pack_head(_TEXT, len(text)), text
        elif isinstance(value, float):
            parts.append(_pack_real(_REAL, 8, value))
        else:
            raise BugError(f"a column of the type {type(value).__name__} has no sum")
    return b"".join(parts)


def contents(db: Database) -> list[TableContents]:
    """Return what each table holds, by name: of the largest, what was kept.

    Raises:
        TamperedError: a page is damaged.
    """
    known = kept(db)
    return [contents_of(name, known.get(name) or sum_of(db, name)) for name in names(db)]


def problems(db: Database) -> list[str]:
    """Return the tables that hold something else than what was kept of them."""
    known = kept(db)
    wrong = [name for name, found in known.items() if found != sum_of(db, name)]
    return [f"table {name} does not hold what was counted as it changed" for name in wrong]


def recount(db: Database) -> list[TableContents]:
    """Return what each table holds, by name, from the rows alone.

    Raises:
        TamperedError: a page is damaged.
    """
    return [contents_of(name, sum_of(db, name)) for name in names(db)]


def kept(db: Database) -> dict[str, TableSum]:
    """Return the sums that are kept, by the name of their table; none where none hold."""
    return {
        name: TableSum(rows, data_bytes, int.from_bytes(checksum, "little"))
        for name, rows, data_bytes, checksum in db.rows(_SELECT_KEPT, (migrations.last_step(db),))
        if name in KEPT
    }


def names(db: Database) -> list[str]:
    """Return the tables that are added up."""
    return [name for (name,) in db.rows(_SELECT_NAMES, (_STATE,))]


def contents_of(name: str, found: TableSum) -> TableContents:
    """Return a sum as it is told of a backup."""
    return TableContents(
        name=name, rows=found.rows, data_bytes=found.data_bytes, checksum=found.checksum
    )


def sum_of(db: Database, name: str) -> TableSum:
    """Add up all rows of a table."""
    found, weigh = TableSum(), weighing(name)
    for row in db.each(f"SELECT {columns_of(db, name)} FROM {quoted(name)}"):
        found.add(*weigh(*row))
    found.total %= _MODULUS
    return found


def columns_of(db: Database, name: str, row: str = "") -> str:
    """Return as SQL what of a *row* (`new.`, `old.`) of a table is added up."""
    if name not in SEALED:
        found = db.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", (name,))
        return ", ".join(f"{row}{quoted(column)}" for (column,) in found)
    sealed = [f"coalesce(length({row}{column}_sealed), 0)" for column in SEALED[name].columns]
    return f"{row}seal, " + " + ".join([f"length({row}seal)", *sealed])


def quoted(name: str) -> str:
    """Return a name of the schema as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
