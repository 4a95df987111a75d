"""What the chats of a month were about: the words of their titles that other months have less.

Titles, and not texts: a title is what somebody, or a model, thought a chat was about, and a hundred
thousand of them are opened in a second. They are opened once, for as long as the vault is open.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from privatus.core.jobs import Job
from privatus.services.analytics_result import MonthTopics
from privatus.services.text.languages import language_of
from privatus.services.text.terms import STEM_CHARS, terms
from privatus.storage.states import States
from privatus.storage.store import Store

_AT_ONCE = 200
_TERMS = 6
# A word in one chat is no topic.
_FEWEST_CHATS = 2
_LAST_MS = 32_503_680_000_000


class Topics:
    """The topics of the months; keeps what titles say."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # By row id: the version of a conversation, and the terms of its title as (stem, word).
        self._titles: dict[int, tuple[int, tuple[tuple[str, str], ...]]] = {}
        self._lock = threading.Lock()

    def by_month(self, wanted: Collection[int] | None, job: Job) -> tuple[MonthTopics, ...]:
        """Return the topics of all months, or of the conversations *wanted*, the oldest first.

        Raises:
            JobCancelled: it is not wanted any more.
        """
        with self._lock:
            months = self._months(wanted, job)
        chats: Counter[str] = Counter()
        for said in months.values():
            chats.update(said.stems.keys())
        return tuple(
            MonthTopics(month=month, chats=said.chats, terms=said.topics(chats, len(months)))
            for month, said in sorted(months.items())
        )

    def _months(self, wanted: Collection[int] | None, job: Job) -> dict[str, _Month]:
        with self._store.snapshot() as tables:
            places = [
                place
                for place in tables.listing.places(States())
                if not place.is_undated and (wanted is None or place.id in wanted)
            ]
        self._read([place.id for place in places if not self._has(place.id, place.version)], job)
        months: dict[str, _Month] = {}
        for place in places:
            if not 0 <= place.sort_at_ms < _LAST_MS:
                continue
            at = datetime.fromtimestamp(place.sort_at_ms / 1000, UTC)
            month = months.setdefault(f"{at.year:04}-{at.month:02}", _Month())
            month.add(self._titles.get(place.id, (0, ()))[1])
        return months

    def _has(self, row_id: int, version: int) -> bool:
        known = self._titles.get(row_id)
        return known is not None and known[0] == version

    def _read(self, ids: list[int], job: Job) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            job.report("reading titles", start, len(ids))
            with self._store.snapshot() as tables:
                found = tables.conversations.some(ids[start : start + _AT_ONCE])
            for chat in found:
                said = terms(chat.title, language_of(chat.title))
                words = {word[:STEM_CHARS]: word for word in said if word}
                self._titles[chat.id] = chat.version, tuple(words.items())


class _Month:
    """The titles of one month."""

    def __init__(self) -> None:
        self.chats = 0
        self.stems: Counter[str] = Counter()
        self._words: dict[str, Counter[str]] = {}

    def add(self, words: Iterable[tuple[str, str]]) -> None:
        self.chats += 1
        for stem, word in words:
            self.stems[stem] += 1
            self._words.setdefault(stem, Counter())[word] += 1

    def topics(self, months_with: Counter[str], months: int) -> tuple[tuple[str, int], ...]:
        """Return the words that stand out, with how many chats have them."""
        weights = {
            stem: count * math.log(1 + months / months_with[stem])
            for stem, count in self.stems.items()
            if count >= _FEWEST_CHATS
        }
        best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:_TERMS]
        return tuple((self._words[stem].most_common(1)[0][0], self.stems[stem]) for stem in best)
