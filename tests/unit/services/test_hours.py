"""The hours of a person's week, whatever their clock does."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.usage import QUARTERS_A_DAY, quarter_of
from privatus.services.hours import week_of


def _days(*at_ms: int) -> list[tuple[int, array[int]]]:
    days: dict[int, array[int]] = {}
    for each in at_ms:
        quarter = quarter_of(each)
        assert quarter is not None
        day, place = divmod(quarter, QUARTERS_A_DAY)
        days.setdefault(day, array("i", bytes(4 * QUARTERS_A_DAY)))[place] += 1
    return list(days.items())


def _filled(week: tuple[tuple[int, ...], ...]) -> dict[tuple[int, int], int]:
    return {(d, h): n for d, hours in enumerate(week) for h, n in enumerate(hours) if n}


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "said", "weekday", "hour"),
    [
        ("Europe/Berlin", "2024-01-15T12:00+00:00", 0, 13),
        ("Europe/Berlin", "2024-07-15T12:00+00:00", 0, 14),
        ("Europe/Berlin", "2024-03-31T00:59+00:00", 6, 1),  # a minute before summer time
        ("Europe/Berlin", "2024-03-31T01:00+00:00", 6, 3),
        ("Europe/Berlin", "2024-10-27T00:30+00:00", 6, 2),  # the hour that comes twice
        ("Europe/Berlin", "2024-10-27T01:30+00:00", 6, 2),
        ("America/New_York", "2024-03-11T02:00+00:00", 6, 22),  # Monday in UTC
        ("Asia/Kathmandu", "2024-01-15T00:20+00:00", 0, 6),  # 5:45 ahead
        ("Asia/Kolkata", "2024-01-14T20:00+00:00", 0, 1),
        ("UTC", "2024-01-15T23:59+00:00", 0, 23),
    ],
)
def test_an_hour_is_the_one_that_the_clock_showed(
    zone: str, said: str, weekday: int, hour: int
) -> None:
    assert _filled(week_of(_days(_ms(said)), ZoneInfo(zone))) == {(weekday, hour): 1}


@given(
    st.lists(st.integers(0, 4_000_000_000_000), max_size=20),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_each_message_is_in_the_hour_that_python_says(times: list[int], name: str) -> None:
    zone: tzinfo = ZoneInfo(name)
    expected = [[0] * 24 for _ in range(7)]
    for at_ms in times:
        at = datetime.fromtimestamp(at_ms // 900_000 * 900, UTC).astimezone(zone)
        ahead = at.utcoffset() or timedelta()
        # Offsets before standard time were no quarters of an hour.
        if ahead % timedelta(minutes=15):
            return
        expected[at.weekday()][at.hour] += 1

    assert week_of(_days(*times), zone) == tuple(map(tuple, expected))


def test_this_machines_clock_counts_where_no_other_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        winter, summer = _ms("2024-01-15T12:00+00:00"), _ms("2024-07-15T12:00+00:00")
        assert _filled(week_of(_days(winter, summer))) == {(0, 13): 1, (0, 14): 1}
    finally:
        monkeypatch.undo()
        time.tzset()
