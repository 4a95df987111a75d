"""What a person sets about a conversation, apart from what its provider says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Shelf(StrEnum):
    """Where a conversation stands: on one of these, and the first that fits from the end on."""

    CHATS = "chats"
    ARCHIVE = "archive"  # put away by the person
    MERGED = "merged"
    TRASH = "trash"


class Mark(StrEnum):
    """What can be set."""

    PINNED = "pinned"
    STARRED = "starred"
    UNREAD = "unread"  # an import sets it, too, with what is new
    ARCHIVED = "archived"  # put away by the person; a provider's archive hides nothing
    MERGED = "merged"  # it is read in a hybrid: set and taken away with that, and not by hand


# What a person sets by itself, and what goes along to another vault.
SETTABLE = tuple(mark for mark in Mark if mark is not Mark.MERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMark:
    """A mark that was set or taken away, and when; where there is none nobody said anything."""

    mark: Mark
    is_set: bool
    set_at_ms: int


def has_mark(marks: Iterable[SetMark], mark: Mark, *, otherwise: bool = False) -> bool:
    """Say whether *mark* is among *marks* and set; *otherwise*: what holds if nobody said."""
    return next((found.is_set for found in marks if found.mark is mark), otherwise)
