"""Former states of a conversation, rebuilt from what each version replaced.

The newest state is what the rows say. A version lists the revisions that there were before it, so
the state before it is found by going back from the newest, one version after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from privatus.core import flags
from privatus.core.conversation import (
    Conversation,
    ConversationVersion,
    Json,
    Message,
    Part,
    PartKind,
)
from privatus.core.errors import TamperedError
from privatus.services.messages import message_of
from privatus.services.whole import head_of, present
from privatus.storage.attachments import StoredAttachment
from privatus.storage.blob_files import BlobFiles
from privatus.storage.conversations import StoredConversation
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Tables

PURGED_TEXT = "What this message said then was purged, and is nowhere in the vault any more."
_HEAD = ("title", "project", "metadata", "is_archived", "is_starred", "active", "model")


@dataclass(frozen=True, slots=True)
class State:
    """Which messages there were, removed ones among them, and what the head said."""

    revisions: dict[int, int]  # by number
    missing: set[int]  # at their source
    head: dict[str, Json]  # what was not as it is now


class Chronicle:
    """All versions of a conversation, with its messages as they are."""

    def __init__(
        self, tables: Tables, stored: StoredConversation, numbers: Sequence[int] | None = None
    ) -> None:
        """*numbers*: of these messages alone, which in a long chat are read sooner."""
        self._tables = tables
        self._stored = stored
        place = stored.id, stored.container
        if numbers is None:
            self.rows = tables.messages.of_conversation(*place)
        else:
            self.rows = tables.messages.some(*place, numbers)
        self.versions = all_versions(tables, stored)
        self._files: dict[tuple[int, int], list[StoredAttachment]] | None = None
        self._made: dict[tuple[int, int, int], Message] = {}

    def state(self, number: int) -> State:
        """Return how the conversation was when it was version *number*."""
        revisions = {row.number: row.revision for row in self.rows}
        missing = {row.number for row in self.rows if row.flags & flags.MISSING}
        head: dict[str, Json] = {}
        for version in reversed(self.versions):
            if version.number <= number:
                break
            details = version.details
            revisions.update((n, before) for n, before in details.get("revisions", ()))
            last = details.get("last", 0)
            revisions = {n: revision for n, revision in revisions.items() if n <= last}
            missing -= set(version.numbers("missing"))
            missing |= set(version.numbers("returned"))
            head.update((name, details[name]) for name in _HEAD if name in details)
        return State(revisions, missing, head)

    def messages(self, state: State) -> dict[int, StoredMessage]:
        """Return the messages of a state by number; of what was purged, only that it was there."""
        there = [row for row in self.rows if row.number in state.revisions]
        wanted = [
            (row.id, state.revisions[row.number])
            for row in there
            if row.revision != state.revisions[row.number]
        ]
        former = self._tables.messages.revisions(self._stored.container, wanted)
        if len(former) < len(wanted):
            raise TamperedError("a former revision of a message is gone")
        return {row.number: former.get(row.id, row) for row in there}

    def files(self, row: StoredMessage) -> Sequence[StoredAttachment]:
        """Return the files of a message in the revision that *row* is."""
        if self._files is None:
            stored, attachments = self._stored, self._tables.attachments
            self._files = attachments.former(stored.id, stored.container)
            for files in attachments.of_conversation(stored.id, stored.container).values():
                self._files[files[0].message_id, files[0].revision] = files
        return self._files.get((row.id, row.revision), ())

    def conversation(self, number: int, blobs: BlobFiles) -> Conversation:
        """Return the conversation as it was; what a person tagged and noted is no part of it."""
        state = self.state(number)
        models = self._tables.models.names()
        rows = [
            replace(row, flags=_with_missing(row.flags, row.number in state.missing))
            for row in self.messages(state).values()
        ]
        messages = tuple(self._message(row, models, blobs) for row in present(rows))
        return replace(head_of(self._tables, self._stored, messages), **state.head)

    def _message(self, row: StoredMessage, models: dict[int, str], blobs: BlobFiles) -> Message:
        """Return a message; one that two states have in common is the same object in both."""
        key = row.id, row.revision, row.flags
        if key not in self._made:
            self._made[key] = _said(message_of(row, models, self.files(row), blobs))
        return self._made[key]


def all_versions(tables: Tables, stored: StoredConversation) -> list[ConversationVersion]:
    """Return the versions of a conversation, the first one also if nothing is written of it."""
    found = tables.versions.of_conversation(stored.id, stored.container)
    if found and found[0].number == 1:
        return found
    given = stored.message_count + len(tables.branches.removed(stored.id))
    first = ConversationVersion(
        number=1,
        actor="import",
        created_at_ms=stored.imported_at_ms,
        added=given - sum(version.added for version in found),
        changed=0,
        missing=0,
    )
    return [first, *found]


def _said(message: Message) -> Message:
    """Return a message that says of itself that it was purged, if it was."""
    if not message.is_purged:
        return message
    return replace(message, parts=(Part(kind=PartKind.TEXT, text=PURGED_TEXT),))


def _with_missing(bits: int, is_missing: bool) -> int:
    return bits & ~flags.MISSING | (flags.MISSING if is_missing else 0)


def is_purged(row: StoredMessage) -> bool:
    """Say whether the words of a former revision were taken out for good."""
    return bool(row.flags & flags.PURGED)
