"""What a purge would take out, and what it took out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerWording:
    """A former state of a message, whose words are still in the vault."""

    number: int  # of the message
    revision: int
    replaced_at_ms: int
    size_bytes: int  # as it is stored
    attachments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCopy:
    """A database beside the vault's, which still holds what a purge takes out of that."""

    path: Path
    made_at_ms: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingBackups:
    """Backups at one destination that were made while it was in the vault."""

    destination: str
    backups: int
    first_at_ms: int
    last_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgePreview:
    """What would go for good.

    Copies that a person made of the vault, and exports, hold it still: nobody here knows them.
    """

    conversations: int = 0  # that go as a whole
    messages: int = 0  # of those, or whose former wordings go
    wordings: tuple[FormerWording, ...] = ()  # of messages that stay
    versions: int = 0  # whose former titles and descriptions go
    annotations: int = 0  # whose quotes are taken anew from what the message says now
    files: int = 0  # attachment files that nothing else names
    copy: KnownCopy | None = None  # from before a change of the schema: it goes, too
    set_aside: tuple[KnownCopy, ...] = ()  # databases that stay unless that is asked for
    backups: tuple[HoldingBackups, ...] = ()  # that hold it still, and nobody changes them
    archives: tuple[str, ...] = ()  # titles of archived chats that were made of it, or it of them

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to take out of the vault itself."""
        return not (self.conversations or self.wordings or self.versions or self.annotations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What went for good."""

    conversations: int = 0
    wordings: int = 0
    versions: int = 0
    annotations: int = 0
    files: int = 0
