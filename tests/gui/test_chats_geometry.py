"""Where rows and headings lie, and where groups begin and end."""

from __future__ import annotations

from array import array
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.services.listing import UNDATED, Arrangement
from ui.chats import groups
from ui.chats.geometry import Geometry
from ui.chats.groups import Group, Grouping, Part
from ui.chats.view import heading_of

_ROW, _HEADING = 64, 30


@st.composite
def _lists(draw: st.DrawFn) -> tuple[int, list[int]]:
    count = draw(st.integers(1, 60))
    firsts = draw(st.sets(st.integers(0, count - 1), max_size=8))
    return count, sorted(firsts | {0}) if firsts else []


@given(_lists())
def test_rows_and_headings_fill_the_list_without_gap_or_overlap(
    shape: tuple[int, list[int]],
) -> None:
    count, firsts = shape
    geometry = Geometry(count, firsts, _ROW, _HEADING)

    y = 0
    for row in range(count):
        if row in firsts:
            assert geometry.heading_top(firsts.index(row)) == y
            assert not geometry.is_row(y)
            y += _HEADING
        assert geometry.top(row) == y
        for inside in (y, y + _ROW - 1):
            assert geometry.is_row(inside)
            assert geometry.row_at(inside) == row
        y += _ROW
    assert geometry.total == y
    assert not geometry.is_row(y)


def test_no_rows_have_no_height() -> None:
    geometry = Geometry(0, [], _ROW, _HEADING)

    assert geometry.total == 0
    assert not geometry.is_row(0)


def _arrangement(
    times: list[int], sources: list[str] | None = None, pinned: int = 0
) -> Arrangement:
    return Arrangement(
        pinned=pinned,
        ids=array("q", range(len(times))),
        times_ms=array("q", times),
        sources=sources or ["claude"] * len(times),
    )


def _local_ms(*parts: int) -> int:
    return round(datetime(*parts).astimezone().timestamp() * 1000)  # type: ignore[arg-type]


def test_months_are_those_of_the_place_where_one_is() -> None:
    times = [_local_ms(2026, 3, 1), _local_ms(2026, 2, 28, 23, 59), _local_ms(2025, 2, 3)]

    found = groups.of(_arrangement(times), Grouping.MONTH)

    assert [(group.first, group.count, group.key) for group in found] == [
        (0, 1, (2026, 3)),
        (1, 1, (2026, 2)),
        (2, 1, (2025, 2)),
    ]
    turned = groups.of(_arrangement(times[::-1]), Grouping.MONTH)
    assert [group.key for group in turned] == [(2025, 2), (2026, 2), (2026, 3)]


@pytest.mark.parametrize("way", [1, -1])
def test_what_has_no_date_stands_below_all_months(way: int) -> None:
    times = [_local_ms(2026, 3, 1), _local_ms(2025, 2, 3)][::way]

    found = groups.of(_arrangement([0, *times, UNDATED, UNDATED], pinned=1), Grouping.MONTH)

    months = [(2026, 3), (2025, 2)][::way]
    assert [(group.first, group.count, group.key) for group in found] == [
        (0, 1, Part.PINNED),
        (1, 1, months[0]),
        (2, 1, months[1]),
        (3, 2, Part.UNDATED),
    ]
    assert heading_of(found[-1]) == "No date"


@given(
    st.lists(st.integers(-(2**62), 2**62), max_size=40),
    st.booleans(),
    st.integers(0, 40),
    st.sampled_from(Grouping),
)
def test_every_row_is_in_one_group(
    times: list[int], is_newest_first: bool, pinned: int, grouping: Grouping
) -> None:
    pinned = min(pinned, len(times))
    times = times[:pinned] + sorted(times[pinned:], reverse=is_newest_first)

    found = groups.of(_arrangement(times, pinned=pinned), grouping)

    assert (found[:1] == [Group(0, pinned, groups.Part.PINNED)]) is bool(pinned)
    if grouping is Grouping.NONE and not pinned:
        assert found == []
        return

    assert [group.first for group in found] == [
        sum(group.count for group in found[:number]) for number in range(len(found))
    ]
    assert sum(group.count for group in found) == len(times)


def test_each_source_is_a_group() -> None:
    arrangement = _arrangement([1, 2, 3], ["chatgpt", "claude", "claude"])

    found = groups.of(arrangement, Grouping.SOURCE)

    assert [(group.key, group.first, group.count) for group in found] == [
        ("chatgpt", 0, 1),
        ("claude", 1, 2),
    ]


@pytest.mark.parametrize(
    ("grouping", "expected"),
    [
        (Grouping.MONTH, [(2026, 3), (2026, 2)]),
        (Grouping.SOURCE, ["claude"]),
        (Grouping.NONE, [groups.Part.OTHERS]),
    ],
)
def test_what_is_pinned_is_a_group_above_the_others(
    grouping: Grouping, expected: list[object]
) -> None:
    times = [_local_ms(2025, 2, 3), _local_ms(2026, 3, 1), _local_ms(2026, 2, 1)]

    found = groups.of(_arrangement(times, pinned=1), grouping)

    assert [group.key for group in found] == [groups.Part.PINNED, *expected]
    assert [group.first for group in found][:2] == [0, 1]
    [alone] = groups.of(_arrangement(times[:1], pinned=1), Grouping.NONE)
    assert (alone.key, alone.count) == (groups.Part.PINNED, 1)
