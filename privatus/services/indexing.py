"""Keeps the search index level with the messages, also after a crash or without the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from privatus.core.conversation import Attachment, Message
from privatus.core.jobs import Job
from privatus.search.document import Document, DocumentMaker
from privatus.search.index import Index
from privatus.storage import index_queue
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Store, Tables

# As many messages as are opened and folded before the index takes them over.
_CHUNK = 5_000


def confirm(store: Store, index: Index) -> None:
    """Let the queue forget what the index has on disk."""
    index.db.checkpoint()
    applied = index.applied()
    with store.transaction() as tables:
        tables.index_queue.remove_through(applied)


def catch_up(store: Store, index: Index, job: Job | None = None) -> int:
    """Take over what the index has not seen, or rebuild it if it is older; return how much."""
    job = job or Job()
    with store.exclusive() as tables:
        applied, confirmed = index.applied(), tables.index_queue.confirmed()
        pending = list(tables.index_queue.after(applied))
        if applied < confirmed:
            return rebuild(store, index, job)
        done = 0
        for waiting in pending:
            done += _apply(
                tables, index, waiting.subject, waiting.first_id, waiting.last_id, waiting.id, job
            )
    if pending:
        confirm(store, index)
    return done


def rebuild(store: Store, index: Index, job: Job) -> int:
    """Make the whole index anew from the messages; return how many documents it has."""
    with store.exclusive() as tables:
        last_queued = max(
            [tables.index_queue.confirmed(), *(q.id for q in tables.index_queue.after(0))]
        )
        index.clear()
        index.set_bulk(True)
        done = _apply(
            tables, index, index_queue.MESSAGES, 1, tables.messages.next_id() - 1, None, job
        )
        done += _apply(
            tables,
            index,
            index_queue.CONVERSATIONS,
            1,
            store.last_conversation_id(),
            last_queued,
            job,
        )
        index.set_bulk(False)
    confirm(store, index)
    return done


def _apply(
    tables: Tables,
    index: Index,
    subject: str,
    first_id: int,
    last_id: int,
    queue_id: int | None,
    job: Job,
) -> int:
    """Index a range of ids in chunks; only the last one is marked as applied."""
    done = 0
    sources = tables.conversations.sources()
    for low in range(first_id, last_id + 1, _CHUNK):
        job.report("indexing", low - first_id, last_id - first_id + 1)
        high = min(low + _CHUNK - 1, last_id)
        applied = queue_id if high == last_id else None
        ids = range(low, high + 1)
        if subject == index_queue.MESSAGES:
            documents = list(_message_documents(tables, sources, low, high))
            index.apply(documents, queue_id=applied, messages=ids)
        else:
            documents = list(_title_documents(tables, low, high))
            index.apply(documents, queue_id=applied, titles=ids)
        done += len(documents)
    if first_id > last_id and queue_id is not None:
        index.apply((), queue_id=queue_id)
    return done


def _message_documents(
    tables: Tables, sources: dict[int, str], low: int, high: int
) -> Iterator[Document]:
    maker, models = DocumentMaker(), tables.models.names()
    names = tables.attachments.names_between(low, high)
    for row in tables.messages.between(low, high):
        message = _with_names(row, models, names.get(row.id, ()))
        source = sources[row.conversation_id]
        yield maker.message(row.id, row.conversation_id, row.revision, source, message, row.flags)


def _with_names(row: StoredMessage, models: dict[int, str], names: Sequence[str]) -> Message:
    message = row.decode(models)
    if not names:
        return message
    return replace(message, attachments=tuple(Attachment(name=name) for name in names))


def _title_documents(tables: Tables, low: int, high: int) -> Iterator[Document]:
    maker = DocumentMaker()
    for c in tables.conversations.between(low, high):
        at_ms = c.created_at_ms or c.updated_at_ms
        yield maker.title(c.id, c.version, c.source, c.title, at_ms)
