"""How the matches of a search spread over sources, models, months and roles.

Counted among the newest matches only, and said so: to look at all of a common word's would take
seconds, and nobody waits for that while typing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from privatus.search.finder import Found
from privatus.search.wording import MONTH
from privatus.storage.rows import ROLES
from privatus.storage.store import Tables

# Reading what is clear of so many takes 20 ms.
COUNTED_AMONG = 1_000
KINDS = ("source", "model", MONTH, "role")
# What people mean by a month lies within these; the index files the rest at its ends.
_LAST_MS = 32_503_680_000_000  # the year 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """One value, and how many of the matches have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The values of each kind among the newest `among` matches; `is_all`: there are no others."""

    counts: Mapping[str, tuple[FacetCount, ...]]
    among: int
    is_all: bool

    def of(self, kind: str) -> tuple[FacetCount, ...]:
        """Return the counts of one of KINDS: the largest first, of months the newest."""
        return self.counts[kind]

    def with_counts(self, kind: str, counts: tuple[FacetCount, ...]) -> Facets:
        """Return the same with other counts of one of KINDS."""
        return replace(self, counts={**self.counts, kind: counts})


def count(tables: Tables, found: Sequence[Found], *, is_all: bool) -> Facets:
    """Count what is clear of the documents *found*; titles have a source and a month only."""
    talks = tables.statistics.sources_of({f.conversation_id for f in found})
    messages = tables.statistics.traits_of([f.message_id for f in found if f.message_id])
    models = tables.models.names()
    months = _counted(map(_month, found))
    counts = {
        "source": _counted(talks.get(f.conversation_id) for f in found),
        "model": _counted(models.get(model) for _, model in messages if model is not None),
        MONTH: tuple(sorted(months, key=lambda counted: counted.value, reverse=True)),
        "role": _counted(ROLES[role].value for role, _ in messages),
    }
    return Facets(counts=counts, among=len(found), is_all=is_all)


def _counted(values: Iterable[str | None]) -> tuple[FacetCount, ...]:
    """Return the counts, the most frequent first."""
    counts = Counter(value for value in values if value)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value=value, count=number) for value, number in ordered)


def _month(found: Found) -> str | None:
    at_ms = found.created_at_ms
    if at_ms is None or not 0 <= at_ms < _LAST_MS:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m")
