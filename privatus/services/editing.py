"""What a person changes in a chat: a typo, a private passage, a branch, the title.

What it said before stays in its versions, until it is purged. No import takes an edit back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from privatus.core.conversation import Message, Part
from privatus.core.errors import UserError
from privatus.core.flags import flags_of
from privatus.core.rewording import replaced, reworded
from privatus.search.index import Index
from privatus.services.messages import message_of
from privatus.services.revising import Next, Plan, Reviser, VersionChange, removed
from privatus.services.versions import VersionService
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import with_parts
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Store, Tables

MAX_TITLE_CHARS = 1_000
_NO_MESSAGE = "the conversation has no message of this number"


class EditingService:
    """Changes conversations; each change is a version that can be taken back."""

    def __init__(self, store: Store, index: Index | None, versions: VersionService) -> None:
        self._store = store
        self._reviser = Reviser(store, index)
        self._versions = versions

    def edit(
        self, conversation_id: UUID | str, number: int, text: str, *, description: str = ""
    ) -> VersionChange:
        """Let a message say *text*; its files, and what stands beside its text, stay.

        Raises:
            UserError: there is no such message, it says so already, or *text* is empty.
            AccessError: the vault is open for reading only.
        """
        text = _encodable(text)
        if not text.strip():
            raise UserError("a message needs a text; remove it if it is to say nothing")

        def planned(tables: Tables, stored: StoredConversation) -> Plan:
            row, message = self._message(tables, stored, number)
            if message.text == text:
                raise UserError("the message says this already")
            return _plan(tables, stored, "edit", row, message, reworded(message, text), description)

        return self._reviser.revise(conversation_id, planned)

    def cut(
        self,
        conversation_id: UUID | str,
        number: int,
        start: int,
        end: int,
        *,
        description: str = "",
    ) -> VersionChange:
        """Take a passage out of a message, from *start* to *end* in code points of its text.

        Raises:
            UserError: there is no such message or passage.
            AccessError: the vault is open for reading only.
        """

        def planned(tables: Tables, stored: StoredConversation) -> Plan:
            row, message = self._message(tables, stored, number)
            if not 0 <= start < end <= len(message.text):
                raise UserError("the message has no such passage; give one of its text")
            parts = replaced(message, start, end)
            return _plan(tables, stored, "cut", row, message, parts, description)

        return self._reviser.revise(conversation_id, planned)

    def remove(
        self,
        conversation_id: UUID | str,
        numbers: Collection[int],
        *,
        with_answers: bool = False,
        description: str = "",
    ) -> VersionChange:
        """Take messages out; *with_answers*: whole branches, with all that follows from them.

        Else what answered one of them answers the message before it.

        Raises:
            UserError: none was named, or one of them is not there.
            AccessError: the vault is open for reading only.
        """
        wanted = sorted(set(numbers))
        if not wanted:
            raise UserError("name at least one message to remove")

        def planned(tables: Tables, stored: StoredConversation) -> Plan:
            tree = tables.branches.tree(stored.id, stored.message_count)
            if any(number not in tree for number in wanted):
                raise UserError(_NO_MESSAGE)
            all_of_them = tree.with_answers(wanted) if with_answers else wanted
            rows = tables.messages.some(stored.id, stored.container, all_of_them)
            return Plan(kind="remove", messages=[*map(removed, rows)], description=description)

        return self._reviser.revise(conversation_id, planned)

    def rename(
        self, conversation_id: UUID | str, title: str, *, description: str = ""
    ) -> VersionChange:
        """Give a chat another title, which no import takes back; "": the one of its source.

        Raises:
            UserError: it is called so already, or there is no such conversation.
            AccessError: the vault is open for reading only.
        """
        title = " ".join(_encodable(title).split())
        if len(title) > MAX_TITLE_CHARS:
            raise UserError(f"a title has at most {MAX_TITLE_CHARS:,} characters")

        def planned(_: Tables, stored: StoredConversation) -> Plan:
            said = stored.title if stored.source_title is None else stored.source_title
            wanted = title or said
            if wanted == stored.title:
                raise UserError("the conversation is called so already")
            return Plan(kind="rename", title=wanted, description=description)

        return self._reviser.revise(conversation_id, planned)

    def undo(self, change: VersionChange) -> VersionChange:
        """Take a change back by a new version; return what does it again.

        Raises:
            UserError: all of it was changed again since.
            AccessError: the vault is open for reading only.
        """
        return self._versions.undo(change)

    def _message(
        self, tables: Tables, stored: StoredConversation, number: int
    ) -> tuple[StoredMessage, Message]:
        rows = tables.messages.between_numbers(stored.id, stored.container, number, number)
        if not rows:
            raise UserError(_NO_MESSAGE)
        files = tables.attachments.of_message(rows[0].id, stored.container)
        return rows[0], message_of(rows[0], tables.models.names(), files, self._store.blobs)


def _plan(
    tables: Tables,
    stored: StoredConversation,
    kind: str,
    row: StoredMessage,
    message: Message,
    parts: tuple[Part, ...],
    description: str,
) -> Plan:
    bits = flags_of(replace(message, parts=parts))
    becomes = replace(row, content=with_parts(row.content, parts), flags=bits)
    files = tables.attachments.of_message(row.id, stored.container)
    return Plan(kind=kind, messages=[Next(row, becomes, files)], description=description)


def _encodable(text: str) -> str:
    # What no encoding can say, from a terminal or a clipboard.
    return text.encode("utf-8", "replace").decode()
