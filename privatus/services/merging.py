"""Merging chats into a hybrid: copies in one line, each linked to where it came from.

The sources stay whole, and are marked as merged, so that lists show the hybrid in their place.
Undo puts the hybrid into the trash and takes the marks away: nothing is destroyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from privatus.core import clock
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, BugError, UserError
from privatus.core.import_report import Counts
from privatus.core.jobs import Job
from privatus.core.merge import (
    ChatLinks,
    LinkedChat,
    MergeOrder,
    MergePreview,
    MessageLink,
    Origin,
)
from privatus.search.index import Index
from privatus.search.index_writer import IndexWriter
from privatus.services import conversation_ids, indexing
from privatus.services.import_batch import ImportBatch, no_warning
from privatus.services.import_news import News
from privatus.services.merge_marks import follow
from privatus.services.merge_origins import write_origin
from privatus.services.merge_plan import MergePlan, plan_merge
from privatus.services.merge_refresh import MergeRefresh
from privatus.services.merge_sources import (
    SourceChat,
    hybrid_of,
    load_source,
    proposed_title,
    span_of,
)
from privatus.services.preparing import (
    OWN_PREFIX,
    Prepared,
    conversation_digest,
    external_tag,
    prepare,
)
from privatus.storage.chat_links import StoredLink
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import decode_details
from privatus.storage.store import READING_ONLY, Store, Tables

# Longer than any list shows, and short enough for a file's name in an export.
MAX_TITLE_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeChange:
    """A hybrid that was made, of what, and what was found alike."""

    conversation_id: UUID
    row_id: int
    source_row_ids: tuple[int, ...]
    messages: int
    duplicates: int
    is_taken_back: bool = False


_ONLY_COPY = (
    "one of the chats that this was merged of was deleted for good, so its messages are here alone;"
    " put this chat into the trash if they are to go, too"
)


class MergeService:
    """Makes hybrids, and takes them back."""

    def __init__(self, store: Store, index: Index | None) -> None:
        self._store = store
        self._index = index
        self.updates = MergeRefresh(store, index)

    def preview(
        self, ids: Sequence[UUID | str], order: MergeOrder = MergeOrder.TIME
    ) -> MergePreview:
        """Return what `merge` would make of these chats; nothing is written.

        Raises:
            UserError: there are fewer than two, or one of them is not there.
        """
        with self._store.snapshot() as tables:
            chats = [source.chat for source in self._load(tables, ids)]
        plan = plan_merge(chats, order)
        by_origin = [{m.number: m for m in chat.messages} for chat in chats]
        said = [by_origin[i][n] for i, n in (planned.origins[0] for planned in plan.messages)]
        first_at_ms, last_at_ms = span_of(said)
        return MergePreview(
            title=proposed_title(chats),
            messages=len(plan.messages),
            shown=plan.shown,
            duplicates=plan.duplicates,
            branches=_branches(plan),
            attachments=sum(len(message.attachments) for message in said),
            first_at_ms=first_at_ms,
            last_at_ms=last_at_ms,
        )

    def merge(
        self,
        ids: Sequence[UUID | str],
        order: MergeOrder = MergeOrder.TIME,
        *,
        title: str | None = None,
        job: Job | None = None,
    ) -> MergeChange:
        """Make a hybrid of two or more chats: all of it, or nothing.

        Of what several of them have alike the hybrid has the copy of the one given first. Tags,
        annotations, pins and stars come along; the sources keep theirs. Takes about a
        second for 10,000 messages.

        Raises:
            UserError: there are fewer than two, one of them is not there, or the title is long.
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
            JobCancelled: the person stopped it; nothing was written.
        """
        index, job = self._writable_index(), job or Job()
        if title is not None and len(title) > MAX_TITLE_CHARS:
            raise UserError(f"a title has at most {MAX_TITLE_CHARS} characters")
        with self._store.exclusive() as tables:
            indexing.catch_up(self._store, index, job)
            job.report("reading", 0, len(ids))
            sources = self._load(tables, ids, job)
            chats = [source.chat for source in sources]
            plan = plan_merge(chats, order)
            job.report("merging", 0, len(plan.messages))
            called = (title or "").strip() or proposed_title(chats)
            hybrid = hybrid_of(chats, plan, order, called)
            links = _links(sources, plan)
            change = self._write(tables, index, hybrid, sources, links)
        job.report("merging", len(plan.messages), len(plan.messages))
        return replace(change, duplicates=plan.duplicates)

    def undo(self, change: MergeChange) -> MergeChange:
        """Put the hybrid into the trash, and let its sources be as before, or the other way round.

        Returns what takes this back. A hybrid that has gone meanwhile is passed over.

        Raises:
            UserError: a source was deleted for good, so that the hybrid alone has its messages.
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        with self._store.transaction() as tables:
            if change.is_taken_back:
                tables.trash.set({change.row_id: None})
            elif change.row_id not in tables.trash.times_ms():
                _require_other_copies(tables, change.row_id)
                tables.trash.set({change.row_id: clock.now_ms()})
            follow(tables, change.source_row_ids)
        return replace(change, is_taken_back=not change.is_taken_back)

    def dissolve(self, conversation_id: UUID | str) -> MergeChange:
        """Take a merge back that was made at any time; return the change, for `undo`.

        Raises:
            UserError: it is no hybrid.
            AccessError: the vault is open for reading only.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            rows = [row for row in tables.chat_sources.of(stored.id) if row.origin is Origin.MERGE]
        if not rows:
            raise UserError("this chat was not merged of others")
        change = MergeChange(
            conversation_id=stored.public_id,
            row_id=stored.id,
            source_row_ids=tuple(row.source_id for row in rows),
            messages=stored.message_count,
            duplicates=0,
        )
        return self.undo(change)

    def of(self, conversation_id: UUID | str) -> ChatLinks:
        """Return what a chat was made of, and what was made of it; not what is in the trash.

        Raises:
            UserError: there is no such chat.
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            sources = [(row.source_id, row.origin) for row in tables.chat_sources.of(stored.id)]
            made = [
                (row.conversation_id, row.origin) for row in tables.chat_sources.made_of(stored.id)
            ]
            linked = tables.conversations.some([row_id for row_id, _ in sources + made])
        found = {chat.id: chat for chat in linked if chat.deleted_at_ms is None}
        return ChatLinks(
            sources=tuple(_linked(found[i], origin) for i, origin in sources if i in found),
            made=tuple(_linked(found[i], origin) for i, origin in made if i in found),
        )

    def links(self, conversation_id: UUID | str) -> list[MessageLink]:
        """Return where each message of a chat came from that was made of others.

        Raises:
            UserError: there is no such chat.
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            rows = tables.chat_links.of(stored.id, stored.container)
            public_ids = tables.conversations.public_ids(list({row.source_id for row in rows}))
        return [
            MessageLink(
                number=row.number,
                source_id=public_ids[row.source_id],
                source_number=row.source_number,
                source_revision=row.source_revision,
            )
            for row in rows
        ]

    def _writable_index(self) -> Index:
        if self._index is None:
            raise AccessError(READING_ONLY)
        return self._index

    def _load(
        self, tables: Tables, ids: Sequence[UUID | str], job: Job | None = None
    ) -> list[SourceChat]:
        stored = [conversation_ids.find(tables, wanted) for wanted in ids]
        if len({found.id for found in stored}) < max(2, len(stored)):
            raise UserError("merging takes two chats or more, each of them once")
        if any(one.deleted_at_ms is not None for one in stored):
            raise UserError("one of these chats is in the trash; take it out first")
        found = []
        for number, one in enumerate(stored, start=1):
            found.append(load_source(tables, one, self._store.blobs))
            if job is not None:
                job.report("reading", number, len(stored))
        return found

    def _write(
        self,
        tables: Tables,
        index: Index,
        hybrid: Conversation,
        sources: Sequence[SourceChat],
        links: Sequence[StoredLink],
    ) -> MergeChange:
        """Write a hybrid with its links and the marks of its sources in one transaction."""
        prepared = prepare(hybrid)
        if not isinstance(prepared, Prepared):
            raise BugError(f"a hybrid does not fit: {prepared.reason}")
        by_row = {source.stored.id: source.stored.source for source in sources}
        writer = IndexWriter(index)
        try:
            batch = ImportBatch(self._store, tables, writer, Counts(), News({}))
            batch.origins = {link.number: by_row[link.source_id] for link in reversed(links)}
            match = (
                external_tag(self._store.scope, hybrid),
                conversation_digest(self._store.scope, prepared),
            )
            row_id = batch.add(prepared, match, no_warning)
            made_of = [(source.stored.id, source.stored.version) for source in sources]
            batch.write(lambda tables: write_origin(tables, row_id, Origin.MERGE, made_of, links))
        finally:
            writer.close()
        index.merge_recent()
        indexing.confirm(self._store, index)
        public_id = tables.conversations.public_ids([row_id])[row_id]
        return MergeChange(
            conversation_id=public_id,
            row_id=row_id,
            source_row_ids=tuple(source.stored.id for source in sources),
            messages=len(hybrid.messages),
            duplicates=0,
        )


def _require_other_copies(tables: Tables, row_id: int) -> None:
    """Check that every message of a hybrid which a source said can still be read there."""
    stored = tables.conversations.get(row_id)
    if stored is None:
        return
    linked = {row.number for row in tables.chat_links.of(stored.id, stored.container)}
    for row in tables.messages.of_conversation(stored.id, stored.container):
        is_own = decode_details(row.content)[0].startswith(OWN_PREFIX)
        if row.number not in linked and not (is_own or row.is_removed):
            raise UserError(_ONLY_COPY)


def _links(sources: Sequence[SourceChat], plan: MergePlan) -> list[StoredLink]:
    return [
        StoredLink(0, 0, p.number, sources[i].stored.id, number, sources[i].revisions[number])
        for p in plan.messages
        for i, number in p.origins
    ]


def _linked(stored: StoredConversation, origin: Origin) -> LinkedChat:
    return LinkedChat(
        id=stored.public_id,
        title=stored.title,
        source=stored.source,
        origin=origin,
        messages=stored.message_count,
    )


def _branches(plan: MergePlan) -> int:
    """Return how many branches there are beside the line."""
    parents = {planned.parent for planned in plan.messages}
    return sum(p.number not in parents for p in plan.messages[plan.shown :])
