"""Chats that were made of others: merged of several, or split from one.

A merged chat is a hybrid: its messages are copies, and each says from where it came. Its sources
stay as they are, and lead to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

# What a chat has as its source that was made here of others.
HYBRID_SOURCE = "privatus"
# Under this name a merged chat says in its metadata what it was made of.
MERGED_KEY = "merged"
SPLIT_KEY = "split"


class MergeOrder(StrEnum):
    """How the messages of several chats become one line."""

    TIME = "time"  # interleaved, by when each was said
    SEQUENCE = "sequence"  # one chat after another


class Origin(StrEnum):
    """How a chat was made of others."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedChat:
    """A chat that another was made of, or that was made of it."""

    id: UUID
    title: str
    source: str
    origin: Origin
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLinks:
    """What a chat was made of, and what was made of it; what is in the trash is left out."""

    sources: tuple[LinkedChat, ...] = ()
    made: tuple[LinkedChat, ...] = ()

    @property
    def is_hybrid(self) -> bool:
        return any(chat.origin is Origin.MERGE for chat in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLink:
    """Where a message came from: the chat, the number it has there, and the revision."""

    number: int
    source_id: UUID
    source_number: int
    source_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What merging would make, before anything is written."""

    title: str
    messages: int  # of all branches
    shown: int  # of the line
    duplicates: int  # that are kept once
    branches: int  # beside the line
    attachments: int
    first_at_ms: int | None
    last_at_ms: int | None
