"""Analytics: what the archive adds up to, all of it or what a search finds.

All of it is read from sums that are kept as data changes (`usage_keeping`). What a search finds is
added up from the facts of its messages, which are sealed chat by chat; no text is opened for it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo

from privatus.core.jobs import Job
from privatus.core.usage import QUARTERS_A_DAY, Counts, days_in
from privatus.services import usage_keeping
from privatus.services.analytics_result import (
    Analytics,
    AttachmentCounts,
    ChatCount,
    MonthTopics,
)
from privatus.services.analytics_sums import summed
from privatus.services.hours import week_of
from privatus.services.prices import Cost, Price, PriceTable, cost_of, shipped_prices, table_of
from privatus.services.search import SearchService
from privatus.services.topics import Topics
from privatus.storage.store import Store, Tables
from privatus.storage.usage import ChatFacts

# So many chats are named as the longest, and as those returned to.
_NAMED = 20
_AT_ONCE = 500


class AnalyticsService:
    """Counts, and what they would cost."""

    def __init__(self, store: Store, search: SearchService) -> None:
        self._store = store
        self._search = search
        self._topics = Topics(store)

    def of(
        self, query: str = "", *, zone: tzinfo | None = None, job: Job | None = None
    ) -> Analytics:
        """Count the messages that *query* finds; "": all of them, in some milliseconds.

        *zone* is that of the hours of the week; None: the zone of this machine.

        Raises:
            QueryError: it does not parse.
            JobCancelled: nobody waits for it any more.
        """
        job = job or Job()
        self.catch_up(job)
        if query.strip():
            return self._of_found(query, zone, job)
        with self._store.snapshot() as tables:
            if tables.usage.queue_length():
                counts = usage_keeping.present(tables)
                hours = _by_day(counts.quarters)
            else:
                counts = Counts(tables.usage.days())
                counts.take(tables.usage.languages())
                hours = dict(tables.usage.hours())
            longest, returned = tables.usage.longest(_NAMED), tables.usage.returned_to(_NAMED)
            chats = tables.usage.chat_count()
            names = _Names(tables, [row_id for row_id, _ in (*longest, *returned)])
        return summed(
            counts,
            query="",
            week=week_of(hours.items(), zone),
            chats=chats,
            longest=names.named(longest),
            returned=names.named(returned),
        )

    def _of_found(self, query: str, zone: tzinfo | None, job: Job) -> Analytics:
        found = self._search.places(query, job=job)
        counts, lengths, days = Counts(), dict[int, int](), dict[int, int]()
        for chat in self._facts_of(found, job):
            wanted = found[chat.conversation_id]
            facts = chat.facts
            if len(wanted) < len(facts) or not wanted.issuperset(fact[0] for fact in facts):
                facts = [fact for fact in facts if fact[0] in wanted]
            if facts:
                counts.add(chat.source, facts)
                lengths[chat.conversation_id] = len(facts)
                used = days_in(facts)
                if used > 1:
                    days[chat.conversation_id] = used
        hours = _by_day(counts.quarters)
        longest, returned = _largest(lengths), _largest(days)
        with self._store.snapshot() as tables:
            names = _Names(tables, [row_id for row_id, _ in (*longest, *returned)])
        return summed(
            counts,
            query=query,
            week=week_of(hours.items(), zone),
            chats=len(lengths),
            longest=names.named(longest),
            returned=names.named(returned),
        )

    def _facts_of(self, conversations: Iterable[int], job: Job) -> Iterator[ChatFacts]:
        """Yield what the messages of those count for that are counted."""
        ids = list(conversations)
        for start in range(0, len(ids), _AT_ONCE):
            job.report("counting", start, len(ids))
            with self._store.snapshot() as tables:
                found = list(tables.usage.facts_of(ids[start : start + _AT_ONCE]))
            yield from (chat for chat in found if chat.is_counted)

    def catch_up(self, job: Job | None = None) -> int:
        """Take over what changed since the counts were kept; return how many chats that were.

        `of` does it by itself. A vault that is open for reading only is left as it is.

        Raises:
            JobCancelled: it is not wanted any more; what was done stays.
        """
        if not self._store.is_writable:
            return 0
        return usage_keeping.catch_up(self._store, job or Job())

    def counts(self) -> Counts:
        """Return the sums, with what they have not taken over yet; writes nothing."""
        with self._store.snapshot() as tables:
            return usage_keeping.present(tables)

    def recount(self, job: Job | None = None) -> Counts:
        """Count everything anew from the messages; it changes nothing.

        Takes a minute for a million messages. It is what `counts` gives, or the vault is damaged.
        """
        with self._store.snapshot() as tables:
            return usage_keeping.recount(tables, job or Job())[0]

    def begin_anew(self, job: Job | None = None) -> int:
        """Forget all counts and count everything again; return how many chats that were.

        Raises:
            AccessError: the vault is open for reading only.
            JobCancelled: it is not wanted any more; the next time goes on.
        """
        with self._store.transaction() as tables:
            tables.usage.begin_anew()
        return self.catch_up(job)

    def attachments(self, query: str = "", *, job: Job | None = None) -> AttachmentCounts:
        """Count the files of the messages that *query* finds.

        Raises:
            QueryError, JobCancelled: as `of`.
        """
        wanted = None
        if query.strip():
            found = self._search.places(query, job=job or Job())
            wanted = [message_id for ids in found.values() for message_id in ids]
        with self._store.snapshot() as tables:
            count, files, size, by_source = tables.statistics.attachments(wanted)
        return AttachmentCounts(
            attachments=count, files=files, size_bytes=size, by_source=tuple(by_source)
        )

    def topics(self, query: str = "", *, job: Job | None = None) -> tuple[MonthTopics, ...]:
        """Return what the titles of each month's chats say more than those of other months.

        Raises:
            QueryError, JobCancelled: as `of`.
        """
        job = job or Job()
        wanted = self._search.conversation_ids(query) if query.strip() else None
        return self._topics.by_month(wanted, job)

    def prices(self) -> PriceTable:
        """Return what tokens cost, as the person said, or else as it was when this was made."""
        with self._store.snapshot() as tables:
            return table_of(tables.usage.prices()) or shipped_prices()

    def set_prices(self, prices: Iterable[Price] | None) -> PriceTable:
        """Keep other prices, sealed; None: those that came with the program, again.

        Raises:
            UserError: one of them has no model or is no price, or two are of one model.
        """
        table = shipped_prices() if prices is None else shipped_prices().with_prices(prices)
        with self._store.transaction() as tables:
            tables.usage.put_prices(None if prices is None else table.record())
        return table

    def cost(self, counted: Analytics) -> Cost:
        """Estimate what the answers in *counted* would have cost, by the tokens."""
        return cost_of(counted.model_tokens, self.prices())


class _Names:
    """Titles and ids of some conversations."""

    def __init__(self, tables: Tables, row_ids: Iterable[int]) -> None:
        self._found = {c.id: c for c in tables.conversations.some(list(set(row_ids)))}

    def named(self, counts: Iterable[tuple[int, int]]) -> tuple[ChatCount, ...]:
        return tuple(
            ChatCount(row_id=c.id, id=c.public_id, title=c.title, source=c.source, count=count)
            for row_id, count in counts
            if (c := self._found.get(row_id)) is not None
        )


def _largest(counts: Mapping[int, int]) -> list[tuple[int, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]


def _by_day(quarters: Mapping[int, int]) -> dict[int, array[int]]:
    hours: dict[int, array[int]] = {}
    for quarter, messages in quarters.items():
        day, place = divmod(quarter, QUARTERS_A_DAY)
        if day not in hours:
            hours[day] = array("i", bytes(4 * QUARTERS_A_DAY))
        hours[day][place] += messages
    return hours
