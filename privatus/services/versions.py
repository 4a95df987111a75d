"""The versions of a conversation: what each import and each edit made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from privatus.core.conversation import Conversation, ConversationVersion, Message
from privatus.core.diff import ConversationDiff
from privatus.core.errors import UserError
from privatus.search.index import Index
from privatus.services import conversation_ids, diffs
from privatus.services.messages import message_of
from privatus.services.revising import AS_IT_IS, Next, Plan, Reviser, VersionChange, removed
from privatus.services.said import Said
from privatus.services.version_states import Chronicle, all_versions, is_purged
from privatus.storage.conversations import StoredConversation
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Store, Tables


class VersionService:
    """Lists versions, reads them and brings them back."""

    def __init__(self, store: Store, index: Index | None) -> None:
        self._store = store
        self._reviser = Reviser(store, index)
        self._said = Said(store.scope)

    def list(self, conversation_id: UUID | str) -> Sequence[ConversationVersion]:
        """Return the versions of a conversation, the newest last.

        Raises:
            UserError: there is no such conversation.
        """
        with self._store.snapshot() as tables:
            return all_versions(tables, conversation_ids.find(tables, conversation_id))

    def at(self, conversation_id: UUID | str, number: int) -> Conversation:
        """Return a conversation as it was in a version, before the next one was made.

        What was purged says so in place of its words. Tags and notes are no part of a version.

        Raises:
            UserError: there is no such conversation or version.
        """
        with self._store.snapshot() as tables:
            stored = _find(tables, conversation_id, number)
            return Chronicle(tables, stored).conversation(number, self._store.blobs)

    def diff(self, conversation_id: UUID | str, before: int, after: int) -> ConversationDiff:
        """Return what makes version *after* of version *before*.

        Raises:
            UserError: there is no such conversation or version.
        """
        with self._store.snapshot() as tables:
            stored = _find(tables, conversation_id, before, after)
            chronicle = Chronicle(tables, stored)
            former = chronicle.conversation(before, self._store.blobs)
            later = chronicle.conversation(after, self._store.blobs)
        return diffs.diff(former, later)

    def conflicts(self, conversation_id: UUID | str, number: int) -> Sequence[Message]:
        """Return what the source said of messages that kept a person's words in a version.

        Raises:
            UserError: there is no such conversation or version.
        """
        with self._store.snapshot() as tables:
            stored = _find(tables, conversation_id, number)
            [version] = [v for v in all_versions(tables, stored) if v.number == number]
            chronicle = Chronicle(tables, stored, version.numbers("conflicts"))
            revisions = chronicle.state(number).revisions
            # The person's words were written again above them.
            wanted = [(row.id, revisions[row.number] - 1) for row in chronicle.rows]
            models = tables.models.names()
            return [
                message_of(row, models, chronicle.files(row), self._store.blobs)
                for row in tables.messages.revisions(stored.container, wanted).values()
            ]

    def former_messages(self, conversation_id: UUID | str) -> Sequence[tuple[int, Message]]:
        """Return the former states of messages as (revision, message), the oldest first.

        Raises:
            UserError: there is no such conversation.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            models = tables.models.names()
            files = tables.attachments.former(stored.id, stored.container)
            rows, blobs = tables.messages.former(stored.id, stored.container), self._store.blobs
            return [
                (
                    row.revision,
                    message_of(row, models, files.get((row.id, row.revision), []), blobs),
                )
                for row in rows
            ]

    def restore(
        self, conversation_id: UUID | str, number: int, *, description: str = ""
    ) -> VersionChange:
        """Make a new version that says what version *number* said; all others stay.

        Raises:
            UserError: there is no such conversation or version, or it says so already.
            AccessError: the vault is open for reading only.
        """

        def planned(tables: Tables, stored: StoredConversation) -> Plan:
            _require(stored, number)
            chronicle = Chronicle(tables, stored)
            state = chronicle.state(number)
            former = chronicle.messages(state)
            messages = [*self._brought_back(chronicle, chronicle.rows, former)]
            title = state.head.get("title", stored.title)
            active = state.head.get("active", stored.active_number)
            if not messages and (title, active) == (stored.title, stored.active_number):
                raise UserError(f"the conversation is as it was in version {number} already")
            return Plan(
                kind="restore", messages=messages, title=title, active=active,
                description=description,
            )  # fmt: skip

        return self._reviser.revise(conversation_id, planned)

    def undo(self, change: VersionChange) -> VersionChange:
        """Take a person's change back by a new version; return what does it again.

        What was changed again since stays as it is.

        Raises:
            UserError: all of it was.
            AccessError: the vault is open for reading only.
        """

        def planned(tables: Tables, stored: StoredConversation) -> Plan:
            _require(stored, change.version)
            chronicle = Chronicle(tables, stored, change.messages)
            made = chronicle.messages(chronicle.state(change.version))
            former = chronicle.messages(chronicle.state(change.version - 1))
            rows = [
                row
                for row in chronicle.rows
                if self._says_the_same(chronicle, row, made[row.number])
            ]
            messages = [*self._brought_back(chronicle, rows, former)]
            title = None
            if change.title is not None and change.title[1] == stored.title:
                # As the versions say it, and not the change: what was purged stays gone.
                title = chronicle.state(change.version - 1).head.get("title")
            active: int | None = AS_IT_IS
            if change.active is not None and change.active[1] == stored.active_number:
                active = change.active[0]
            if not messages and title is None and active == AS_IT_IS:
                raise UserError("nothing of this is left to undo; it was changed again since")
            return Plan(kind="undo", messages=messages, title=title, active=active)

        return self._reviser.revise(change.conversation_id, planned)

    def _brought_back(
        self,
        chronicle: Chronicle,
        rows: Iterable[StoredMessage],
        former: dict[int, StoredMessage],
    ) -> Iterator[Next]:
        """Yield what of *rows* has to change to be *former*; what was purged is not."""
        for row in rows:
            was = former.get(row.number)
            if was is None:
                if not row.is_removed:
                    yield removed(row)
            elif not is_purged(was) and not self._says_the_same(chronicle, row, was):
                yield Next(row, was, chronicle.files(was))

    def _says_the_same(
        self, chronicle: Chronicle, row: StoredMessage, other: StoredMessage
    ) -> bool:
        if row.revision == other.revision or row.is_removed or other.is_removed:
            return row.is_removed == other.is_removed
        first, second = (self._said.shown(each, chronicle.files(each)) for each in (row, other))
        return first == second


def _find(tables: Tables, conversation_id: UUID | str, *numbers: int) -> StoredConversation:
    stored = conversation_ids.find(tables, conversation_id)
    for number in numbers:
        _require(stored, number)
    return stored


def _require(stored: StoredConversation, number: int) -> None:
    if not 1 <= number <= stored.version:
        raise UserError(f"the conversation has no version {number}; it has {stored.version}")
