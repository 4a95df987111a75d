"""Times as files hold them: ISO 8601, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(time_ms: int | None) -> datetime | None:
    """Return the time, None if there is none or it lies outside the years 1 to 9999."""
    if time_ms is None:
        return None
    try:
        # Not `fromtimestamp`: it counts in floats, and refuses what lies before 1970 on Windows.
        return _EPOCH + timedelta(milliseconds=time_ms)
    except OverflowError:
        return None


def iso(time_ms: int | None) -> str | int | None:
    """Return "2025-01-02T10:11:12.345Z"; the milliseconds themselves outside the years 1 to 9999.

    Nothing is lost: each millisecond has a text of its own.
    """
    time = moment(time_ms)
    return time_ms if time is None else _zulu(time, "milliseconds")


def iso_second(time_ms: int | None) -> str | int | None:
    """Return "2025-01-02T10:11:12Z", for people and programs that know no milliseconds."""
    time = moment(time_ms)
    return time_ms if time is None else _zulu(time, "seconds")


def minute(time_ms: int | None) -> str:
    """Return "2025-01-02 10:11", as a person reads it; "" if the time is not known."""
    time = moment(time_ms)
    return "" if time is None else time.replace(tzinfo=None).isoformat(" ", "minutes")


def _zulu(time: datetime, precision: str) -> str:
    return time.replace(tzinfo=None).isoformat("T", precision) + "Z"
