"""What every importer is, and what it leaves beside the conversations: its notes.

An importer is tolerant: a field, type or record that it does not know is kept raw, counted and
noted, and never stops the rest of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from privatus.core.conversation import Conversation
from privatus.importers.export import Export


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that could not be read, or not wholly: where it is, and why."""

    where: str  # "conversations.json[3] «Title»"
    reason: str


class Tally(Counter[str]):
    """Counts things by a name that comes from a file, so that length and number are bounded."""

    MAX_NAMES = 200
    MAX_CHARS = 80
    OTHERS = "others"

    def __missing__(self, name: str) -> int:
        return self.get(self._kept(name), 0)

    def __setitem__(self, name: str, count: int) -> None:
        super().__setitem__(self._kept(name), count)

    def _kept(self, name: str) -> str:
        if len(name) > self.MAX_CHARS:
            name = name[: self.MAX_CHARS - 1] + "…"
        return name if name in self or len(self) < self.MAX_NAMES else self.OTHERS


@dataclass(slots=True)
class Notes:
    """What an importer has to say about a file beside its conversations.

    `skipped` records were not imported; `warnings` were, with something missing or doubtful.
    `unknown` counts field values that we do not know ("content_type hologram": 3): they are kept
    raw. `ignored` counts records that are no conversation, by what they are, so that nothing is
    passed over unsaid.
    """

    # A file of a million bad rows must not fill the memory; the counts stay exact.
    MAX_LISTED = 1000

    skipped: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    skipped_count: int = 0
    warnings_count: int = 0
    unknown: Counter[str] = field(default_factory=Tally)
    ignored: Counter[str] = field(default_factory=Tally)
    # Everything the importer saw, by itself: the vault's counts are held against these.
    conversations_seen: int = 0
    messages_seen: int = 0

    def skip(self, where: str, reason: str) -> None:
        """Say that a record was not imported."""
        self.skipped_count += 1
        if len(self.skipped) < self.MAX_LISTED:
            self.skipped.append(Note(where, reason))

    def take(self, later: Notes) -> None:
        """Add what was noted later, in notes of its own."""
        for kept, new in ((self.skipped, later.skipped), (self.warnings, later.warnings)):
            kept += new[: max(0, self.MAX_LISTED - len(kept))]
        self.skipped_count += later.skipped_count
        self.warnings_count += later.warnings_count
        self.unknown.update(later.unknown)
        self.ignored.update(later.ignored)
        self.conversations_seen += later.conversations_seen
        self.messages_seen += later.messages_seen

    def warn(self, where: str, reason: str) -> None:
        """Say that a record was imported, but not wholly as it stood there."""
        self.warnings_count += 1
        if len(self.warnings) < self.MAX_LISTED:
            self.warnings.append(Note(where, reason))


class Importer(Protocol):
    """Reads the exports of one provider. Has no state: all it knows comes with the call."""

    source: str  # "chatgpt": stored with each conversation, and the word after `source:`
    label: str  # "ChatGPT": shown to a person

    def recognises(self, export: Export) -> bool:
        """Say whether *export* is this provider's, by the shape of its content.

        Reads no more than the beginning of a few members. Does not raise on bad content.
        """
        ...

    def account(self, export: Export) -> str | None:
        """Return the provider's id of the account, if the export says it."""
        ...

    def is_whole_account(self, export: Export) -> bool:
        """Say whether a conversation that is not in *export* is gone at the provider.

        False if in doubt: a part of an export, a single file.
        """
        ...

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations one by one; memory holds one at a time.

        Raises:
            UnreadableInputError: nothing of it can be read. A part that cannot be read goes to
                *notes*, and the rest still comes.
        """
        ...
