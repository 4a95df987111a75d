"""Where messages lie: heights against sums, and text that is read stays where it is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from ui.reader.cells import Cell
from ui.reader.flow import Flow, Item
from ui.reader.geometry import Heights

_heights = st.lists(st.integers(0, 400), min_size=1, max_size=60)


@given(_heights, st.lists(st.tuples(st.integers(0, 59), st.integers(0, 900)), max_size=30))
def test_heights_are_sums_however_they_change(
    first: list[int], changes: list[tuple[int, int]]
) -> None:
    naive, heights = list(first), Heights(first)
    for row, height in changes:
        naive[row % len(naive)] = height
        heights[row % len(naive)] = height

    assert heights.total == sum(naive)
    assert [heights.top(row) for row in range(len(naive))] == [
        sum(naive[:row]) for row in range(len(naive))
    ]
    for height in range(0, sum(naive), 37):
        row, inside = heights.at(height)
        assert sum(naive[:row]) + inside == height
        assert 0 <= inside < naive[row]


@dataclass
class _Chat:
    """Rows of cells whose heights are other than they were thought to be."""

    true: list[list[int]]
    guess: int = 100
    flow: Flow = field(init=False)

    def __post_init__(self) -> None:
        self.flow = Flow(self._make, self._measure)
        self.flow.view_height, self.flow.top, self.flow.bottom = 600.0, 24, 32
        self.flow.reset(Heights([self.guess] * len(self.true)))
        self.flow.lay_out()

    def _make(self, row: int) -> Item:
        made = Item([Cell(None, self.guess) for _ in self.true[row]])
        for cell, height in zip(made.cells, self.true[row], strict=True):
            cell.true_height = height  # type: ignore[attr-defined]
        return made

    @staticmethod
    def _measure(_item: Item, cell: Cell) -> None:
        cell.height, cell.is_measured = cell.true_height, True  # type: ignore[attr-defined]

    def check(self) -> None:
        """Hold the placed cells to what a column of text is."""
        placed = self.flow.placed
        assert placed
        for above, below in itertools.pairwise(placed):
            assert abs(above.bottom - below.y) < 0.01
            follows = (above.row, above.at + 1) == (below.row, below.at)
            assert follows or (
                below.at == 0
                and above.at == len(self.true[above.row]) - 1
                and below.row == above.row + 1
            )
        first, last = placed[0], placed[-1]
        if (first.row, first.at) == (0, 0):
            assert first.y <= self.flow.top + 0.01
        else:
            assert first.y <= 0.01
        is_end = (last.row, last.at) == (len(self.true) - 1, len(self.true[-1]) - 1)
        assert last.bottom >= self.flow.view_height - 0.01 or is_end
        assert 0 <= self.flow.value <= self.flow.maximum + 1


_cells = st.lists(st.integers(1, 900), min_size=1, max_size=5)
_acts = st.lists(
    st.one_of(
        st.tuples(st.just("scroll"), st.integers(-2000, 2000)),
        st.tuples(st.just("drag"), st.integers(0, 100)),
        st.tuples(st.just("resize"), st.integers(80, 1400)),
        st.tuples(st.just("jump"), st.integers(0, 39)),
        st.tuples(st.just("late"), st.integers(0, 39)),
    ),
    max_size=25,
)


@settings(max_examples=120)
@given(st.lists(_cells, min_size=1, max_size=40), _acts)
def test_rows_stay_one_column_whatever_is_done(
    true: list[list[int]], acts: list[tuple[str, int]]
) -> None:
    chat = _Chat(true)
    flow = chat.flow
    for act, value in acts:
        if act == "scroll":
            flow.scroll_by(value)
        elif act == "drag":
            flow.scroll_to(flow.maximum * value / 100)
        elif act == "resize":
            flow.view_height = float(value)
            flow.lay_out()
        elif act == "jump":
            flow.jump(value % len(true), 96.0)
        else:
            flow.prepare(value % len(true))
            flow.lay_out()
        chat.check()


@settings(max_examples=120)
@given(
    st.lists(_cells, min_size=20, max_size=40),
    st.integers(0, 100),
    st.lists(st.integers(0, 39), min_size=1, max_size=40),
)
def test_late_heights_do_not_move_what_is_read(
    true: list[list[int]], part: int, late: list[int]
) -> None:
    chat = _Chat(true)
    chat.flow.scroll_to(chat.flow.maximum * part / 100)
    chat.flow.hold()
    read = {(p.row, p.at): p.y for p in chat.flow.placed}

    for row in late:
        while chat.flow.prepare(row % len(true)):
            pass
        chat.flow.guess(Heights([90 + row] * len(true)))
    chat.flow.lay_out()

    assert {(p.row, p.at): p.y for p in chat.flow.placed} == read
