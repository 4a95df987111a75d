"""Spans of time as a person writes them, in UTC: as in a search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from privatus.core import clock
from privatus.core.errors import UsageError
from privatus.core.retention import DAY_MS, MAX_DAYS
from privatus.search.periods import period, start_ms


def since_ms(text: str) -> int:
    """Return when what *text* names (2024, 2024-03, 1y) begins.

    Raises:
        UsageError: it names no day.
    """
    return _edge_ms(text, is_end=False)


def until_ms(text: str) -> int:
    """Return when what *text* names is over.

    Raises:
        UsageError: it names no day.
    """
    return _edge_ms(text, is_end=True)


def before_ms(days: int) -> int:
    """Return what time it was so many days ago.

    Raises:
        UsageError: it is less than one day, or more than a hundred years.
    """
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"an age is 1 to {MAX_DAYS:,} days")
    return clock.now_ms() - days * DAY_MS


def _edge_ms(text: str, *, is_end: bool) -> int:
    today = datetime.fromtimestamp(clock.now_ms() / 1000, UTC).date()
    try:
        first, last = period(text, today)
    except ValueError:
        raise UsageError("this is no day; write 2024, 2024-03, 2024-03-31, or 1y") from None
    return start_ms(last + timedelta(days=1) if is_end else first, UTC)
