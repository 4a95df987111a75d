"""Small objects that say something of a backup, or of who is at work: tombstones, pins, locks.

Each is canonical JSON, sealed; see docs/backup-format.md.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import msgspec

from privatus.backup.manifest import Parent
from privatus.core.errors import TamperedError


class LockKind(Enum):
    """Whether others may be at work at the same time."""

    SHARED = "shared"
    EXCLUSIVE = "exclusive"


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was dropped on purpose; it goes on naming the ones before it."""

    id: str
    sequence: int
    sha256: str  # of its sealed manifest
    parents: list[Parent]
    dropped_at_ms: int


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that must stay."""

    id: str
    made_at_ms: int
    note: str


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at work; made anew every few minutes."""

    kind: LockKind
    made_at_ms: int
    begun_at_ms: int
    host: str
    pid: int


Mark = TypeVar("Mark", bound=Tombstone | Pin | Lock)


def encode(mark: Tombstone | Pin | Lock) -> bytes:
    """Return the payload of an object."""
    return msgspec.json.encode(mark, order="sorted")


def decode(payload: bytes, kind: type[Mark]) -> Mark:
    """Return what a payload says.

    Raises:
        TamperedError: it does not read like one of this kind.
    """
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise TamperedError("a small object of the backup repository is damaged") from None
