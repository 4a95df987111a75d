"""Brings hybrids up to what their sources say now, each in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from privatus.core.errors import AccessError, TamperedError
from privatus.core.import_report import Counts
from privatus.core.jobs import Job
from privatus.core.merge import HYBRID_SOURCE, Origin
from privatus.search.index import Index
from privatus.search.index_writer import IndexWriter
from privatus.services import indexing
from privatus.services.import_batch import ImportBatch
from privatus.services.import_merge import ImportMerge
from privatus.services.import_news import News
from privatus.services.merge_sources import SourceChat, load_source
from privatus.services.merge_update import LinkChanges, MergeUpdate, updated
from privatus.services.said import Said
from privatus.storage.chat_sources import StoredSource
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import READING_ONLY, Store, Tables


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many hybrids have a new version, and which could not be brought up."""

    hybrids: int = 0
    problems: tuple[str, ...] = ()


class MergeRefresh:
    """Takes over into hybrids what is new in their sources."""

    def __init__(self, store: Store, index: Index | None) -> None:
        self._store = store
        self._index = index

    def run(self, job: Job | None = None) -> Refreshed:
        """Bring all hybrids up that are behind their sources; after each import.

        What is stopped goes on the next time.

        Raises:
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it.
        """
        if self._index is None:
            raise AccessError(READING_ONLY)
        job = job or Job()
        with self._store.exclusive() as tables:
            if not tables.chat_sources.stale():
                return Refreshed()
            indexing.catch_up(self._store, self._index, job)
            count, problems = self._run(tables, self._index, job)
            indexing.confirm(self._store, self._index)
        return Refreshed(count, problems)

    def _run(self, tables: Tables, index: Index, job: Job) -> tuple[int, tuple[str, ...]]:
        problems: dict[int, str] = {}
        count, done = 0, 0
        writer = IndexWriter(index)
        try:
            # A hybrid of hybrids is behind when these have got what is new.
            while waiting := [i for i in tables.chat_sources.stale() if i not in problems]:
                job.report("updating merged chats", done, done + len(waiting))
                try:
                    count += self._refresh(tables, writer, waiting[0])
                except TamperedError as error:
                    problems[waiting[0]] = f"{error}; run `privatus check`"
                done += 1
        finally:
            writer.close()
        index.merge_recent()
        return count, tuple(problems.values())

    def _refresh(self, tables: Tables, writer: IndexWriter, row_id: int) -> bool:
        """Bring one hybrid up; return whether that made a version of it."""
        hybrid = tables.conversations.get(row_id)
        if hybrid is None:
            return False
        made_of = [row for row in tables.chat_sources.of(row_id) if row.origin is Origin.MERGE]
        sources = {row.source_id: self._source(tables, row) for row in made_of}
        newest_ms = max((s.stored.updated_at_ms or 0 for s in sources.values()), default=0)
        batch = ImportBatch(
            self._store, tables, writer, Counts(), News({HYBRID_SOURCE: hybrid.updated_at_ms or 0})
        )
        merge = ImportMerge(self._store, tables, batch, writer)
        rows = tables.messages.of_conversation(row_id, hybrid.container)
        files = tables.attachments.of_conversation(row_id, hybrid.container)
        update = MergeUpdate(hybrid, rows, tables.chat_links.of(row_id, hybrid.container), sources)
        said = Said(self._store.scope, tables.messages.purged(row_id))
        update.compare(files, batch.model_id, said)
        batch.origins = update.origins()

        def also(tables: Tables) -> None:
            _write_links(tables, hybrid, update.links)
            for row in made_of:
                version = sources[row.source_id].stored.version
                tables.chat_sources.set_version(hybrid.container, row, version)

        wanted = updated(hybrid, update, newest_ms)
        return merge.take_over(hybrid, wanted, update.changes, files, also)

    def _source(self, tables: Tables, row: StoredSource) -> SourceChat:
        stored = tables.conversations.get(row.source_id)
        if stored is None:
            raise TamperedError("a chat is gone of which another was merged")
        return load_source(tables, stored, self._store.blobs)


def _write_links(tables: Tables, hybrid: StoredConversation, links: LinkChanges) -> None:
    tables.chat_links.delete(links.removed)
    tables.chat_links.set_revisions(hybrid.container, links.renewed)
    tables.chat_links.insert(hybrid.container, links.added)
