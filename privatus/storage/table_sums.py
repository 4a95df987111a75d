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
from dataclasses import dataclass
from typing import Any

from privatus.core.backup import TableContents
from privatus.core.errors import BugError
from privatus.storage.database import Database, Row
from privatus.storage.rows import SEALED

# What keeps the sums of the others is not among them, and what SQLite keeps for itself is neither.
_STATE = "table_state"
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


@dataclass(slots=True)
class TableSum:
    """A sum over rows, to which they are added and from which they are taken."""

    rows: int = 0
    data_bytes: int = 0
    total: int = 0

    def add(self, seal: bytes, data_bytes: int) -> None:
        self.rows += 1
        self.data_bytes += data_bytes
        self.total += int.from_bytes(seal[_FINGERPRINT], "little")

    def add_plain(self, *columns: Any) -> None:
        self.rows += 1
        encoded = encode(columns)
        self.data_bytes += len(encoded) - _HEAD_BYTES * len(columns)
        self.total += int.from_bytes(hashlib.blake2b(encoded, digest_size=32).digest(), "little")

    @property
    def checksum(self) -> bytes:
        return (self.total % _MODULUS).to_bytes(32, "little")


_HEAD_BYTES = len(_pack_head(_NULL, 0))


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
    """Return what each table holds, by name."""
    return recount(db)


def recount(db: Database) -> list[TableContents]:
    """Return what each table holds, by name, from the rows alone.

    Raises:
        TamperedError: a page is damaged.
    """
    return [contents_of(name, sum_of(db, name)) for name in names(db)]


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
    found = TableSum()
    add = found.add if name in SEALED else found.add_plain
    for row in db.each(f"SELECT {columns_of(db, name)} FROM {quoted(name)}"):
        add(*row)
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
