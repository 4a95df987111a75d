"""What an import did, for a person and for a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that did not come in, or not wholly: where, and why."""

    file: str
    where: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Counts:
    """How many of what."""

    conversations_new: int = 0
    conversations_updated: int = 0
    conversations_unchanged: int = 0
    conversations_missing: int = 0  # here, but no longer in the export of the same account
    conversations_in_trash: int = 0  # updated, and left in the trash
    conversations_deleted: int = 0  # deleted here for good, and so left out
    messages_new: int = 0
    messages_updated: int = 0
    messages_kept: int = 0  # edited or removed here, and changed at the source: shown as they were
    attachments_new: int = 0
    attachments_missing: int = 0  # named in the export, but their bytes are not in it

    def updated(self, *, in_trash: bool) -> None:
        """Count a conversation for which there was news."""
        self.conversations_updated += 1
        self.conversations_in_trash += in_trash


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What came in of one file."""

    name: str
    source: str
    label: str
    counts: Counts
    skipped: tuple[Trouble, ...] = ()  # not imported
    warnings: tuple[Trouble, ...] = ()  # imported, with something missing or doubtful
    skipped_count: int = 0  # of all, also those that are not listed
    warnings_count: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)  # kept raw, by what they are
    ignored: Mapping[str, int] = field(default_factory=dict)  # no conversations, by what they are
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came in of all files; `failed` are those of which nothing could be read."""

    files: tuple[FileReport, ...]
    failed: tuple[Trouble, ...]
    seconds: float
    tagged: int = 0  # conversations that got a tag by a rule
    merged: int = 0  # chats that were merged here and have taken over what came
    merge_problems: tuple[str, ...] = ()  # those that could not, and why
    rule_problems: tuple[str, ...] = ()  # rules that could not run, and why

    @property
    def total(self) -> Counts:
        """Return the counts of all files together."""
        total = Counts()
        for file in self.files:
            for name in Counts.__slots__:
                setattr(total, name, getattr(total, name) + getattr(file.counts, name))
        return total
