"""What a place for backups can do, and what can go wrong there.

A destination holds objects of at most 16 MiB under names. An object is written once, whole or not
at all, and is never changed. A name is folders and a file in lower-case ASCII: `data/3f/3f9a…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from privatus.core.errors import BugError, DeviceError, UnreachableError

__all__ = [
    "BrokenTransferError",
    "Destination",
    "DestinationError",
    "DestinationFullError",
    "Entry",
    "ExistsError",
    "NotThereError",
    "RefusedError",
    "UnreachableError",
    "checked_folder",
    "checked_name",
    "checked_range",
]

MOST_BYTES = 16 * 1024 * 1024

# What every file system and store takes as it is, none folds, and no one of ours begins with a dot.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_MOST_LETTERS = 200


class DestinationError(DeviceError):
    """The destination did not do what was asked."""

    code = "destination"


class BrokenTransferError(DestinationError):
    """A transfer broke off or came out wrong: the next try may well do."""

    code = "destination-transfer"


class ExistsError(DestinationError):
    """There is an object of that name already; it was left alone."""

    code = "destination-exists"


class NotThereError(DestinationError):
    """There is no object of that name."""

    code = "destination-missing"


class RefusedError(DestinationError):
    """The credentials are wrong, or do not allow this."""

    code = "destination-refused"


class DestinationFullError(DestinationError):
    """There is no room left."""

    code = "destination-full"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """An object in a list."""

    name: str
    size_bytes: int
    modified_at_ms: int | None  # by the clock of the destination


class Destination(Protocol):
    """A place for backups. Any thread may call it.

    Every method raises UnreachableError if nothing answers, RefusedError if it may not,
    BrokenTransferError if a second try may help, and DestinationError for the rest.
    """

    @property
    def location(self) -> str:
        """Where it is, for a person to read; never holds a secret."""

    def put(self, name: str, data: bytes) -> None:
        """Write an object that lasts when this returns; never a part of it under its name.

        Raises:
            ExistsError: there is one, as far as the store can tell.
            DestinationFullError: there is no room left.
        """

    def get(self, name: str) -> bytes:
        """Return the whole object.

        Raises:
            NotThereError: there is none.
        """

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        """Return exactly *length* bytes from *offset*.

        Raises:
            NotThereError: there is no such object.
            DestinationError: it ends before that.
        """

    def list(self, folder: str) -> list[Entry]:
        """Return all objects below *folder*, at any depth, by name; "" is everything.

        What a killed program left half-written is none.
        """

    def delete(self, name: str) -> None:
        """Remove an object; fine if there is none."""

    def free_bytes(self) -> int | None:
        """Return the room that is left, or None where nobody says."""

    def clear_leftovers(self, older_than_ms: int) -> int:
        """Remove what killed programs left half-written; return how many of them there were.

        Younger ones stay: a program that writes now may own them.
        """

    def close(self) -> None:
        """Let go of connections; calling anything afterwards is an error."""


def checked_name(name: str) -> str:
    """Return *name* if an object may have it."""
    if len(name) > _MOST_LETTERS or not _NAME.fullmatch(name):
        raise BugError("an object at a destination has a name that not every store takes")
    return name


def checked_folder(folder: str) -> str:
    """Return *folder* without a slash at its end; "" is the root."""
    return checked_name(folder.rstrip("/")) if folder else ""


def checked_range(offset: int, length: int) -> None:
    """Hold that a range can be one."""
    if offset < 0 or length < 0:
        raise BugError("a range of an object begins or ends before the object does")
