"""Keeps the counts of the analytics true: what changed is counted anew, before anybody looks.

Triggers note which conversations changed (schema/0008_usage.sql); here they are opened, measured
and taken over into the sums, a few hundred at a time. An import of new conversations brings its
counts along and leaves nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.core.usage import Counts, DayKey, Fact, Sums
from privatus.services.chat_measuring import measured
from privatus.storage.store import Store, Tables
from privatus.storage.usage import CountedChat, UsageRow, row_of

_AT_ONCE = 200
# In the queue: sums have lost a conversation, and are added up again.
_ALL = 0


def catch_up(store: Store, job: Job) -> int:
    """Take over what changed; return how many conversations that were.

    While somebody writes, as a long import does, nothing is: `present` adds it up meanwhile.

    Raises:
        JobCancelled: it is not wanted any more; what was done stays.
    """
    done = 0
    while True:
        with store.exclusive_if_free() as tables:
            queued = [] if tables is None else tables.usage.queued(_AT_ONCE)
            if tables is None or not queued:
                return done
            job.report("counting", done, done + tables.usage.queue_length())
            _take_over(store, tables, dict(queued))
        done += len(queued)


def _take_over(store: Store, tables: Tables, queued: dict[int, bool]) -> None:
    try:
        counts, rows = changes(tables, queued)
        with store.transaction() as writing:
            writing.usage.put_many(rows)
            if _ALL in queued:
                writing.usage.clear_sums()
                counts = _sum_of_all(writing)
            writing.usage.add(counts)
            writing.usage.settle(queued)
    except TamperedError:
        # What was counted cannot be known any more; all of it can be counted again.
        with store.transaction() as writing:
            writing.usage.begin_anew()
            writing.usage.settle([_ALL])


def changes(tables: Tables, queued: dict[int, bool]) -> tuple[Counts, list[UsageRow]]:
    """Return what the sums change by, and the new rows."""
    counts, rows = Counts(), []
    before = {kept.conversation_id: kept for kept in tables.usage.facts_of(queued)}
    models = tables.models.names()
    for chat in tables.usage.chats(queued).values():
        kept = before.get(chat.id)
        if kept is not None and kept.is_counted:
            counts.add(kept.source, kept.facts, -1)
        is_same = kept is not None and not queued[chat.id]
        had = () if kept is None else kept.facts
        facts = list(had) if is_same else measured(tables, chat, models, had)
        if chat.is_counted:
            counts.add(chat.source, facts)
        rows.append(row_of(chat, facts))
    return counts, rows


def present(tables: Tables) -> Counts:
    """Return the sums with what they have not taken over yet; writes nothing.

    Raises:
        TamperedError: what is kept of a conversation is not what was sealed.
    """
    queued = dict(tables.usage.queued(tables.usage.queue_length()))
    counts = _sum_of_all(tables) if _ALL in queued else tables.usage.counts()
    counts.take(changes(tables, queued)[0])
    return counts.settled()


def present_days(tables: Tables) -> dict[DayKey, Sums]:
    """Return the sums by day, source, model and role, as `present` does."""
    return present(tables).days if tables.usage.queue_length() else tables.usage.days()


def _sum_of_all(tables: Tables) -> Counts:
    counts = Counts()
    for kept in tables.usage.counted_facts():
        counts.add(kept.source, kept.facts)
    return counts


def recount(tables: Tables, job: Job) -> tuple[Counts, dict[int, tuple[bool, list[Fact]]]]:
    """Count everything from the messages themselves; also by conversation.

    Raises:
        JobCancelled: it is not wanted any more.
    """
    counts, chats = Counts(), dict[int, tuple[bool, list[Fact]]]()
    models = tables.models.names()
    for chat in _all_chats(tables, job.check):
        facts = measured(tables, chat, models)
        chats[chat.id] = chat.is_counted, facts
        if chat.is_counted:
            counts.add(chat.source, facts)
    return counts.settled(), chats


def _all_chats(tables: Tables, check: Callable[[], object]) -> Iterator[CountedChat]:
    last_id = 0
    while ids := tables.usage.ids_after(last_id, _AT_ONCE):
        check()
        yield from tables.usage.chats(ids).values()
        last_id = ids[-1]
