"""Writes what a person changes in a conversation: new revisions, and the version that lists them.

A message is never overwritten: the schema keeps each former revision. A version says which
revisions it replaced, so that every state can be read again (docs/versions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from privatus.core import clock, flags
from privatus.core.conversation import ConversationVersion, Json
from privatus.core.errors import AccessError
from privatus.core.tree import leaf_instead
from privatus.search.document import Document, DocumentMaker
from privatus.search.index import Index
from privatus.services import conversation_ids, indexing
from privatus.services.said import Said
from privatus.storage import index_queue
from privatus.storage.attachments import StoredAttachment, copied_attachment
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import said_digest, with_said, without_words
from privatus.storage.messages import StoredMessage, revised_row
from privatus.storage.store import READING_ONLY, Store, Tables

# No message has this number.
AS_IT_IS = 0
Files = Sequence[StoredAttachment]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """What was done, as the version that it made; `undo` takes it back by another one."""

    conversation_id: UUID
    version: int
    kind: str
    messages: tuple[int, ...] = ()
    title: tuple[str, str] | None = None  # before and after, if it changed
    active: tuple[int | None, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """A message as it is, and what it becomes: some revision of it, or another one."""

    row: StoredMessage
    becomes: StoredMessage
    files: Files = ()  # those of what it becomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a version is to change."""

    kind: str
    messages: Sequence[Next] = ()
    title: str | None = None  # None: as it is
    active: int | None = AS_IT_IS  # where the shown branch ends, if that is there
    description: str = ""
    # What is written in the same transaction; returns what the index is to take over with it.
    also: Callable[[Tables], Sequence[Document]] = lambda _tables: ()


class Reviser:
    """Carries out plans; what it changed is durable and found when it returns."""

    def __init__(self, store: Store, index: Index | None) -> None:
        self._store = store
        self._index = index
        self._said = Said(store.scope)
        self._documents = DocumentMaker()

    def revise(
        self,
        conversation_id: UUID | str,
        planned: Callable[[Tables, StoredConversation], Plan],
    ) -> VersionChange:
        """Make a version of a conversation by what *planned* says of it.

        Raises:
            UserError: there is no such conversation, or what *planned* raises.
            AccessError: the vault is open for reading only.
        """
        if self._index is None:
            raise AccessError(READING_ONLY)
        with self._store.exclusive() as tables:
            # What the index missed when the disk was full stands before what comes now.
            indexing.catch_up(self._store, self._index)
            stored = conversation_ids.find(tables, conversation_id)
            plan = planned(tables, stored)
            written = [self._revision(tables, stored, each) for each in plan.messages]
            with self._store.transaction() as tables:
                for revision in written:
                    tables.messages.update(*revised_row(stored.container, revision.row))
                    tables.attachments.insert_many(_copied(tables, stored, revision))
                head = _head(tables, stored, plan)
                tables.conversations.update(head)
                version = _version(tables, plan, stored, head)
                tables.versions.insert(stored.id, stored.container, version)
                documents = [*plan.also(tables), *self._texts(tables, head, written)]
                queue_id = _enqueue(tables, stored.id, written)
            replaced = [revision.row.id for revision in written]
            self._index.apply(documents, queue_id=queue_id, messages=replaced, titles=[stored.id])
            self._index.merge_recent()
        return VersionChange(
            conversation_id=stored.public_id,
            version=head.version,
            kind=plan.kind,
            messages=tuple(each.row.number for each in plan.messages),
            title=_changed(stored.title, head.title),
            active=_changed(stored.active_number, head.active_number),
        )

    def _revision(self, tables: Tables, stored: StoredConversation, each: Next) -> _Revision:
        row, becomes = each.row, each.becomes
        known = said_digest(row.content)
        if known is None:
            files = tables.attachments.of_message(row.id, stored.container)
            known = self._said.known(row, files)
        own = becomes.flags & ~flags.OF_VAULT | row.flags & flags.MISSING
        coming = replace(
            becomes, parent_number=row.parent_number, revision=row.revision + 1, flags=own
        )
        if becomes.is_removed:
            content = without_words(row.content, known)
            return _Revision(replace(coming, content=content, flags=own | flags.REMOVED), ())
        bare = with_said(becomes.content, None)
        if self._said.shown(becomes, each.files) != known:
            content = with_said(bare, known)
            return _Revision(replace(coming, content=content, flags=own | flags.EDITED), each.files)
        # An export of another vault said that it was edited, and not what its source says.
        is_edited_there = becomes.flags & flags.EDITED and said_digest(becomes.content) is None
        own |= flags.EDITED if is_edited_there else 0
        return _Revision(replace(coming, content=bare, flags=own), each.files)

    def _texts(
        self, tables: Tables, head: StoredConversation, written: Sequence[_Revision]
    ) -> list[Document]:
        at_ms = head.created_at_ms or head.updated_at_ms
        found = [self._documents.title(head.id, head.version, head.source, head.title, at_ms)]
        models, origins = tables.models.names(), tables.chat_links.source_names(head.id)
        found += [
            indexing.document_of(
                self._documents,
                origins.get(row.number, head.source),
                row,
                models,
                [file.name for file in files],
            )
            for row, files in written
            if not row.is_removed
        ]
        return found


