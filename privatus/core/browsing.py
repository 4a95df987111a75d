"""What is found in a backup that was opened to bring something back from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from privatus.core.conversation import Kind, Role


class ChatState(Enum):
    """Where a conversation of a backup is in the vault now."""

    HERE = "here"
    TRASH = "trash"
    ARCHIVED = "archived"
    GONE = "gone"


class MessageState(Enum):
    """What of a message of a backup is in the vault now."""

    HERE = "here"
    CHANGED = "changed"  # it says something else now
    REMOVED = "removed"  # a person took it out; its number is kept
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupChat:
    """A conversation as a backup has it."""

    id: UUID
    kind: Kind
    title: str
    source: str
    created_at_ms: int | None
    changed_at_ms: int
    messages: int
    state: ChatState


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """A file of a message, as a backup has it."""

    number: int  # of the message
    position: int  # among its files, from 0
    name: str
    media_type: str | None
    size_bytes: int | None
    is_in_backup: bool  # no: the vault did not have its content then either
    is_here: bool  # its content is in the vault now


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMessage:
    """A message as a backup has it."""

    number: int
    role: Role
    text: str
    created_at_ms: int | None
    model: str | None
    state: MessageState
    files: tuple[BackupFile, ...] = ()
