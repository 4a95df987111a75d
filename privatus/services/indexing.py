"""Keeps the search index level with the messages, also after a crash or without the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from privatus.core.conversation import Attachment
from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.search.document import Document, DocumentMaker, empty, words_of
from privatus.search.index import Index
from privatus.services import freshness
from privatus.storage import index_queue
from privatus.storage.conversations import ConversationPlace
from privatus.storage.database import Row
from privatus.storage.index_queue import QueuedRange
from privatus.storage.messages import MessagePlace, StoredMessage
from privatus.storage.store import Store, Tables

# As many messages as are opened and folded before the index takes them over.
_CHUNK = 5_000
# Of the newest, which may be large, at a time.
_NEWEST_CHUNK = 1_000


def confirm(store: Store, index: Index) -> None:
    """Let the queue forget what the index has on disk, and the index know the log's end."""
    applied = index.applied()
    with store.exclusive() as tables:
        freshness.anchor(tables, index)
    if not index.db.checkpoint():
        # A search is reading, so the last entries may not be on disk; the next time, then.
        return
    with store.transaction() as tables:
        tables.index_queue.remove_through(applied)


def catch_up(store: Store, index: Index, job: Job | None = None) -> int:
    """Take over what the index has not seen; return how many documents that was.

    An index that cannot be read, that is older than what the queue remembers, or that has seen
    what the vault has not (a vault from a backup), is made anew.
    """
    job = job or Job()
    with store.exclusive() as tables:
        try:
            applied = index.applied()
            if not tables.index_queue.confirmed() <= applied <= tables.index_queue.last():
                return rebuild(store, index, job)
            pending = [_Range.of(waiting) for waiting in tables.index_queue.after(applied)]
            done = _apply(tables, index, pending, job)
            if pending:
                keep_newest(tables, index, job)
        except TamperedError:
            return rebuild(store, index, job)
    if pending:
        confirm(store, index)
    return done


def rebuild(store: Store, index: Index, job: Job) -> int:
    """Make the whole index anew from the messages; return how many documents it has.

    What does not open is there as an empty entry: `check` names it, and the rest is found.
    """
    with store.exclusive() as tables:
        index.remake()
        messages = _Range(index_queue.MESSAGES, 1, tables.messages.next_id() - 1, None)
        last_queued = tables.index_queue.last()
        titles = _Range(index_queue.CONVERSATIONS, 1, store.last_conversation_id(), last_queued)
        done = _apply(tables, index, (messages, titles), job)
        index.tidy(job)
        keep_newest(tables, index, job)
    confirm(store, index)
    return done


def keep_newest(tables: Tables, index: Index, job: Job) -> None:
    """Fill the small table of the newest anew, if an import has emptied or outgrown it.

    Takes half a second at a million messages, and nothing is lost if it is not done.

    Raises:
        JobCancelled: the person stopped it.
    """
    if places := index.newest.due():
        index.newest.fill(places[0][0], _newest_documents(tables, places, job))


def mend_newest(store: Store, index: Index) -> None:
    """Fill the small table of the newest if an import or a rebuild was killed before it did."""
    if index.newest.is_empty():
        with store.exclusive() as tables:
            keep_newest(tables, index, Job())


def _newest_documents(
    tables: Tables, places: Sequence[Row], job: Job
) -> Iterator[list[tuple[int, Document]]]:
    """Yield the documents of *places* (document, message, conversation) with their ids."""
    sources = tables.conversations.sources()
    for start in range(0, len(places), _NEWEST_CHUNK):
        job.report("indexing the newest", start, len(places))
        chunk = places[start : start + _NEWEST_CHUNK]
        messages = {message: doc_id for doc_id, message, _ in chunk if message is not None}
        titles = {talk: doc_id for doc_id, message, talk in chunk if message is None}
        documents = [
            (messages[d.message_id], d)
            for low, high in _runs(messages)
            for d in _message_documents(tables, sources, low, high)
            if d.message_id is not None
        ]
        documents += [
            (titles[d.conversation_id], d)
            for low, high in _runs(titles)
            for d in _title_documents(tables, low, high)
        ]
        yield sorted(documents, key=lambda pair: pair[0])


def _runs(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return *ids* as ranges, both ends included."""
    runs: list[tuple[int, int]] = []
    for each in sorted(ids):
        if runs and each == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], each
        else:
            runs.append((each, each))
    return runs


@dataclass(frozen=True, slots=True)
class _Range:
    """Ids to be indexed, and the queue id that is done with them."""

    subject: str
    first_id: int
    last_id: int
    queue_id: int | None

    @classmethod
    def of(cls, waiting: QueuedRange) -> _Range:
        return cls(waiting.subject, waiting.first_id, waiting.last_id, waiting.id)


def _apply(tables: Tables, index: Index, ranges: Sequence[_Range], job: Job) -> int:
    """Index ranges of ids in chunks; only the last chunk of each is marked as applied."""
    if not ranges:
        # As nearly always when a vault is opened, and then the sources need not be read.
        return 0
    done = 0
    sources = tables.conversations.sources()
    for whole in ranges:
        for low in range(whole.first_id, whole.last_id + 1, _CHUNK):
            job.report("indexing", low - whole.first_id, whole.last_id - whole.first_id + 1)
            high = min(low + _CHUNK - 1, whole.last_id)
            applied = whole.queue_id if high == whole.last_id else None
            ids = range(low, high + 1)
            if whole.subject == index_queue.MESSAGES:
                documents = list(_message_documents(tables, sources, low, high))
                index.apply(documents, queue_id=applied, messages=ids)
            else:
                documents = list(_title_documents(tables, low, high))
                index.apply(documents, queue_id=applied, titles=ids)
            done += len(documents)
        if whole.first_id > whole.last_id and whole.queue_id is not None:
            index.apply((), queue_id=whole.queue_id)
    return done


def _message_documents(
    tables: Tables, sources: dict[int, str], low: int, high: int
) -> Iterator[Document]:
    maker, models = DocumentMaker(), tables.models.names()
    names = tables.attachments.names_between(low, high)
    origins = tables.chat_links.sources_between(low, high)
    for row in tables.messages.raw_between(low, high):
        place = MessagePlace.of(row)
        try:
            stored = tables.messages.open_row(row)
            source = origins.get(place.id) or sources[place.conversation_id]
            files = names.get(place.id, ())
            document = document_of(maker, source, stored, models, files)
        except (TamperedError, ValueError, KeyError):
            if not place.is_removed:
                yield empty(place.id, place.conversation_id, place.revision, place.created_at_ms)
            continue
        if stored.is_removed:
            continue
        yield document


def document_of(
    maker: DocumentMaker,
    source: str,
    row: StoredMessage,
    models: dict[int, str],
    names: Sequence[str],
) -> Document:
    """Return the document of a message whose files have these *names*."""
    message = row.decode(models)
    if names:
        message = replace(message, attachments=tuple(Attachment(name=name) for name in names))
    return maker.message(
        (row.id, row.conversation_id, row.revision),
        row.created_at_ms,
        (source, message.role, message.model, row.flags),
        words_of(message, row.flags),
    )


def _title_documents(tables: Tables, low: int, high: int) -> Iterator[Document]:
    maker = DocumentMaker()
    for row in tables.conversations.raw_between(low, high):
        place = ConversationPlace.of(row)
        try:
            c = tables.conversations.open_row(row)
        except TamperedError:
            yield empty(None, place.id, place.version, place.created_at_ms)
            continue
        at_ms = c.created_at_ms or c.updated_at_ms
        yield maker.title(c.id, c.version, c.source, c.title, at_ms)