class _Revision(NamedTuple):
    """A message as it will be stored."""

    row: StoredMessage
    files: Files


def removed(row: StoredMessage) -> Next:
    """Return a message as it is once a person has taken it out."""
    return Next(row, replace(row, flags=flags.REMOVED))


def _copied(
    tables: Tables, stored: StoredConversation, revision: _Revision
) -> list[tuple[Any, ...]]:
    first_id = tables.attachments.next_id()
    row = revision.row
    return [
        copied_attachment(
            stored.container, first_id + position, (row.id, row.revision, position), file
        )
        for position, file in enumerate(revision.files)
    ]


def _head(tables: Tables, stored: StoredConversation, plan: Plan) -> StoredConversation:
    """Return the row of the conversation, once its messages are as they will be."""
    count = stored.message_count + sum(
        each.row.is_removed - each.becomes.is_removed for each in plan.messages
    )
    active = stored.active_number if plan.active == AS_IT_IS else plan.active
    if active is not None and not tables.messages.has_number(stored.id, active):
        tree = tables.branches.tree(stored.id, count)
        active = leaf_instead(tree, active, tables.branches.removed(stored.id))
    title = stored.title if plan.title is None else plan.title
    said = stored.title if stored.source_title is None else stored.source_title
    return replace(
        stored,
        version=stored.version + 1,
        message_count=count,
        active_number=active,
        title=title,
        source_title=None if title == said else said,
    )


def _version(
    tables: Tables, plan: Plan, stored: StoredConversation, head: StoredConversation
) -> ConversationVersion:
    lists: dict[str, list[int]] = {"changed": [], "removed": [], "restored": []}
    for each in plan.messages:
        what = "removed" if each.becomes.is_removed else "changed"
        if each.row.is_removed:
            what = "restored"
        lists[what].append(each.row.number)
    details: dict[str, Json] = {"kind": plan.kind}
    details.update((what, numbers) for what, numbers in lists.items() if numbers)
    if plan.description:
        details["description"] = plan.description
    if plan.messages:
        details["revisions"] = [[each.row.number, each.row.revision] for each in plan.messages]
    # Always: what a person writes comes without a version, and goes on from there.
    details["last"] = tables.messages.last_number(stored.id)
    details["active"] = stored.active_number
    if stored.title != head.title:
        details["title"] = stored.title
    if stored.source_title != head.source_title:
        details["source_title"] = stored.source_title
    return ConversationVersion(
        number=head.version,
        actor="person",
        created_at_ms=clock.now_ms(),
        added=0,
        changed=len(lists["changed"]),
        missing=0,
        details=details,
    )


def _enqueue(tables: Tables, conversation_id: int, written: Sequence[_Revision]) -> int:
    ids = [revision.row.id for revision in written]
    tables.index_queue.append_each(index_queue.MESSAGES, ids)
    return tables.index_queue.append(index_queue.CONVERSATIONS, conversation_id, conversation_id)


def _changed(before: Any, after: Any) -> tuple[Any, Any] | None:
    return None if before == after else (before, after)
