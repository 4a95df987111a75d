"""Groups of a list: what is pinned, the rows of a month, or of a source, under one heading."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from itertools import groupby, islice

from privatus.services.listing import UNDATED, Arrangement


class Grouping(StrEnum):
    """What the headings of the list are."""

    MONTH = "month"
    SOURCE = "source"
    NONE = "none"


class Part(Enum):
    """What stands apart from months and sources."""

    PINNED = "pinned"
    UNDATED = "undated"  # below the months
    OTHERS = "others"  # where nothing else says what comes after those that are pinned


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together, from `first` on; `key` says what they have in common.

    A month is (year, month); a source is its name.
    """

    first: int
    count: int
    key: tuple[int, int] | str | Part


def of(arrangement: Arrangement, grouping: Grouping) -> list[Group]:
    """Return the groups of a list: what is pinned, then what *grouping* makes of the rest."""
    pinned, count = arrangement.pinned, len(arrangement.ids)
    rest: list[Group] = []
    if grouping is Grouping.SOURCE:
        rest = _by_source(arrangement.sources, pinned)
    elif grouping is Grouping.MONTH:
        rest = _by_month(arrangement.times_ms, pinned)
    elif pinned and count > pinned:
        rest = [Group(pinned, count - pinned, Part.OTHERS)]
    return [Group(0, pinned, Part.PINNED), *rest] if pinned else rest


def _by_source(sources: Sequence[str], first: int) -> list[Group]:
    """Return the groups of a list that is ordered by source from *first* on."""
    found = list[Group]()
    for source, rows in groupby(islice(sources, first, None)):
        count = sum(1 for _ in rows)
        found.append(Group(first, count, source))
        first += count
    return found


def _by_month(times: array[int], above: int) -> list[Group]:
    """Return the groups of a list that is ordered by time, either way, below *above* rows.

    Months are local. What has no date ends the list.
    """
    times = times[above:]
    undated = times.count(UNDATED)
    dated = len(times) - undated
    found = _months(times[:dated], above)
    return [*found, Group(above + dated, undated, Part.UNDATED)] if undated else found


def _months(times: array[int], above: int) -> list[Group]:
    is_newest_first = len(times) > 1 and times[0] > times[-1]
    # Ascending for the search; turned round again below.
    ascending = array("q", reversed(times)) if is_newest_first else times
    found, start = list[Group](), 0
    while start < len(ascending):
        year, month = _month(ascending[start])
        end = max(bisect_left(ascending, _end_ms(year, month), start), start + 1)
        first = len(ascending) - end if is_newest_first else start
        found.append(Group(above + first, end - start, (year, month)))
        start = end
    return found[::-1] if is_newest_first else found


def _month(time_ms: int) -> tuple[int, int]:
    local = datetime.fromtimestamp(min(max(time_ms, 0), _LAST_MS) / 1000).astimezone()
    return local.year, local.month


def _end_ms(year: int, month: int) -> int:
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return round(datetime(*following, 1).astimezone().timestamp() * 1000)


# The year 3000: what is beyond it is a mistake of an export, and must not break the list.
_LAST_MS = 32_503_680_000_000
