"""From quarters of an hour in UTC to the hours of a person's week.

The clock that counts is the one that the person had on that day: summer time as it was then.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable
from datetime import datetime, tzinfo

from privatus.core.usage import QUARTERS_A_DAY

_QUARTER_S = 900
_DAY_S = 86_400
_WEEK = 7 * QUARTERS_A_DAY
# 1970-01-01 was a Thursday.
_FIRST_WEEKDAY = 3

Week = tuple[tuple[int, ...], ...]


def week_of(days: Iterable[tuple[int, array[int]]], zone: tzinfo | None = None) -> Week:
    """Return the messages of each hour of the week, Monday first; *zone* None: this machine's.

    *days* are days since 1970, each with its 96 quarters of an hour in UTC.
    """
    # Days with the same clock and weekday are added up first, quarter by quarter.
    sums: dict[int, list[int]] = {}
    for day, quarters in days:
        first, last = _offset(day * _DAY_S, zone), _offset((day + 1) * _DAY_S - 1, zone)
        if first == last:
            start = (day + _FIRST_WEEKDAY) * QUARTERS_A_DAY + first
            had = sums.get(start % _WEEK)
            sums[start % _WEEK] = (
                list(quarters)
                if had is None
                else [a + b for a, b in zip(had, quarters, strict=True)]
            )
        else:
            _add_changing(sums, day, quarters, zone)
    week = [0] * _WEEK
    for start, found in sums.items():
        for place, messages in enumerate(found, start):
            week[place % _WEEK] += messages
    hours = [sum(week[at : at + 4]) for at in range(0, _WEEK, 4)]
    return tuple(tuple(hours[at : at + 24]) for at in range(0, len(hours), 24))


def _add_changing(
    sums: dict[int, list[int]], day: int, quarters: array[int], zone: tzinfo | None
) -> None:
    """Add a day on which the clock was changed."""
    for place, messages in enumerate(quarters):
        if messages:
            at = day * QUARTERS_A_DAY + place
            local = at + _offset(at * _QUARTER_S, zone) + _FIRST_WEEKDAY * QUARTERS_A_DAY
            found = sums.setdefault(local % _WEEK, [0])
            found[0] += messages


def _offset(at_s: int, zone: tzinfo | None) -> int:
    """Return by how many quarters of an hour the clock was ahead of UTC."""
    if zone is None:
        return time.localtime(at_s).tm_gmtoff // _QUARTER_S
    ahead = datetime.fromtimestamp(at_s, zone).utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds()) // _QUARTER_S
