"""Splitting a chat at a message: what begins with it becomes a chat of its own.

The messages are copied there, and taken out of the chat as any message is that a person removes:
what they said stays in its versions, and undo brings them back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from privatus.core import clock
from privatus.core.annotation import Annotation
from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.import_report import Counts
from privatus.core.merge import SPLIT_KEY, Origin
from privatus.core.tag import Tagging
from privatus.core.tree import Tree
from privatus.search.document import Document
from privatus.search.index import Index
from privatus.services import conversation_ids
from privatus.services.conversation_ids import Target
from privatus.services.import_batch import ImportBatch, no_warning
from privatus.services.import_news import News
from privatus.services.merge_origins import write_origin
from privatus.services.merge_sources import SourceChat, copy_of, external_id_of, load_source
from privatus.services.preparing import Prepared, conversation_digest, external_tag, prepare
from privatus.services.revising import Plan, Reviser, VersionChange, removed
from privatus.services.versions import VersionService
from privatus.storage.chat_links import StoredLink
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Store, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitChange:
    """The chat that was made, and the version of the other one in which its messages are gone."""

    conversation_id: UUID
    row_id: int
    messages: int
    version: VersionChange
    is_taken_back: bool = False


class SplitService:
    """Splits chats, and takes that back."""

    def __init__(self, store: Store, index: Index | None, versions: VersionService) -> None:
        self._store = store
        self._reviser = Reviser(store, index)
        self._versions = versions

    def split(self, target: Target, *, title: str | None = None) -> SplitChange:
        """Make a chat of a message and all that follows from it: all of it, or nothing.

        Tags and annotations of these messages come along. *target* ends in the number of the
        message: 1a2b3c4d.7.

        Raises:
            UserError: there is no such message, or nothing would be left before it.
            AccessError: the vault is open for reading only.
            TamperedError: the chat is not what was sealed.
        """
        made: list[int] = []

        def planned(tables: Tables, stored: StoredConversation) -> Plan:
            _, number = conversation_ids.place(tables, target)
            if number is None:
                raise UserError("say at which message to split: the id of a message, as 1a2b3c4d.7")
            tree = tables.branches.tree(stored.id, stored.message_count)
            if number not in tree:
                raise UserError("the conversation has no message of this number")
            numbers = tree.with_answers([number])
            if len(numbers) == stored.message_count:
                raise UserError("the chat begins with this message; split it at a later one")
            rows = tables.messages.some(stored.id, stored.container, numbers)
            source = load_source(tables, stored, self._store.blobs)
            also = _Writing(self._store, source, tree, numbers, title, made).write
            return Plan(kind="split", messages=[*map(removed, rows)], also=also)

        whole = target.split(".")[0] if isinstance(target, str) else target
        version = self._reviser.revise(whole, planned)
        with self._store.snapshot() as tables:
            [public_id] = tables.conversations.public_ids(made).values()
        return SplitChange(
            conversation_id=public_id,
            row_id=made[0],
            messages=len(version.messages),
            version=version,
        )

    def undo(self, change: SplitChange) -> SplitChange:
        """Bring the messages back to where they were, and put the other chat into the trash.

        Returns what takes this back in the same way. What was edited in the other chat goes there
        with it. What has gone meanwhile is passed over.

        Raises:
            AccessError: the vault is open for reading only.
        """
        version = change.version
        with self._store.snapshot() as tables:
            if change.is_taken_back and not tables.conversations.public_ids([change.row_id]):
                # The messages would be nowhere but in former versions.
                return change
        try:
            version = self._versions.undo(version)
        except UserError:
            # They were brought back already; or the chat has gone, and then the other one stays.
            with self._store.snapshot() as tables:
                if not tables.conversations.has_public_id(version.conversation_id):
                    return change
        if not change.is_taken_back and self._are_lost(change.version):
            return change
        at_ms = None if change.is_taken_back else clock.now_ms()
        with self._store.transaction() as tables:
            if at_ms is None or change.row_id not in tables.trash.times_ms():
                tables.trash.set({change.row_id: at_ms})
        return replace(change, version=version, is_taken_back=not change.is_taken_back)

    def _are_lost(self, version: VersionChange) -> bool:
        """Say whether messages were purged in their chat: the other one has the only ones."""
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, version.conversation_id)
            return not tables.branches.removed(stored.id).keys().isdisjoint(version.messages)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is written of a new chat in the transaction that takes its messages out of another."""

    store: Store
    source: SourceChat
    tree: Tree
    numbers: Sequence[int]
    title: str | None
    made: list[int]

    def write(self, tables: Tables) -> Sequence[Document]:
        """Write the new chat; return what the index is to take over."""
        chat = self._chat()
        prepared = prepare(chat)
        if not isinstance(prepared, Prepared):
            raise UserError(f"this part of the chat cannot be one of its own: {prepared.reason}")
        batch = ImportBatch(self.store, tables, None, Counts(), News({}))
        scope = self.store.scope
        match = external_tag(scope, chat), conversation_digest(scope, prepared)
        row_id = batch.add(prepared, match, no_warning)
        _, documents = batch.write_into(tables)
        stored, revisions = self.source.stored, self.source.revisions
        links = [
            StoredLink(0, row_id, copied, stored.id, number, revisions[number])
            for copied, number in enumerate(self.numbers, start=1)
        ]
        write_origin(tables, row_id, Origin.SPLIT, [(stored.id, stored.version)], links)
        self.made.append(row_id)
        return documents

    def _chat(self) -> Conversation:
        whole = self.source.chat
        copied = {number: at for at, number in enumerate(self.numbers, start=1)}
        messages = tuple(
            copy_of(
                [m], copied[m.number], copied.get(m.parent or 0), external_id_of(whole.id, m.number)
            )
            for m in whole.messages
            if m.number in copied
        )
        times = [m.created_at_ms for m in messages if m.created_at_ms is not None]
        leaf = whole.active
        if leaf is None or leaf not in copied:
            leaf = self.tree.newest_leaf(self.numbers[0])
        called = (self.title or "").strip() or (f"{whole.title} (2)" if whole.title else "")
        origin = {
            "id": "" if whole.id is None else whole.id.hex,
            "title": whole.title,
            "number": self.numbers[0],
        }
        return Conversation(
            kind=whole.kind,
            source=whole.source,
            external_id=str(uuid4()),
            title=called,
            created_at_ms=min(times, default=whole.created_at_ms),
            updated_at_ms=max(times, default=whole.updated_at_ms),
            model=whole.model,
            project=whole.project,
            active=copied[leaf],
            marks=(),
            tags=_tags(whole, copied),
            annotations=_annotations(whole, copied),
            messages=messages,
            metadata={SPLIT_KEY: origin},
        )


def _tags(whole: Conversation, copied: Mapping[int, int]) -> tuple[Tagging, ...]:
    return tuple(
        replace(tag, number=copied[tag.number])
        for tag in whole.tags
        if tag.number is not None and tag.number in copied
    )


def _annotations(whole: Conversation, copied: Mapping[int, int]) -> tuple[Annotation, ...]:
    return tuple(
        replace(said, id=None, number=copied[said.number], revision=None)
        for said in whole.annotations
        if said.number is not None and said.number in copied
    )
