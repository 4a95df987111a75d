"""The days that people write in a search: 2025-03, yesterday, 3w."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta, tzinfo

# Chats before 1970 and after 2999 are typing errors; and a day after the last must exist.
_FIRST_YEAR, _LAST_YEAR = 1970, 2999

_CALENDAR = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,5})([dwmy])", re.ASCII)


def period(text: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of what *text* names.

    A year or a month is all of its days; "7d", "3w", "6m" and "1y" are the one day that is so
    long ago.

    Raises:
        ValueError: *text* names no day between 1970 and 2999.
    """
    text = text.lower()
    if text in {"today", "yesterday"}:
        day = today - timedelta(days=text == "yesterday")
        return day, day
    if ago := _AGO.fullmatch(text):
        day = _days_ago(int(ago[1]), ago[2], today)
        return day, day
    found = _CALENDAR.fullmatch(text)
    if found is None:
        raise ValueError("not a day, a month or a year")
    year, month, day_of_month = (int(part) if part else None for part in found.groups())
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("no such year")
    first = date(year, month or 1, day_of_month or 1)
    if day_of_month:
        return first, first
    last_month = month or 12
    return first, date(year, last_month, calendar.monthrange(year, last_month)[1])


def start_ms(day: date, zone: tzinfo) -> int:
    """Return the first millisecond of *day* in *zone*, as unix milliseconds."""
    return int(datetime.combine(day, time.min, tzinfo=zone).timestamp() * 1000)


def _days_ago(count: int, unit: str, today: date) -> date:
    if unit in "dw":
        day = today - timedelta(days=count * (7 if unit == "w" else 1))
    else:
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        # The 31st of a month that has 30 days is its 30th.
        last = calendar.monthrange(year, month + 1)[1] if year >= _FIRST_YEAR else 1
        day = date(max(year, 1), month + 1, min(today.day, last))
    if day.year < _FIRST_YEAR:
        raise ValueError("too long ago")
    return day
